// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/metrics.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::traceql {
namespace {

using A = AttributeValue;
constexpr int64_t kSecond = 1'000'000'000;

class MetricsTest : public ::testing::Test {
 protected:
  // Series as lines "key=value,…: v v v" with - for no point.
  std::string Run(std::string_view query, MetricsOptions options) {
    const auto result = QueryMetrics(store_, context_, query, options);
    if (!result.ok()) {
      return result.status().ToString();
    }
    std::string out;
    for (const MetricsSeries& series : result->series) {
      for (size_t i = 0; i < series.labels.size(); ++i) {
        out += (i > 0 ? "," : "") + series.labels[i].first + "=" +
               ValueText(series.labels[i].second.scalar.value());
      }
      out += ":";
      for (const double value : series.values) {
        out += std::isnan(value) ? " -" : fmt::format(" {}", value);
      }
      out += "\n";
    }
    return out;
  }
  std::string Run(std::string_view query) {
    return Run(query, {.start_ns = 10 * kSecond, .end_ns = 30 * kSecond, .step_ns = 10 * kSecond});
  }
  void Write(const TraceBuilder& builder) { ASSERT_TRUE(builder.WriteTo(&store_).ok()); }

  // Spans at 1 s (cart), 10 s (cart), 11 s (shop, error), 30 s (shop); one trace.
  void WriteFour() {
    Write(TraceBuilder()
              .Span({.id = "1",
                     .service = "cart",
                     .start_ns = 1 * kSecond,
                     .duration_ns = kSecond,
                     .attributes = {{"n", A::Int(3)}}})
              .Span({.id = "2",
                     .parent = "1",
                     .service = "cart",
                     .start_ns = 10 * kSecond,
                     .duration_ns = 2 * kSecond,
                     .attributes = {{"n", A::Int(5)}}})
              .Span({.id = "3",
                     .parent = "1",
                     .service = "shop",
                     .start_ns = 11 * kSecond,
                     .duration_ns = 3 * kSecond,
                     .status = 2})
              .Span({.id = "4",
                     .parent = "3",
                     .service = "shop",
                     .name = "db",
                     .start_ns = 30 * kSecond,
                     .duration_ns = 4 * kSecond}));
  }

