// SPDX-License-Identifier: Apache-2.0
#include "exposition.h"

#include <gtest/gtest.h>

namespace signalbox {
namespace {

TEST(ExpositionTest, NamesUnitsAndEscapesAreThoseOfPrometheus) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  const Meter meter(store, "m", "");
  meter.CreateCounter("http.requests", {.unit = "{request}", .description = "Requests\nseen"})
      .Add(3, {{"path", "/a\"b"}, {"ok", true}});
  meter.CreateFloatCounter("revenue", {.unit = "EUR"}).Add(2.5);
  meter.CreateGauge("cache.used", {.unit = "By"}).Set(1e6);
  meter.CreateHistogram("latency", {.unit = "s", .buckets = {0.1, 1}}).Record(0.5);
  const std::string text = PrometheusTextOf(store->Collect(), {{"service.name", "shop"}});
  EXPECT_EQ(text, R"(# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="shop"} 1
# TYPE cache_used_bytes gauge
cache_used_bytes 1e+06
# HELP http_requests_total Requests\nseen
# TYPE http_requests_total counter
http_requests_total{ok="true",path="/a\"b"} 3
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 0
latency_seconds_bucket{le="1"} 1
latency_seconds_bucket{le="+Inf"} 1
latency_seconds_sum 0.5
latency_seconds_count 1
# TYPE revenue_EUR_total counter
revenue_EUR_total 2.5
)");
}

}  // namespace
}  // namespace signalbox
