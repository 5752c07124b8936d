// SPDX-License-Identifier: Apache-2.0
//
// Semantics of the dialect as its documentation has them. Expected values are worked out by hand
// from the samples that each test loads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "query/metricsql/engine.h"
#include "query/metricsql/rows.h"
#include "query/promql/testing/test_store.h"
#include "store/interface/sample_spacing.h"

namespace sb::metricsql {
namespace {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// A store whose samples were downsampled to one an hour.
class ThinnedStore : public store::QuerierFactory {
 public:
  explicit ThinnedStore(store::QuerierFactory& store) : store_(store) {}

  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) override {
    SB_ASSIGN_OR_RETURN(auto querier, store_.NewQuerier(range));
    return std::unique_ptr<store::Querier>(std::make_unique<Thinned>(std::move(querier)));
  }

 private:
  class Thinned : public store::Querier, public store::SampleSpacing {
   public:
    explicit Thinned(std::unique_ptr<store::Querier> querier) : querier_(std::move(querier)) {}
    int64_t SpacingMs() const override { return 3'600'000; }
    base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
        const store::ReadContext& context, const store::SelectHints& hints,
        std::span<const model::Matcher> matchers) override {
      return querier_->Select(context, hints, matchers);
    }
    base::Result<std::vector<std::string>> LabelNames(
        const store::ReadContext& context, std::span<const model::Matcher> matchers) override {
      return querier_->LabelNames(context, matchers);
    }
    base::Result<std::vector<std::string>> LabelValues(
        const store::ReadContext& context, const std::string& name,
        std::span<const model::Matcher> matchers) override {
      return querier_->LabelValues(context, name, matchers);
    }
    base::Result<std::vector<store::ExemplarSeries>> Exemplars(
        const store::ReadContext& context,
        std::span<const std::vector<model::Matcher>> selectors) override {
      return querier_->Exemplars(context, selectors);
    }

   private:
    std::unique_ptr<store::Querier> querier_;
  };
  store::QuerierFactory& store_;
};

class MetricsqlEngineTest : public ::testing::Test {
 protected:
  // Samples `step_s` seconds apart from time 0; NaN leaves one out.
  void Load(Labels labels, const std::vector<double>& values, int64_t step_s = 60) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isnan(values[i])) {
        model::Sample sample;
        sample.time_ms = static_cast<int64_t>(i) * step_s * 1000;
        sample.value = values[i];
        ASSERT_TRUE(store_.Append(model::LabelSet::FromPairs(labels), sample).ok());
      }
    }
  }

  // "labels value value …; …", rows in the order of the answer; "-" where there is no value.
  std::string Range(const std::string& query, int64_t start_s, int64_t end_s, int64_t step_s) {
    query::QueryContext context(base::Env::Real().clock(), {});
    const auto result =
        engine_.Range(context, asked_, query, {start_s * 1000, end_s * 1000, step_s * 1000}, 0);
    if (!result.ok()) {
      return "error: " + std::string(result.status().message());
    }
    std::string out;
    for (const query::MatrixSeries& series : std::get<query::Matrix>(result->value)) {
      out += (out.empty() ? "" : "; ") + series.labels.ToString();
      size_t next = 0;
      for (int64_t t = start_s; t <= end_s; t += step_s) {
        const bool there = next < series.floats.size() && series.floats[next].time_ms == t * 1000;
        out += there ? fmt::format(" {:.6g}", series.floats[next++].value) : " -";
      }
    }
    return out;
  }

  std::string At(const std::string& query, int64_t time_s, int64_t step_s = 60) {
    query::QueryContext context(base::Env::Real().clock(), {});
    const auto result = engine_.Instant(context, asked_, query, time_s * 1000, step_s * 1000, 0);
    if (!result.ok()) {
      return "error: " + std::string(result.status().message());
    }
    std::string out;
    for (const query::VectorElement& element : std::get<query::InstantVector>(result->value)) {
      out += (out.empty() ? "" : "; ") + element.labels.ToString() +
             fmt::format(" {:.6g}", element.value);
    }
    return out;
  }

  promql::TestStore store_;
  ThinnedStore thinned_{store_};
  std::reference_wrapper<store::QuerierFactory> asked_{store_};
  const Engine engine_{EngineOptions{}};
};

