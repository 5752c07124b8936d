// SPDX-License-Identifier: Apache-2.0
#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"

namespace sb::api {

namespace {

constexpr uint64_t kTopListMax = 10'000;

void WriteTopList(std::string_view key, const std::vector<NamedCount>& list, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const NamedCount& one : list) {
    json->BeginObject().Key("name").String(one.name).Key("value").Uint(one.value).EndObject();
  }
  json->EndArray();
}

}  // namespace

void HandleStatusConfig(const ApiContext& api, const net::HttpRequest& /*request*/,
                        net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginObject().Key("yaml").String(api.with.status.ConfigYaml()).EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleStatusFlags(const ApiContext& api, const net::HttpRequest& /*request*/,
                       net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [name, value] : api.with.status.Flags()) {
    json.Key(name).String(value);
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleStatusRuntime(const ApiContext& api, const net::HttpRequest& /*request*/,
                         net::ResponseWriter& writer) {
  const RuntimeInfo info = api.with.status.Runtime();
  JsonWriter json;
  json.BeginObject().Key("startTime").String(FormatRfc3339(info.start_time_ms));
  json.Key("CWD").String(info.working_folder);
  json.Key("hostname").String(info.host_name);
  json.Key("serverTime").String(FormatRfc3339(api.with.clock.NowMs().Value()));
  json.Key("reloadConfigSuccess").Bool(info.reload_ok);
  json.Key("lastConfigTime").String(FormatRfc3339(info.reload_time_ms));
  json.Key("corruptionCount").Uint(info.corruptions);
  // The names are Go's, since clients read them; threads are the nearest thing to goroutines.
  json.Key("goroutineCount").Uint(info.threads);
  json.Key("GOMAXPROCS").Uint(info.processors);
  json.Key("GOMEMLIMIT").Int(0).Key("GOGC").String("").Key("GODEBUG").String("");
  json.Key("storageRetention").String(info.retention).EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleStatusBuild(const ApiContext& api, const net::HttpRequest& /*request*/,
                       net::ResponseWriter& writer) {
  const BuildInfo info = api.with.status.Build();
  JsonWriter json;
  json.BeginObject().Key("version").String(info.version).Key("revision").String(info.revision);
  json.Key("branch").String(info.branch).Key("buildUser").String(info.build_user);
  json.Key("buildDate").String(info.build_date).Key("goVersion").String(info.compiler).EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleStatusTsdb(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  const auto limit = CountParameter(request.query, "limit", kTopListMax);
  if (!limit.ok()) {
    return SendError(writer, limit.status());
  }
  if (limit->has_value() && limit->value() == 0) {
    return SendError(writer, ErrorType::kBadData, "limit must be a positive number");
  }
  const StoreStatistics stats = api.with.status.Statistics(limit->value_or(10));
  JsonWriter json;
  json.BeginObject().Key("headStats").BeginObject();
  json.Key("numSeries").Uint(stats.series).Key("numLabelPairs").Uint(stats.label_pairs);
  json.Key("chunkCount").Uint(stats.chunks).Key("minTime").Int(stats.min_time_ms);
  json.Key("maxTime").Int(stats.max_time_ms).EndObject();
  WriteTopList("seriesCountByMetricName", stats.series_by_metric, &json);
  WriteTopList("labelValueCountByLabelName", stats.values_by_label, &json);
  WriteTopList("memoryInBytesByLabelName", stats.bytes_by_label, &json);
  WriteTopList("seriesCountByLabelValuePair", stats.series_by_pair, &json);
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleStatusReplay(const ApiContext& api, const net::HttpRequest& /*request*/,
                        net::ResponseWriter& writer) {
  // Replay is over before the doors open, so there is never one to be seen half done.
  const bool ready = api.with.status.Ready();
  JsonWriter json;
  json.BeginObject().Key("min").Int(0).Key("max").Int(0).Key("current").Int(0);
  json.Key("state").String(ready ? "done" : "waiting").EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
