// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/metric_naming.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

constexpr OtlpNaming kEscapedWithSuffixes = {};
constexpr OtlpNaming kEscaped = {.adds_suffixes = false};
constexpr OtlpNaming kUtf8WithSuffixes = {.escapes = false};
constexpr OtlpNaming kUntouched = {.escapes = false, .adds_suffixes = false};

struct NameCase {
  NamedMetric metric;
  std::string_view escaped_with_suffixes;
  std::string_view escaped;
  std::string_view utf8_with_suffixes;
};

TEST(MetricNamingTest, NamesAreTheReferencesInEachStrategy) {
  using enum NamedKind;
  const NameCase cases[] = {
      {{"http.server.duration", "s"},
       "http_server_duration_seconds",
       "http_server_duration",
       "http.server.duration_seconds"},
      {{"requests", "", kMonotonicSum}, "requests_total", "requests", "requests_total"},
      {{"requests_total", "", kMonotonicSum}, "requests_total", "requests_total", "requests_total"},
      {{"cpu_seconds_total", "s", kMonotonicSum},
       "cpu_seconds_total",
       "cpu_seconds_total",
       "cpu_seconds_total"},
      {{"cpu_usage", "1", kGauge}, "cpu_usage_ratio", "cpu_usage", "cpu_usage_ratio"},
      {{"items", "1", kMonotonicSum}, "items_total", "items", "items_total"},
      {{"memory.usage", "By", kGauge}, "memory_usage_bytes", "memory_usage", "memory.usage_bytes"},
      {{"throughput", "By/s", kGauge},
       "throughput_bytes_per_second",
       "throughput",
       "throughput_bytes_per_second"},
      {{"requests", "1/s", kMonotonicSum},
       "requests_per_second_total",
       "requests",
       "requests_per_second_total"},
      {{"custom", "{thing}", kGauge}, "custom", "custom", "custom"},
      {{"custom", "By/{thing}", kGauge}, "custom_bytes", "custom", "custom_bytes"},
      {{"custom", "unit@with#special/chars", kGauge},
       "custom_unit_with_special_per_chars",
       "custom",
       "custom_unit@with#special_per_chars"},
      {{"a__b", "", kGauge}, "a_b", "a__b", "a__b"},
      {{"123metric", "", kGauge}, "_123metric", "_123metric", "123metric"},
      {{"@#$%", "", kGauge}, "", "", "@#$%"},
      {{"battery", "%", kGauge}, "battery_percent", "battery", "battery_percent"},
      {{"", "s", kGauge}, "seconds", "", ""},
  };
  for (const NameCase& c : cases) {
    EXPECT_EQ(BuildMetricName(c.metric, kEscapedWithSuffixes), c.escaped_with_suffixes)
        << c.metric.name;
    EXPECT_EQ(BuildMetricName(c.metric, kEscaped), c.escaped) << c.metric.name;
    EXPECT_EQ(BuildMetricName(c.metric, kUtf8WithSuffixes), c.utf8_with_suffixes) << c.metric.name;
    EXPECT_EQ(BuildMetricName(c.metric, kUntouched), c.metric.name);
  }
}

TEST(MetricNamingTest, UnitsAreWords) {
  EXPECT_EQ(BuildUnitName("By/s", kEscapedWithSuffixes), "bytes_per_second");
  EXPECT_EQ(BuildUnitName("1", kEscapedWithSuffixes), "");
  EXPECT_EQ(BuildUnitName("1/s", kEscapedWithSuffixes), "per_second");
  EXPECT_EQ(BuildUnitName("ms", kEscapedWithSuffixes), "milliseconds");
  EXPECT_EQ(BuildUnitName("unit__x", kEscapedWithSuffixes), "unit_x");
}

TEST(MetricNamingTest, LabelNamesAreLegalAndTellApartWhatIsReserved) {
  EXPECT_EQ(BuildLabelName("http.method", kEscaped), "http_method");
  EXPECT_EQ(BuildLabelName("123", kEscaped), "key_123");
  EXPECT_EQ(BuildLabelName("_private", kEscaped), "key_private");
  EXPECT_EQ(BuildLabelName("__reserved__", kEscaped), "__reserved__");
  EXPECT_EQ(BuildLabelName("größe", kEscaped), "gr__e");
  EXPECT_EQ(BuildLabelName("a..b", kEscaped), "a__b");
  EXPECT_EQ(BuildLabelName("a..b", {.keeps_underscore_runs = false}), "a_b");
  EXPECT_EQ(BuildLabelName("_x", {.prefixes_underscore = false}), "_x");
  EXPECT_EQ(BuildLabelName("...", kEscaped), "");
  EXPECT_EQ(BuildLabelName("größe.x", kUntouched), "größe.x");
}

}  // namespace
}  // namespace sb::ingest
