// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/elastic_bulk_endpoint.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "encoding/json_cursor.h"
#include "ingest/elastic/elastic_document.h"
#include "model/utf8_repair.h"

namespace sb::ingest {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

// 20 characters, as Elasticsearch makes them.
std::string NewId(base::Random& random) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id;
  for (int word = 0; word < 2; ++word) {
    uint64_t bits = random.Next64();
    for (int i = 0; i < 10; ++i) {
      id.push_back(kDigits[bits & 63]);
      bits >>= 6;
    }
  }
  return id;
}

// Names and ids come back as they were sent, but an answer is UTF-8.
void AppendJsonQuoted(std::string_view text, std::string* out) {
  std::string scratch;
  encoding::AppendJsonQuoted(model::ValidUtf8(text, &scratch), out);
}

void AppendErrorBody(std::string_view type, std::string_view reason, std::string* out) {
  out->append("{\"type\":");
  AppendJsonQuoted(type, out);
  out->append(",\"reason\":");
  AppendJsonQuoted(reason, out);
  out->append("}");
}

}  // namespace

struct ElasticBulkEndpoint::ItemResult {
  wire::BulkAction action = wire::BulkAction::kIndex;
  std::string_view index;
  std::string id;
  bool has_own_id = false;
  int status = 201;
  std::string_view result;  // "created", …
  std::string_view error_type;
  std::string error_reason;

  void Refuse(int code, std::string_view type, std::string reason) {
    status = code;
    error_type = type;
    error_reason = std::move(reason);
  }

  void AppendTo(std::string* out) const {
    out->append("{\"_index\":");
    AppendJsonQuoted(index, out);
    out->append(",\"_id\":");
    AppendJsonQuoted(id, out);
    if (error_type.empty()) {
      out->append(",\"_version\":1,\"result\":\"").append(result);
      out->append(
          "\",\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0},\"_seq_no\":0,"
          "\"_primary_term\":1");
    }
    out->append(",\"status\":").append(std::to_string(status));
    if (!error_type.empty()) {
      out->append(",\"error\":");
      AppendErrorBody(error_type, error_reason, out);
    }
    out->append("}");
  }
};

std::string ElasticError(int status, std::string_view type, std::string_view reason) {
  std::string out = "{\"error\":{\"root_cause\":[";
  AppendErrorBody(type, reason, &out);
  out.append("],\"type\":");
  AppendJsonQuoted(type, &out);
  out.append(",\"reason\":");
  AppendJsonQuoted(reason, &out);
  return out.append("},\"status\":").append(std::to_string(status)).append("}");
}

ElasticBulkEndpoint::ElasticBulkEndpoint(LogWriter* writer, base::Env* env,
                                         base::Registry* registry)
    : writer_(writer),
      env_(env),
      requests_(&registry->AddCounter("signalbox_elastic_bulk_requests_total",
                                      "Elasticsearch bulk requests received.")) {}

ElasticBulkEndpoint::ItemResult ElasticBulkEndpoint::Take(const wire::BulkItem& item,
                                                          int64_t now_ns, bool is_repeated,
                                                          LogBatch* batch) {
  ItemResult result;
  result.action = item.action;
  result.index = item.index;
  result.has_own_id = !item.id.empty();
  result.id = result.has_own_id ? std::string(item.id) : NewId(env_->random());
  if (item.action == wire::BulkAction::kDelete) {
    result.status = 404;
    result.result = "not_found";
    return result;
  }
  if (item.action == wire::BulkAction::kUpdate) {
    result.Refuse(400, "illegal_argument_exception",
                  "logs are only appended: use index or create instead of update");
    writer_->losses()->Add(LossReason::kLogMalformed);
    return result;
  }
  if (item.action == wire::BulkAction::kCreate && result.has_own_id &&
      (is_repeated || ids_.Contains(item.index, item.id))) {
    result.Refuse(409, "version_conflict_engine_exception",
                  "[" + result.id + "]: version conflict, document already exists");
    return result;
  }
  ElasticDocument document;
  if (const base::Status status = document.Read(item.index, item.id, item.document, now_ns);
      !status.ok()) {
    result.Refuse(
        400, "document_parsing_exception",
        "failed to parse, document is not a JSON object: " + std::string(status.message()));
    writer_->losses()->Add(LossReason::kLogMalformed);
    return result;
  }
  if (document.has_bad_time()) {
    writer_->losses()->Add(LossReason::kLogInvalidTime);
  }
  result.result = "created";
  batch->Add(batch->Stream(document.labels()), document.record());
  return result;
}

