// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/exposition_writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/prometheus/testing/parsed_exposition.h"

namespace sb::wire {
namespace {

std::string Write(ExpositionTarget target) {
  std::string out;
  ExpositionWriter writer(target, &out);
  const std::vector<model::Label> labels = {
      {"__name__", "ignored"}, {"code", "a\"b\\c\nd"}, {"k.v", "x"}};
  const model::Exemplar exemplar{model::LabelSet::FromPairs({{"trace_id", "abc"}}), 0.5, 1234,
                                 true};
  writer.BeginFamily("http_requests_total", model::MetricType::kCounter,
                     "Line\nwith \"q\" and \\.");
  writer.Add({.labels = labels,
              .value = 12,
              .has_time = true,
              .time_ms = 1520879607789,
              .exemplar = &exemplar});
  writer.AddCreated(labels, 1500);
  writer.BeginFamily("lat_seconds", model::MetricType::kHistogram, "", "seconds");
  writer.Add({.suffix = "_bucket", .extra_name = "le", .extra_value = 1, .value = 3});
  writer.Add({.suffix = "_bucket",
              .extra_name = "le",
              .extra_value = std::numeric_limits<double>::infinity(),
              .value = 1000000});
  writer.BeginFamily("sys.load", model::MetricType::kUnknown);
  writer.Add({.labels = {}, .value = 0.25, .has_time = true, .time_ms = -5});
  writer.Finish();
  return out;
}

TEST(ExpositionWriterTest, WritesTheTextFormatWithEscapedNames) {
  EXPECT_EQ(Write({ScrapeProtocol::kPrometheusText0_0_4, EscapingScheme::kUnderscores}),
            "# HELP http_requests_total Line\\nwith \"q\" and \\\\.\n"
            "# TYPE http_requests_total counter\n"
            "http_requests_total{code=\"a\\\"b\\\\c\\nd\",k_v=\"x\"} 12 1520879607789\n"
            "# TYPE lat_seconds histogram\n"
            "lat_seconds_bucket{le=\"1\"} 3\n"
            "lat_seconds_bucket{le=\"+Inf\"} 1e+06\n"
            "# TYPE sys_load untyped\n"
            "sys_load 0.25 -5\n");
}

TEST(ExpositionWriterTest, WritesOpenMetricsWithQuotedNames) {
  EXPECT_EQ(Write({ScrapeProtocol::kOpenMetricsText1_0_0, EscapingScheme::kNone}),
            "# HELP http_requests Line\\nwith \\\"q\\\" and \\\\.\n"
            "# TYPE http_requests counter\n"
            "http_requests_total{code=\"a\\\"b\\\\c\\nd\",\"k.v\"=\"x\"} 12.0 1520879607.789 # "
            "{trace_id=\"abc\"} 0.5 1.234\n"
            "http_requests_created{code=\"a\\\"b\\\\c\\nd\",\"k.v\"=\"x\"} 1.5\n"
            "# TYPE lat_seconds histogram\n"
            "# UNIT lat_seconds seconds\n"
            "lat_seconds_bucket{le=\"1.0\"} 3.0\n"
            "lat_seconds_bucket{le=\"+Inf\"} 1e+06\n"
            "# TYPE \"sys.load\" unknown\n"
            "{\"sys.load\"} 0.25 -0.005\n"
            "# EOF\n");
}

TEST(ExpositionWriterTest, EscapingSchemesApplyToNamesOfMetricsAndLabels) {
  const std::string values = Write({ScrapeProtocol::kPrometheusText1_0_0, EscapingScheme::kValues});
  EXPECT_NE(values.find("U__k_2e_v=\"x\""), std::string::npos) << values;
  EXPECT_NE(values.find("U__sys_2e_load 0.25"), std::string::npos) << values;
  const std::string dots = Write({ScrapeProtocol::kPrometheusText1_0_0, EscapingScheme::kDots});
  EXPECT_NE(dots.find("k_dot_v=\"x\""), std::string::npos) << dots;
}

TEST(ExpositionWriterTest, TheParserReadsWhatTheWriterWrites) {
  const ParsedExposition text =
      ParseAll(ExpositionFormat::kText,
               Write({ScrapeProtocol::kPrometheusText1_0_0, EscapingScheme::kNone}));
  EXPECT_EQ(text.status.ToString(), "OK");
  ASSERT_EQ(text.entries.size(), 8U);
  EXPECT_EQ(text.entries[2],
            "series http_requests_total{code=\"a\\\"b\\\\c\\nd\", \"k.v\"=\"x\"} 12 "
            "@1520879607789");
  const ParsedExposition open =
      ParseAll(ExpositionFormat::kOpenMetrics,
               Write({ScrapeProtocol::kOpenMetricsText1_0_0, EscapingScheme::kNone}));
  EXPECT_EQ(open.status.ToString(), "OK");
  ASSERT_EQ(open.entries.size(), 9U);
  EXPECT_EQ(open.entries[2],
            "series http_requests_total{code=\"a\\\"b\\\\c\\nd\", \"k.v\"=\"x\"} 12 "
            "@1520879607789 st=1500 ex={trace_id=\"abc\"} 0.5@1234");
}

TEST(ExpositionWriterTest, ACounterWithoutTotalIsUnknownInOpenMetrics) {
  std::string out;
  ExpositionWriter writer({ScrapeProtocol::kOpenMetricsText1_0_0, EscapingScheme::kNone}, &out);
  writer.BeginFamily("hits", model::MetricType::kCounter);
  writer.Add({.labels = {}, .value = 1});
  writer.Finish();
  EXPECT_EQ(out, "# TYPE hits unknown\nhits 1.0\n# EOF\n");
}

}  // namespace
}  // namespace sb::wire