TEST_F(MetricsqlEngineTest, DownsampledSeriesHaveNoHoles) {
  constexpr double kGone = std::numeric_limits<double>::quiet_NaN();
  // An hour apart up to 7200 s, then a minute.
  std::vector<double> samples(126, kGone);
  samples[0] = 0;
  samples[60] = 3600;
  for (size_t i = 120; i < samples.size(); ++i) {
    samples[i] = 7200 + static_cast<double>(i - 120) * 120;
  }
  Load({{"__name__", "x"}}, samples);
  EXPECT_EQ(At("x", 6600), "");
  EXPECT_EQ(Range("x", 5500, 7500, 1000), "x - - 7800");
  asked_ = thinned_;
  EXPECT_EQ(At("x", 6600), "x 3600");
  EXPECT_EQ(Range("x", 5500, 7500, 1000), "x 3600 3600 7800");
  EXPECT_EQ(Range("rate(x)", 5500, 7500, 1000), "{} 1 1 2");
  EXPECT_EQ(Range("timestamp(x)", 6600, 6600, 60), "{} 3600");
  // Two intervals back, no further; and what is written holds.
  EXPECT_EQ(At("x", 7500 + 7199), "x 7800");
  EXPECT_EQ(At("x", 7500 + 7200), "");
  EXPECT_EQ(At("last_over_time(x[10m])", 6600), "");
}

TEST_F(MetricsqlEngineTest, IncreaseCountsFromTheSampleBeforeTheWindow) {
  Load({{"__name__", "x"}}, {100, 110, 120, 5, 15, 15});
  // PromQL would extrapolate 10 over a minute to 2 minutes; here it is what was counted.
  EXPECT_EQ(Range("increase(x[2m])", 120, 300, 60), "{} 20 15 15 10");
  EXPECT_EQ(Range("increase(x)", 120, 300, 60), "{} 10 5 10 0");
  EXPECT_EQ(At("rate(x[2m])", 240), "{} 0.125");
  EXPECT_EQ(At("increase_prometheus(x[2m])", 240), "{} 10");
  EXPECT_EQ(At("delta(x[2m])", 180), "{} -105");
}

TEST_F(MetricsqlEngineTest, ANewSeriesThatIsSmallBeganAtZero) {
  Load({{"__name__", "x"}, {"i", "new"}}, {kNan, kNan, kNan, 3, 4, 5});
  Load({{"__name__", "x"}, {"i", "old"}}, {kNan, kNan, kNan, 1000, 1001, 1002});
  EXPECT_EQ(At("increase(x[5m])", 300), R"({i="new"} 5; {i="old"} 2)");
  EXPECT_EQ(At("increase_pure(x[5m])", 300), R"({i="new"} 5; {i="old"} 1002)");
}

TEST_F(MetricsqlEngineTest, WindowsThatAreLeftOut) {
  Load({{"__name__", "x"}}, {0, 60, 120, 180, 240, 300, 360});
  EXPECT_EQ(Range("rate(x)", 120, 360, 120), "{} 1 1 1");
  // Shorter than the samples' distance: the window grows, so that the graph has no holes.
  EXPECT_EQ(Range("rate(x)", 120, 180, 30), "{} 1 1 1");
  EXPECT_EQ(At("sum_over_time(x[3i])", 180, 60), "{} 360");
}

