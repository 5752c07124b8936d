// SPDX-License-Identifier: Apache-2.0
//
// /api/prom/query, label and label/x/values: what clients of Loki 0.x ask.
#include <fmt/format.h>

#include <ctime>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"
#include "query/logql/lexer.h"

namespace sb::api::loki {
namespace {

std::string Rfc3339Nano(int64_t ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  const auto seconds = static_cast<std::time_t>(ns >= 0 ? ns / kSecond : (ns + 1) / kSecond - 1);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     ns - int64_t{seconds} * kSecond);
}

base::Result<std::string> QueryJson(const LokiContext& api, query::QueryContext& context,
                                    const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  logql::LogQueryOptions options;
  options.start_ns = bounds.start_ns;
  options.end_ns = bounds.end_ns;
  SB_ASSIGN_OR_RETURN(options.limit, ReadLimit(params, "limit", 100));
  SB_ASSIGN_OR_RETURN(options.direction, ReadDirection(params));
  SB_ASSIGN_OR_RETURN(const auto log, logql::ParseLogQuery(params.Get("query")));
  logql::ReadStats stats;
  SB_ASSIGN_OR_RETURN(const logql::LogAnswer answer,
                      api.with.engine.Logs(context, api.with.reader, *log, options, &stats));
  JsonWriter json;
  json.BeginObject().Key("streams").BeginArray();
  for (const logql::LogStreamResult& stream : answer.streams) {
    std::string labels;
    for (const model::Label& label : stream.labels) {
      labels += fmt::format("{}{}={}", labels.empty() ? "" : ", ", label.name,
                            logql::QuoteGoString(label.value));
    }
    json.BeginObject().Key("labels").String("{" + labels + "}").Key("entries").BeginArray();
    for (const logql::LogEntry& entry : stream.entries) {
      json.BeginObject().Key("ts").String(Rfc3339Nano(entry.time_ns));
      json.Key("line").String(entry.line).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

void SendValues(const base::Result<std::vector<std::string>>& values,
                net::ResponseWriter& writer) {
  if (!values.ok()) {
    return SendFailure(writer, values.status());
  }
  JsonWriter json;
  json.BeginObject().Key("values").BeginArray();
  for (const std::string& value : *values) {
    json.String(value);
  }
  json.EndArray().EndObject();
  SendJson(writer, std::move(json).Take());
}

}  // namespace

void HandleLegacyQuery(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = QueryJson(api, *context, request);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

void HandleLegacyLabels(const LokiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto params = request.FormParams();
  SendValues(params.ok() ? LabelNames(api, *context, *params)
                         : base::Result<std::vector<std::string>>(params.status()),
             writer);
}

void HandleLegacyLabelValues(const LokiContext& api, const net::HttpRequest& request,
                             net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto params = request.FormParams();
  SendValues(params.ok() ? LabelValues(api, *context, *params,
                                       std::string(request.path_params.Get("name")))
                         : base::Result<std::vector<std::string>>(params.status()),
             writer);
}

}  // namespace sb::api::loki
