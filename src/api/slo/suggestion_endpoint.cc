// SPDX-License-Identifier: Apache-2.0
//
// Offers objectives for user journeys (`cuj.name`) that the metrics made of spans know, with
// targets that the last week would have met.
#include <fmt/format.h>

#include <cmath>

#include "api/http/json_writer.h"
#include "api/prometheus/envelope.h"
#include "api/slo/slo_api.h"

namespace sb::api {
namespace {

constexpr const char* kCallMetrics[] = {"traces_spanmetrics_calls_total", "calls_total"};

// The strictest usual target that `availability` meets; 0: none.
double UsualTarget(double availability) {
  for (const double target : {99.99, 99.95, 99.9, 99.5, 99.0, 98.0, 95.0, 90.0}) {
    if (availability * 100 >= target) {
      return target;
    }
  }
  return 0;
}

std::string NativeFile(const std::string& journey, const std::string& service,
                       const std::string& metric, double target) {
  return fmt::format(
      "slos:\n- name: {0}-availability\n  service: {1}\n  journey: {0}\n  objective: {2}\n"
      "  window: 30d\n  sli:\n    ratio:\n"
      "      errors: '{3}{{cuj_name=\"{0}\",status_code=\"STATUS_CODE_ERROR\"}}'\n"
      "      total: '{3}{{cuj_name=\"{0}\"}}'\n",
      journey, service, target, metric);
}

}  // namespace

void SloApi::Suggest(const Request&, Writer& writer) const {
  const int64_t now_ms = with_.env.clock().NowMs().Value();
  JsonWriter json;
  json.BeginObject().Key("suggestions").BeginArray();
  for (const char* metric : kCallMetrics) {
    query::QueryContext context(with_.env.clock(), with_.engine.ContextOptions());
    const std::string query = fmt::format(
        "1 - (sum by (cuj_name, service_name) (increase({0}{{cuj_name!=\"\",status_code="
        "\"STATUS_CODE_ERROR\"}}[7d])) or 0 * sum by (cuj_name, service_name) "
        "(increase({0}{{cuj_name!=\"\"}}[7d]))) / sum by (cuj_name, service_name) "
        "(increase({0}{{cuj_name!=\"\"}}[7d]))",
        metric);
    const auto result = with_.engine.Instant(context, with_.metrics, query, now_ms);
    if (!result.ok()) {
      return SendQueryError(writer, result.status());
    }
    for (const query::VectorElement& row : std::get<query::InstantVector>(result->value)) {
      if (!std::isfinite(row.value)) {
        continue;
      }
      const std::string journey(row.labels.Get("cuj_name"));
      const std::string service(row.labels.Get("service_name"));
      const double target = UsualTarget(row.value);
      json.BeginObject().Key("journey").String(journey).Key("service").String(service);
      json.Key("availability7d").Double(row.value).Key("objective").Double(target);
      json.Key("source").String(NativeFile(journey, service.empty() ? "journeys" : service, metric,
                                           target > 0 ? target : 90));
      json.EndObject();
    }
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