bool ElasticBulkEndpoint::Store(LogBatch batch, const std::vector<ItemResult>& results,
                                ElasticBulkReply* reply) {
  const base::Status status = writer_->Write(std::move(batch));
  if (!status.ok()) {
    reply->status = HttpStatusOfWrite(status);
    reply->json = ElasticError(
        reply->status,
        reply->status == 429 ? "es_rejected_execution_exception" : "unavailable_shards_exception",
        status.message());
    return false;
  }
  for (const ItemResult& result : results) {
    if (result.has_own_id && result.status == 201) {
      ids_.Add(result.index, result.id);
    }
  }
  return true;
}

ElasticBulkReply ElasticBulkEndpoint::Bulk(std::string_view body, std::string_view default_index) {
  requests_->Add();
  const int64_t began_ns = env_->clock().MonotonicNs();
  ElasticBulkReply reply;
  wire::BulkRequest request;
  if (const base::Status status = wire::ReadBulk(body, default_index, &request); !status.ok()) {
    writer_->losses()->Add(LossReason::kMalformedRequest);
    return {400, ElasticError(400, "illegal_argument_exception", status.message())};
  }
  const int64_t now_ns = env_->clock().Now().Value();
  LogBatch batch = writer_->NewBatch();
  std::vector<ItemResult> results;
  results.reserve(request.items.size());
  std::set<std::pair<std::string_view, std::string_view>> created;
  bool has_errors = false;
  for (const wire::BulkItem& item : request.items) {
    const bool is_repeated = item.action == wire::BulkAction::kCreate && !item.id.empty() &&
                             !created.insert({item.index, item.id}).second;
    // Documents without a time keep their order, and equal ones stay apart.
    const int64_t arrival_ns = now_ns + static_cast<int64_t>(results.size());
    results.push_back(Take(item, arrival_ns, is_repeated, &batch));
    has_errors = has_errors || !results.back().error_type.empty();
  }
  if (!Store(std::move(batch), results, &reply)) {
    return reply;
  }
  const int64_t took_ms = (env_->clock().MonotonicNs() - began_ns) / kNsPerMs;
  reply.json = "{\"took\":" + std::to_string(took_ms) +
               ",\"errors\":" + (has_errors ? "true" : "false") + ",\"items\":[";
  for (const ItemResult& result : results) {
    if (&result != results.data()) {
      reply.json.push_back(',');
    }
    reply.json.append("{\"").append(wire::BulkActionName(result.action)).append("\":");
    result.AppendTo(&reply.json);
    reply.json.push_back('}');
  }
  reply.json.append("]}");
  return reply;
}

ElasticBulkReply ElasticBulkEndpoint::Document(wire::BulkAction action, std::string_view index,
                                               std::string_view id, std::string_view document) {
  requests_->Add();
  wire::BulkItem item;
  item.action = action;
  item.index = index;
  item.id = id;
  item.document = document;
  LogBatch batch = writer_->NewBatch();
  std::vector<ItemResult> results;
  results.push_back(Take(item, env_->clock().Now().Value(), false, &batch));
  ElasticBulkReply reply;
  if (!Store(std::move(batch), results, &reply)) {
    return reply;
  }
  reply.status = results[0].status;
  if (results[0].error_type.empty()) {
    results[0].AppendTo(&reply.json);
  } else {
    reply.json = ElasticError(reply.status, results[0].error_type, results[0].error_reason);
  }
  return reply;
}

}  // namespace sb::ingest
