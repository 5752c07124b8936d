// SPDX-License-Identifier: Apache-2.0
//
// buildinfo, limits, ready.
#include <fmt/format.h>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"

namespace sb::api::loki {

void HandleBuildInfo(const LokiContext& api, const net::HttpRequest& /*request*/,
                     net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginObject().Key("version").String(api.options.version);
  json.Key("revision").String("signalbox").Key("branch").String("").Key("buildUser").String("");
  json.Key("buildDate").String("").Key("goVersion").String("").EndObject();
  SendJson(writer, std::move(json).Take());
}

void HandleDrilldownLimits(const LokiContext& api, const net::HttpRequest& /*request*/,
                           net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginObject().Key("limits").BeginObject();
  json.Key("discover_log_levels").Bool(true).Key("discover_service_name").BeginArray();
  for (const char* label : {"service", "app", "application", "name", "container", "job"}) {
    json.String(label);
  }
  json.EndArray();
  json.Key("log_level_fields").BeginArray().String("level").String("severity").EndArray();
  json.Key("max_entries_limit_per_query").Uint(api.options.entries_max);
  json.Key("max_line_size_truncate").Bool(false);
  json.Key("max_query_bytes_read").String("0B").Key("max_query_length").String("0s");
  json.Key("max_query_lookback").String("0s").Key("max_query_range").String("0s");
  json.Key("max_query_series").Uint(api.with.engine.options().series_max);
  json.Key("metric_aggregation_enabled").Bool(false);
  json.Key("otlp_config").BeginObject().EndObject();
  json.Key("pattern_persistence_enabled").Bool(true);
  json.Key("query_timeout").String(fmt::format("{}ms", api.with.engine.options().timeout_ms));
  json.Key("retention_period").String("0s").Key("retention_stream").Null();
  json.Key("volume_enabled").Bool(true).Key("volume_max_series").Int(1000);
  json.EndObject().Key("pattern_ingester_enabled").Bool(true);
  json.Key("version").String(api.options.version);
  json.Key("maxDetectedFields").Int(1000).Key("maxDetectedValues").Int(1000);
  json.Key("maxLabelValues").Int(1000).Key("maxLinesPerQuery").Uint(api.options.entries_max);
  json.EndObject();
  SendJson(writer, std::move(json).Take());
}

void HandleReady(const LokiContext& /*api*/, const net::HttpRequest& /*request*/,
                 net::ResponseWriter& writer) {
  writer.Send(net::PlainTextResponse(200, "ready"));
}

}  // namespace sb::api::loki
