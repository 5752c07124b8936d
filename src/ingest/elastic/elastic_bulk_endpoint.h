// SPDX-License-Identifier: Apache-2.0
//
// ElasticBulkEndpoint takes Elasticsearch's _bulk and single documents into the events store.
//
//   ElasticBulkReply reply = endpoint.Bulk(body, index_of_the_url);
//
// A request is one batch, answered 200 once every good document survives kill -9, with one item per
// operation in order: 201 created; 400 for a document that is no JSON object (counted, the others
// are stored); 409 for a create with an id that was taken lately; 404 for a delete and 400 for an
// update, since logs are only appended. 400 for a malformed request, 429 at a limit of the store
// and 503 when it is not there: nothing was stored, the sender comes again.
//
// Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "ingest/elastic/recent_ids.h"
#include "ingest/pipeline/log_writer.h"
#include "wire/elastic/bulk_reader.h"

namespace sb::ingest {

struct ElasticBulkReply {
  int status = 200;
  std::string json;
};

class ElasticBulkEndpoint {
 public:
  // All must outlive the endpoint.
  ElasticBulkEndpoint(LogWriter* writer, base::Env* env, base::Registry* registry);

  ElasticBulkReply Bulk(std::string_view body, std::string_view default_index);
  // POST /{index}/_doc and its kin: the answer of the one item, status included.
  ElasticBulkReply Document(wire::BulkAction action, std::string_view index, std::string_view id,
                            std::string_view document);

 private:
  struct ItemResult;
  ItemResult Take(const wire::BulkItem& item, int64_t now_ns, bool is_repeated, LogBatch* batch);
  // False, and `reply` is the refusal, if the store did not take the batch.
  bool Store(LogBatch batch, const std::vector<ItemResult>& results, ElasticBulkReply* reply);

  LogWriter* const writer_;
  base::Env* const env_;
  base::Counter* const requests_;
  RecentIds ids_;
};

// {"error":{…},"status":n}, the form of all of Elasticsearch's refusals.
std::string ElasticError(int status, std::string_view type, std::string_view reason);

}  // namespace sb::ingest
