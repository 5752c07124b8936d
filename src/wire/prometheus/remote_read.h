// SPDX-License-Identifier: Apache-2.0
//
// Remote read: the messages with which a Prometheus asks for raw samples (prometheus.ReadRequest)
// and the answer in its plain form (prometheus.ReadResponse). Both travel as snappy blocks.
//
//   SB_ASSIGN_OR_RETURN(ReadRequest request, ParseReadRequest(bytes));
//   ReadResponseWriter out(&reply);
//   for (const ReadQuery& query : request.queries) {
//     out.BeginQuery();
//     out.AddSeries(labels, columns);        // sorted by labels
//     out.EndQuery();
//   }
//
// Source: prompb/remote.proto and prompb/types.proto of Prometheus. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "model/sample.h"

namespace sb::wire {

struct ReadQuery {
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // inclusive
  std::vector<model::Matcher> matchers;
};

struct ReadRequest {
  // Bounds of what one request may ask, far above what a Prometheus does.
  static constexpr size_t kQueriesMax = 1000;
  static constexpr size_t kMatchersMax = 1000;

  std::vector<ReadQuery> queries;
  // The sender names streamed chunks before plain samples, or alone: that is what it wants.
  bool accepts_streamed_chunks = false;
};

// kInvalidArgument for malformed bytes, a bad regular expression, or a sender that accepts only
// kinds of answers that do not exist here; kResourceExhausted beyond the bounds.
base::Result<ReadRequest> ParseReadRequest(std::string_view bytes);
// For tests and for reading from another server.
void AppendReadRequest(const ReadRequest& request, std::string* out);

class ReadResponseWriter {
 public:
  explicit ReadResponseWriter(std::string* out) : out_(out) {}

  // The results stand in the order of the queries.
  void BeginQuery();
  void AddSeries(const model::LabelSet& labels, const model::SampleColumns& samples);
  void EndQuery();

 private:
  std::string* const out_;
  size_t mark_ = 0;
};

}  // namespace sb::wire
