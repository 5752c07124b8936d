// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"
#include "config/duration.h"
#include "model/label_name.h"
#include "model/match_all.h"

namespace sb::api {

namespace {

// Go prints the zero time for a target that was never scraped; clients compare with it.
constexpr const char* kNever = "0001-01-01T00:00:00Z";

void WriteActive(const ActiveTarget& target, JsonWriter* json) {
  json->BeginObject().Key("discoveredLabels");
  WriteLabels(target.discovered_labels, json);
  json->Key("labels");
  WriteLabels(target.labels, json);
  json->Key("scrapePool").String(target.scrape_pool);
  json->Key("scrapeUrl").String(target.scrape_url);
  json->Key("globalUrl").String(target.global_url);
  json->Key("lastError").String(target.last_error);
  json->Key("lastScrape")
      .String(target.last_scrape_ms == 0 ? kNever : FormatRfc3339(target.last_scrape_ms));
  json->Key("lastScrapeDuration").Double(target.last_duration_s);
  json->Key("health").String(target.health);
  json->Key("scrapeInterval").String(config::FormatDuration(base::DurationMs(target.interval_ms)));
  json->Key("scrapeTimeout").String(config::FormatDuration(base::DurationMs(target.timeout_ms)));
  json->EndObject();
}

}  // namespace

void HandleTargets(const ApiContext& api, const net::HttpRequest& request,
                   net::ResponseWriter& writer) {
  const std::string pool(request.query.Get("scrapePool"));
  std::string state(request.query.Get("state"));
  std::transform(state.begin(), state.end(), state.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  // Anything but the two words means both, as in the reference.
  const bool active = state != "dropped";
  const bool dropped = state != "active";
  JsonWriter json;
  json.BeginObject().Key("activeTargets").BeginArray();
  if (active) {
    for (const ActiveTarget& target : api.with.targets.ActiveTargets(pool)) {
      WriteActive(target, &json);
    }
  }
  json.EndArray().Key("droppedTargets").BeginArray();
  if (dropped) {
    for (const DroppedTarget& target : api.with.targets.DroppedTargets(pool)) {
      json.BeginObject().Key("discoveredLabels");
      WriteLabels(target.discovered_labels, &json);
      json.Key("scrapePool").String(target.scrape_pool).EndObject();
    }
  }
  json.EndArray().Key("droppedTargetCounts");
  if (dropped) {
    json.BeginObject();
    for (const auto& [name, count] : api.with.targets.DroppedTargetCounts()) {
      json.Key(name).Uint(count);
    }
    json.EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleTargetMetadata(const ApiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer) {
  const auto limit = CountParameter(request.query, "limit", std::numeric_limits<uint32_t>::max());
  if (!limit.ok()) {
    return SendError(writer, limit.status());
  }
  std::vector<model::Matcher> matchers;
  if (const std::string_view text = request.query.Get("match_target"); !text.empty()) {
    net::UrlParams params;
    params.Add("match[]", std::string(text));
    auto selectors = ParseSelectors(params);
    if (!selectors.ok()) {
      return SendError(writer, selectors.status());
    }
    matchers = std::move(selectors->front());
  }
  const std::string metric(request.query.Get("metric"));
  JsonWriter json;
  json.BeginArray();
  uint64_t count = 0;
  for (const TargetMetadata& one : api.with.targets.Metadata(metric)) {
    if (!model::MatchesAll(matchers, one.target)) {
      continue;
    }
    if (limit->has_value() && count++ >= limit->value()) {
      break;
    }
    json.BeginObject().Key("target");
    WriteLabels(one.target, &json);
    if (metric.empty()) {
      json.Key("metric").String(one.metric);
    }
    json.Key("type").String(model::MetricTypeName(one.metadata.type));
    json.Key("help").String(one.metadata.help).Key("unit").String(one.metadata.unit).EndObject();
  }
  json.EndArray();
  SendSuccess(writer, std::move(json).Take());
}

void HandleScrapePools(const ApiContext& api, const net::HttpRequest& /*request*/,
                       net::ResponseWriter& writer) {
  JsonWriter json;
  json.BeginObject().Key("scrapePools").BeginArray();
  for (const std::string& pool : api.with.targets.ScrapePools()) {
    json.String(pool);
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
