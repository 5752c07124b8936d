// SPDX-License-Identifier: Apache-2.0
//
// The queries that run and wait now, and how to end one.
#include <charconv>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "query/engine/query_desk.h"

namespace sb::api {

namespace {

double Seconds(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

void WriteQuery(const query::ActiveQuery& query, JsonWriter* json) {
  const query::QueryTraits& traits = query.traits;
  json->BeginObject().Key("id").Uint(query.id);
  json->Key("state").String(query.running ? "running" : "waiting");
  json->Key("language").String(traits.language).Key("kind").String(traits.kind);
  json->Key("query").String(traits.text);
  json->Key("start").String(FormatRfc3339(traits.start_ms));
  json->Key("end").String(FormatRfc3339(traits.end_ms));
  json->Key("stepSeconds").Double(static_cast<double>(traits.step_ms) / 1000);
  json->Key("submitted").String(FormatRfc3339(query.submitted_ms));
  json->Key("waitedSeconds").Double(Seconds(query.waited_ns));
  json->Key("runSeconds").Double(Seconds(query.run_ns));
  json->Key("samples").Int(query.samples).Key("bytes").Int(query.bytes);
  json->Key("peakBytes").Int(query.bytes_peak);
  json->Key("clients").Uint(query.clients).Key("clientIP").String(traits.client);
  json->Key("path").String(traits.path).EndObject();
}

}  // namespace

void HandleActiveQueries(const ApiContext& api, const net::HttpRequest& /*request*/,
                         net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginArray();
  for (const query::ActiveQuery& query : api.with.desk.Active()) {
    WriteQuery(query, &json);
  }
  json.EndArray();
  SendSuccess(writer, std::move(json).Take());
}

void HandleCancelQuery(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  if (!api.options.enable_admin) {
    return SendError(writer, ErrorType::kUnavailable, "admin APIs disabled");
  }
  const std::string id(request.path_params.Get("id"));
  uint64_t number = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  if (read.ec != std::errc() || read.ptr != id.data() + id.size()) {
    return SendError(writer, ErrorType::kBadData, "invalid query id: " + id);
  }
  if (!api.with.desk.Cancel(number)) {
    return SendError(writer, ErrorType::kNotFound, "no such query runs or waits: " + id);
  }
  SendSuccess(writer, "");
}

}  // namespace sb::api
