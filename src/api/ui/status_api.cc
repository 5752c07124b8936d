// SPDX-License-Identifier: Apache-2.0
#include "api/ui/status_api.h"

#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::api {

namespace {

void WriteStorage(const SignalboxStatus& status, JsonWriter* json) {
  json->Key("storage").BeginObject();
  json->Key("headSeries").Uint(status.head_series);
  json->Key("headSamplesAppendedTotal").Uint(status.samples_appended_total);
  json->Key("blocks").Uint(status.blocks);
  json->Key("diskBytes").Uint(status.disk_bytes);
  json->Key("walBytes").Uint(status.wal_bytes);
  json->Key("minTime").Int(status.min_time_ms);
  json->Key("maxTime").Int(status.max_time_ms);
  json->Key("retention").String(status.retention).EndObject();
}

}  // namespace

std::string ToJson(const SignalboxStatus& status) {
  JsonWriter json;
  json.BeginObject().Key("version").String(status.version);
  json.Key("revision").String(status.revision);
  json.Key("startTime").String(FormatRfc3339(status.start_time_ms));
  json.Key("uptimeSeconds").Int((status.now_ms - status.start_time_ms) / 1000);
  json.Key("configReload").BeginObject().Key("ok").Bool(status.reload_ok);
  json.Key("time").String(FormatRfc3339(status.reload_time_ms));
  json.Key("error").String(status.reload_error).EndObject();
  WriteStorage(status, &json);
  json.Key("scrape").BeginObject().Key("targetsUp").Uint(status.targets_up);
  json.Key("targetsDown").Uint(status.targets_down).Key("jobs").Uint(status.jobs).EndObject();
  json.Key("ingest").BeginObject().Key("samplesTotal").Uint(status.samples_total);
  json.Key("remoteWriteRequestsTotal").Uint(status.remote_write_requests_total);
  json.Key("rejectedTotal").Uint(status.rejected_total).EndObject();
  json.EndObject();
  return std::move(json).Take();
}

void AddSignalboxRoutes(const SignalboxStatusSource& source, net::Router* router) {
  router->Handle(
      "GET", "/api/signalbox/v1/status",
      [&source](const net::HttpRequest&, net::ResponseWriter& writer) {
        writer.Send(net::HttpResponse(200, ToJson(source.SignalboxState()), "application/json"));
      });
}

}  // namespace sb::api