TEST_F(MetricsqlEngineTest, KeepMetricNames) {
  Load({{"__name__", "x"}}, {0, 60, 120});
  Load({{"__name__", "y"}}, {0, 30, 60});
  EXPECT_EQ(At("rate(x[2m]) keep_metric_names", 120), "x 1");
  EXPECT_EQ(At(R"(rate({__name__=~"x|y"}[2m]) keep_metric_names)", 120), "x 1; y 0.5");
  EXPECT_NE(At(R"(rate({__name__=~"x|y"}[2m]))", 120).find("duplicate output series"),
            std::string::npos);
  EXPECT_EQ(At("(x * 2) keep_metric_names", 120), "x 240");
  EXPECT_EQ(At("max_over_time(x[2m])", 120), "x 120");
}

TEST_F(MetricsqlEngineTest, SelectorsWithOr) {
  Load({{"__name__", "x"}, {"a", "1"}}, {1});
  Load({{"__name__", "x"}, {"a", "2"}}, {2});
  Load({{"__name__", "y"}, {"a", "3"}}, {3});
  EXPECT_EQ(At(R"({__name__="x",a="1" or __name__="y"})", 0), R"(x{a="1"} 1; y{a="3"} 3)");
}

TEST_F(MetricsqlEngineTest, DefaultIfAndIfNot) {
  Load({{"__name__", "a"}, {"i", "1"}}, {1, kNan, kNan, kNan, kNan, kNan, kNan, 8});
  Load({{"__name__", "b"}, {"i", "1"}}, {10, 11, 12, 13, 14, 15, 16, 17});
  EXPECT_EQ(Range("a[1m] default 0", 0, 120, 60), R"(a{i="1"} 1 0 0)");
  EXPECT_EQ(Range("a[1m] default b", 0, 120, 60), R"(a{i="1"} 1 11 12)");
  EXPECT_EQ(Range("none default b", 0, 60, 60), R"(b{i="1"} 10 11)");
  EXPECT_EQ(Range("b if a[1m]", 0, 120, 60), R"(b{i="1"} 10 - -)");
  EXPECT_EQ(Range("b ifnot a[1m]", 0, 120, 60), R"(b{i="1"} - 11 12)");
  EXPECT_EQ(Range("b if (time() > 60)", 0, 120, 60), R"(b{i="1"} - - 12)");
}

TEST_F(MetricsqlEngineTest, ComparisonWithSeveralValues) {
  Load({{"__name__", "x"}}, {1, 2, 3, 4});
  EXPECT_EQ(Range("x == (1, 3)", 0, 180, 60), "x 1 - 3 -");
  EXPECT_EQ(Range("x != (1, 3)", 0, 180, 60), "x - 2 - 4");
  EXPECT_EQ(Range("2 < x", 0, 180, 60), "x - - 3 4");
}

TEST_F(MetricsqlEngineTest, GroupLeftOfAllLabels) {
  Load({{"__name__", "x"}, {"i", "1"}, {"m", "a"}}, {6});
  Load({{"__name__", "info"}, {"i", "1"}, {"os", "l"}, {"v", "2"}}, {1});
  EXPECT_EQ(At(R"(x * on(i) group_left(*) info)", 0), R"({i="1", m="a", os="l", v="2"} 6)");
  EXPECT_EQ(At(R"(x * on(i) group_left(os) prefix "n_" info)", 0), R"({i="1", m="a", n_os="l"} 6)");
}

