// SPDX-License-Identifier: Apache-2.0
#include "api/ui/arrivals_api.h"

#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::api {

namespace {

constexpr std::string_view kSelf = "signalbox";

}  // namespace

std::string ArrivalsJson(int64_t start_time_ms, const std::vector<ingest::Arrival>& arrivals) {
  JsonWriter json;
  json.BeginObject().Key("startTime").String(FormatRfc3339(start_time_ms));
  json.Key("arrivals").BeginArray();
  for (const ingest::Arrival& one : arrivals) {
    if (one.source == kSelf) {
      continue;
    }
    json.BeginObject().Key("signal").String(ingest::NameOf(one.signal));
    json.Key("way").String(one.way).Key("source").String(one.source);
    json.Key("items").Uint(one.items);
    json.Key("firstSeen").String(FormatRfc3339(one.first_ms));
    json.Key("lastSeen").String(FormatRfc3339(one.last_ms)).EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

void AddArrivalsRoute(int64_t start_time_ms, const ingest::Arrivals& arrivals,
                      net::Router* router) {
  router->Handle("GET", "/api/signalbox/v1/arrivals",
                 [start_time_ms, &arrivals](const net::HttpRequest&, net::ResponseWriter& writer) {
                   writer.Send(net::HttpResponse(
                       200, ArrivalsJson(start_time_ms, arrivals.Snapshot()), "application/json"));
                 });
}

}  // namespace sb::api