  store::MemoryEventStore store_;
  store::PatientContext context_;
};

TEST_F(MetricsTest, IntervalsAreLeftOpenAndRightClosed) {
  WriteFour();
  // Samples at 10, 20 and 30 s: (0,10], (10,20], (20,30].
  EXPECT_EQ(Run("{} | count_over_time()"), "__name__=count_over_time: 2 1 1\n");
  EXPECT_EQ(Run("{} | rate()"), "__name__=rate: 0.2 0.1 0.1\n");
}

TEST_F(MetricsTest, StartAndEndAreAlignedToTheStep) {
  WriteFour();
  EXPECT_EQ(Run("{} | count_over_time()",
                {.start_ns = 12 * kSecond, .end_ns = 21 * kSecond, .step_ns = 10 * kSecond}),
            "__name__=count_over_time: 2 1 1\n");
}

TEST_F(MetricsTest, GroupsAreSortedAndNilIsAGroup) {
  WriteFour();
  EXPECT_EQ(Run("{} | count_over_time() by (span.n)"),
            "span.n=3: 1 0 0\nspan.n=5: 1 0 0\n"
            "span.n=nil: 0 1 1\n");
  EXPECT_EQ(Run("{} | count_over_time() by (resource.service.name, status)"),
            "resource.service.name=cart,status=unset: 2 0 0\n"
            "resource.service.name=shop,status=error: 0 1 0\n"
            "resource.service.name=shop,status=unset: 0 0 1\n");
  EXPECT_EQ(Run("{ .service.name = \"cart\" } | rate() by (name)"), "name=op: 0.2 0 0\n");
}

TEST_F(MetricsTest, DurationsAreSecondsAndEmptyStepsAreOmitted) {
  WriteFour();
  EXPECT_EQ(Run("{ resource.service.name = \"cart\" } | min_over_time(duration)"),
            "__name__=min_over_time: 1 - -\n");
  EXPECT_EQ(Run("{} | max_over_time(duration)"), "__name__=max_over_time: 2 3 4\n");
  EXPECT_EQ(Run("{} | avg_over_time(duration)"), "__name__=avg_over_time: 1.5 3 4\n");
  EXPECT_EQ(Run("{} | sum_over_time(span.n)"), "__name__=sum_over_time: 8 - -\n");
  EXPECT_EQ(Run("{} | max_over_time(traceDuration)"),
            "__name__=max_over_time: 33000000000 33000000000 33000000000\n");
}

TEST_F(MetricsTest, QuantilesAreExactAndZeroWhenEmpty) {
  WriteFour();
  EXPECT_EQ(Run("{ .service.name = \"cart\" } | quantile_over_time(duration, 0, .5, 1)"),
            "p=0: 1 0 0\np=0.5: 1.5 0 0\np=1: 2 0 0\n");
}

TEST_F(MetricsTest, HistogramBucketsArePowersOfTwoOfNanosecondsInSeconds) {
  WriteFour();
  EXPECT_EQ(Run("{} | histogram_over_time(duration)"),
            "__bucket=1.073741824: 1 0 0\n__bucket=2.147483648: 1 0 0\n"
            "__bucket=4.294967296: 0 1 1\n");
}

TEST_F(MetricsTest, StructuralPipelinesCountTheirSpans) {
  WriteFour();
  EXPECT_EQ(Run("{ .n = 3 } >> { status = error } | rate() by (rootServiceName)"),
            "rootServiceName=cart: 0 0.1 0\n");
  EXPECT_EQ(Run("{} | count() > 3 | count_over_time()"), "__name__=count_over_time: 2 1 1\n");
  EXPECT_EQ(Run("{ nestedSetParent < 0 } | count_over_time()"),
            "__name__=count_over_time: 1 0 0\n");
}

TEST_F(MetricsTest, TopAndBottomArePerStep) {
  WriteFour();
  EXPECT_EQ(Run("{} | count_over_time() by (resource.service.name) | topk(1)"),
            "resource.service.name=cart: 2 - -\nresource.service.name=shop: - 1 1\n");
  EXPECT_EQ(Run("{} | count_over_time() by (resource.service.name) | bottomk(1)"),
            "resource.service.name=cart: - 0 0\nresource.service.name=shop: 0 - -\n");
}

TEST_F(MetricsTest, FiltersAndArithmetic) {
  WriteFour();
  EXPECT_EQ(Run("{} | count_over_time() > 1"), "__name__=count_over_time: 2 - -\n");
  EXPECT_EQ(Run("({} | count_over_time()) * 10 + 5 > 20"), "__name__=count_over_time: 25 - -\n");
  EXPECT_EQ(Run("({ status = error } | count_over_time()) / ({} | count_over_time())"),
            "__name__=count_over_time: 0 1 0\n");
  EXPECT_EQ(Run("({} | count_over_time()) / ({ status = error } | count_over_time())"),
            "__name__=count_over_time: - 1 -\n");
  EXPECT_EQ(Run("({} | count_over_time()) + ({} | rate())"), ": 2.2 1.1 1.1\n");
  EXPECT_EQ(Run("-2 - 20 / ({} | count_over_time())"), "__name__=count_over_time: -12 -22 -22\n");
}

TEST_F(MetricsTest, CompareSetsSelectionAgainstBaseline) {
  WriteFour();
  const std::string out = Run("{} | compare({ status = error })");
  EXPECT_NE(out.find("__meta_type=selection,resource.service.name=shop: 0 1 0\n"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("__meta_type=baseline,resource.service.name=cart: 2 0 0\n"),
            std::string::npos);
  EXPECT_NE(out.find("__meta_type=baseline,resource.service.name=shop: 0 0 1\n"),
            std::string::npos);
  EXPECT_NE(out.find("__meta_type=baseline_total,resource.service.name=nil: 2 0 1\n"),
            std::string::npos);
  EXPECT_NE(out.find("__meta_type=selection_total,status=nil: 0 1 0\n"), std::string::npos);
  const std::string structural = Run("{ .n = 3 } >> { } | compare({ status = error })");
  EXPECT_NE(structural.find("__meta_type=baseline,resource.service.name=cart: 1 0 0\n"),
            std::string::npos)
      << structural;
}

TEST_F(MetricsTest, InstantQueriesHaveOneInterval) {
  WriteFour();
  EXPECT_EQ(Run("{} | count_over_time()", {.start_ns = 0, .end_ns = 20 * kSecond, .instant = true}),
            "__name__=count_over_time: 3\n");
  EXPECT_EQ(Run("{} | rate()", {.start_ns = 0, .end_ns = 20 * kSecond, .instant = true}),
            "__name__=rate: 0.15\n");
}

TEST_F(MetricsTest, ExemplarsNameTraceAndSpan) {
  WriteFour();
  const auto result = QueryMetrics(
      store_, context_, "{} | max_over_time(duration)",
      {.start_ns = 0, .end_ns = 20 * kSecond, .step_ns = 20 * kSecond, .exemplars = 1});
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->series.size(), 1U);
  ASSERT_EQ(result->series[0].exemplars.size(), 1U);
  EXPECT_EQ(result->series[0].exemplars[0].labels[0].second.scalar.text,
            "00000000000000000000000000000001");
  EXPECT_EQ(result->series[0].exemplars[0].value, 1);
}

TEST_F(MetricsTest, DefaultStepsAreRound) {
  EXPECT_EQ(DefaultStepNs(3600 * kSecond), 15 * kSecond);
  EXPECT_EQ(DefaultStepNs(24 * 3600 * kSecond), 300 * kSecond);
  EXPECT_EQ(DefaultStepNs(30 * kSecond), 100'000'000);
  EXPECT_EQ(DefaultStepNs(120 * kSecond), kSecond);
}

TEST_F(MetricsTest, BadRangesAreRefused) {
  EXPECT_NE(Run("{} | rate()", {.start_ns = 5, .end_ns = 5, .step_ns = 1}).find("INVALID"),
            std::string::npos);
  EXPECT_NE(
      Run("{} | rate()", {.start_ns = 0, .end_ns = INT64_MAX / 2, .step_ns = 1}).find("INVALID"),
      std::string::npos);
  EXPECT_NE(Run("{}").find("not a metrics query"), std::string::npos);
}

}  // namespace
}  // namespace sb::traceql