TEST_F(MetricsqlEngineTest, AggregationsOfTheDialect) {
  Load({{"__name__", "x"}, {"i", "1"}}, {1, 9, 1, 1});
  Load({{"__name__", "x"}, {"i", "2"}}, {4, 4, 4, 4});
  Load({{"__name__", "x"}, {"i", "3"}}, {3, 3, 3, 6});
  EXPECT_EQ(Range("topk_avg(1, x)", 0, 180, 60), R"(x{i="2"} 4 4 4 4)");
  EXPECT_EQ(Range("topk_max(1, x)", 0, 180, 60), R"(x{i="1"} 1 9 1 1)");
  EXPECT_EQ(Range("topk_last(1, x)", 0, 180, 60), R"(x{i="3"} 3 3 3 6)");
  EXPECT_EQ(Range("bottomk_median(1, x)", 0, 180, 60), R"(x{i="1"} 1 9 1 1)");
  EXPECT_EQ(Range(R"(topk_avg(1, x, "i=others"))", 0, 180, 60),
            R"(x{i="2"} 4 4 4 4; {i="others"} 4 12 4 7)");
  EXPECT_EQ(Range("sum(x, x offset 1m)", 60, 120, 60), "{} 24 24");
  EXPECT_EQ(At("count(sum(x) by (i) limit 2)", 0), "{} 2");
  EXPECT_EQ(At(R"(quantiles("phi", 0, 1, x))", 0), R"({phi="0"} 1; {phi="1"} 4)");
  EXPECT_EQ(At("median(x)", 0), "{} 3");
  EXPECT_EQ(At("distinct(x > 3)", 180), "{} 2");
  EXPECT_EQ(At("share(x)", 120), R"({i="1"} 0.125; {i="2"} 0.5; {i="3"} 0.375)");
  EXPECT_EQ(At("count(any(x) by (nothing))", 0), "{} 1");
  EXPECT_EQ(Range("outliersk(1, x)", 0, 180, 60), R"(x{i="1"} 1 9 1 1)");
  EXPECT_EQ(At(R"(count_values("v", x))", 0), R"({v="1"} 1; {v="3"} 1; {v="4"} 1)");
}

TEST_F(MetricsqlEngineTest, LabelFunctions) {
  Load({{"__name__", "x"}, {"a", "Host-1"}, {"b", "q"}}, {5});
  EXPECT_EQ(At(R"(label_set(x, "c", "d", "b", ""))", 0), R"(x{a="Host-1", c="d"} 5)");
  EXPECT_EQ(At(R"(alias(x, "y"))", 0), R"(y{a="Host-1", b="q"} 5)");
  EXPECT_EQ(At(R"(label_del(x, "a", "__name__"))", 0), R"({b="q"} 5)");
  EXPECT_EQ(At(R"(label_keep(x, "a"))", 0), R"({a="Host-1"} 5)");
  EXPECT_EQ(At(R"(label_copy(x, "a", "c"))", 0), R"(x{a="Host-1", b="q", c="Host-1"} 5)");
  EXPECT_EQ(At(R"(label_move(x, "a", "c"))", 0), R"(x{b="q", c="Host-1"} 5)");
  EXPECT_EQ(At(R"(label_map(x, "b", "q", "z"))", 0), R"(x{a="Host-1", b="z"} 5)");
  EXPECT_EQ(At(R"q(label_transform(x, "a", "-(.)", ":$1"))q", 0), R"(x{a="Host:1", b="q"} 5)");
  EXPECT_EQ(At(R"(label_lowercase(x, "a"))", 0), R"(x{a="host-1", b="q"} 5)");
  EXPECT_EQ(At(R"(label_value(label_set(x, "n", "7.5"), "n"))", 0),
            R"({a="Host-1", b="q", n="7.5"} 7.5)");
  EXPECT_EQ(At(R"(label_match(x, "b", "z"))", 0), "");
  EXPECT_EQ(At(R"(drop_common_labels(x))", 0), "{} 5");
}

TEST_F(MetricsqlEngineTest, RollupsGiveSeveralSeries) {
  Load({{"__name__", "x"}}, {1, 5, 2, 8});
  EXPECT_EQ(At("rollup(x[4m])", 180), R"(x{rollup="avg"} 4; x{rollup="max"} 8; x{rollup="min"} 1)");
  EXPECT_EQ(At(R"(rollup(x[4m], "max"))", 180), "x 8");
  EXPECT_EQ(At("rollup_candlestick(x[2m])", 120),
            R"(x{rollup="close"} 2; x{rollup="high"} 5; x{rollup="low"} 2; x{rollup="open"} 5)");
  EXPECT_EQ(At("rollup_delta(x[4m])", 180),
            R"({rollup="avg"} 3.25; {rollup="max"} 6; {rollup="min"} -3)");
  EXPECT_EQ(At(R"(aggr_over_time(("min_over_time", "count_over_time"), x[4m]))", 180),
            R"({rollup="count_over_time"} 4; {rollup="min_over_time"} 1)");
  EXPECT_EQ(At(R"(quantiles_over_time("q", 0, 0.5, x[4m]))", 180), R"(x{q="0"} 1; x{q="0.5"} 3.5)");
  EXPECT_EQ(At(R"(count_values_over_time("v", x[4m]))", 180),
            R"({v="1"} 1; {v="2"} 1; {v="5"} 1; {v="8"} 1)");
}

TEST_F(MetricsqlEngineTest, OverTimeFunctions) {
  Load({{"__name__", "x"}}, {1, 5, 2, 8, 8});
  EXPECT_EQ(At("count_gt_over_time(x[5m], 4)", 240), "{} 3");
  EXPECT_EQ(At("share_le_over_time(x[5m], 2)", 240), "{} 0.4");
  EXPECT_EQ(At("sum_eq_over_time(x[5m], 8)", 240), "{} 16");
  EXPECT_EQ(At("tmin_over_time(x[5m])", 240), "{} 0");
  EXPECT_EQ(At("tmax_over_time(x[5m])", 240), "{} 240");
  EXPECT_EQ(At("tlast_change_over_time(x[5m])", 240), "{} 180");
  EXPECT_EQ(At("lag(x[5m])", 250), "{} 10");
  EXPECT_EQ(At("lifetime(x[5m])", 240), "{} 240");
  EXPECT_EQ(At("distinct_over_time(x[5m])", 240), "{} 4");
  EXPECT_EQ(At("mode_over_time(x[5m])", 240), "x 8");
  EXPECT_EQ(At("median_over_time(x[5m])", 240), "x 5");
  EXPECT_EQ(At("geomean_over_time(x[2m])", 240), "x 8");
  EXPECT_EQ(At("changes(x[3m])", 240), "{} 2");
  EXPECT_EQ(At("changes_prometheus(x[3m])", 240), "{} 1");
  EXPECT_EQ(At("ascent_over_time(x[5m])", 240), "{} 10");
  EXPECT_EQ(At("descent_over_time(x[5m])", 240), "{} 3");
  EXPECT_EQ(At("scrape_interval(x[3m])", 240), "{} 60");
  EXPECT_EQ(At("zscore_over_time(x[2m])", 240), "{} 0");
  EXPECT_EQ(At("sum2_over_time(x[2m])", 240), "{} 128");
}

TEST_F(MetricsqlEngineTest, RangeAndRunningFunctions) {
  Load({{"__name__", "x"}}, {1, 3, 5, 7});
  EXPECT_EQ(Range("range_normalize(x)", 0, 180, 60), "x 0 0.333333 0.666667 1");
  EXPECT_EQ(Range("range_linear_regression(x)", 0, 180, 60), "x 1 3 5 7");
  EXPECT_EQ(Range("range_median(x)", 0, 180, 60), "x 4 4 4 4");
  EXPECT_EQ(Range("range_trim_spikes(0.2, x)", 0, 180, 60), "x - 3 5 -");
  EXPECT_EQ(Range("running_sum(x)", 0, 180, 60), "{} 1 4 9 16");
  EXPECT_EQ(Range("running_max(8 - x)", 0, 180, 60), "{} 7 7 7 7");
  EXPECT_EQ(Range("smooth_exponential(x, 0.5)", 0, 180, 60), "x 1 2 3.5 5.25");
}

TEST_F(MetricsqlEngineTest, HolesAreFilled) {
  Load({{"__name__", "x"}}, {1, kNan, kNan, 7, 6});
  EXPECT_EQ(Range("x[1m]", 0, 240, 60), "x 1 - - 7 6");
  EXPECT_EQ(Range("interpolate(x[1m])", 0, 240, 60), "x 1 3 5 7 6");
  EXPECT_EQ(Range("keep_last_value(x[1m])", 0, 240, 60), "x 1 1 1 7 6");
  EXPECT_EQ(Range("keep_next_value(x[1m])", 0, 240, 60), "x 1 7 7 7 6");
  EXPECT_EQ(Range("remove_resets(x[1m])", 0, 240, 60), "x 1 - - 7 13");
}

TEST_F(MetricsqlEngineTest, BucketsByRange) {
  Load({{"__name__", "h"}, {"vmrange", "1.000e+00...2.000e+00"}}, {10});
  Load({{"__name__", "h"}, {"vmrange", "4.000e+00...8.000e+00"}}, {10});
  EXPECT_EQ(At("prometheus_buckets(h)", 0),
            R"(h{le="+Inf"} 20; h{le="1.000e+00"} 0; h{le="2.000e+00"} 10; h{le="4.000e+00"} 10; )"
            R"(h{le="8.000e+00"} 20)");
  EXPECT_EQ(At("histogram_quantile(0.75, h)", 0), "{} 6");
  EXPECT_EQ(At(R"(histogram_quantiles("q", 0.25, 0.75, h))", 0), R"({q="0.25"} 1.5; {q="0.75"} 6)");
  EXPECT_EQ(At("histogram_share(6, h)", 0), "{} 0.75");
  EXPECT_EQ(At("count(buckets_limit(3, h))", 0), "{} 3");
  EXPECT_EQ(At("histogram(h)", 0), R"({le="+Inf"} 2; {le="1.000e+01"} 2; {le="8.799e+00"} 0)");
}

TEST_F(MetricsqlEngineTest, OffsetAndAtAnywhere) {
  Load({{"__name__", "x"}}, {1, 2, 3, 4});
  EXPECT_EQ(Range("sum(x) offset 1m", 60, 180, 60), "{} 1 2 3");
  EXPECT_EQ(Range("x @ (start() + 60)", 0, 180, 60), "x 2 2 2 2");
  EXPECT_EQ(Range("(x + x) @ end()", 0, 180, 60), "{} 8 8 8 8");
}

TEST_F(MetricsqlEngineTest, SubqueriesWithoutBrackets) {
  Load({{"__name__", "x"}}, {1, 2, 3, 4});
  EXPECT_EQ(At("max_over_time((x * 2)[3m:1m])", 180), "{} 8");
  EXPECT_EQ(Range("delta(sum(x))", 60, 180, 60), "{} 1 1 1");
}

TEST_F(MetricsqlEngineTest, SortByNumbersInLabels) {
  Load({{"__name__", "x"}, {"i", "node-10"}}, {1});
  Load({{"__name__", "x"}, {"i", "node-9"}}, {2});
  EXPECT_EQ(At(R"(sort_by_label_numeric(x, "i"))", 0), R"(x{i="node-9"} 2; x{i="node-10"} 1)");
  EXPECT_EQ(At("sort_desc(x)", 0), R"(x{i="node-9"} 2; x{i="node-10"} 1)");
}

TEST_F(MetricsqlEngineTest, ErrorsSayWhat) {
  Load({{"__name__", "x"}, {"i", "1"}}, {1});
  Load({{"__name__", "x"}, {"i", "2"}}, {1});
  EXPECT_EQ(At("quantile_over_time(x)", 0),
            "error: quantile_over_time(): wrong number of arguments: 1");
  EXPECT_EQ(At("label_set(x, \"a\")", 0),
            "error: label_set(): names and values must come in pairs");
  EXPECT_EQ(At("clamp_min(x, x)", 0), "error: clamp_min(): a number was expected, not 2 series");
  EXPECT_NE(At("x * on() x", 0).find("several series on the left side"), std::string::npos);
}

}  // namespace
}  // namespace sb::metricsql
