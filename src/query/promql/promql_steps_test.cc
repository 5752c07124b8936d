// SPDX-License-Identifier: Apache-2.0
//
// A range query answers at each step, bit for bit, what an instant query answers at that time. The
// one slides windows and works on all steps at once, the other does neither.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>

#include "base/env.h"
#include "model/histogram_math.h"
#include "query/promql/engine.h"
#include "query/promql/testing/test_store.h"

namespace sb::promql {
namespace {

constexpr std::string_view kQueries[] = {
    "x",
    "x offset 37s",
    "x @ 300",
    "rate(x[2m])",
    "increase(x[5m])",
    "delta(x[90s])",
    "irate(x[3m])",
    "idelta(x[3m])",
    "rate(x[2m] anchored)",
    "increase(x[2m] smoothed)",
    "x smoothed",
    "resets(x[4m])",
    "changes(x[4m])",
    "changes(x[2m] anchored)",
    "sum_over_time(x[3m])",
    "avg_over_time(x[3m])",
    "min_over_time(x[3m])",
    "max_over_time(x[7m])",
    "ts_of_max_over_time(x[7m])",
    "ts_of_min_over_time(x[7m])",
    "ts_of_last_over_time(x[7m])",
    "count_over_time(x[3m])",
    "stddev_over_time(x[3m])",
    "mad_over_time(x[3m])",
    "quantile_over_time(0.3, x[3m])",
    "last_over_time(x[3m])",
    "first_over_time(x[3m])",
    "present_over_time(x[1m])",
    "absent_over_time(x{i=\"3\"}[1m])",
    "absent(x{i=\"3\"})",
    "deriv(x[4m])",
    "predict_linear(x[4m], 60)",
    "double_exponential_smoothing(x[4m], 0.5, 0.3)",
    "timestamp(x)",
    "timestamp(x * 1)",
    "sum(x)",
    "avg by (g) (x)",
    "stddev(x)",
    "quantile(0.7, x)",
    "min without (i) (x)",
    "count_values(\"v\", round(x, 100))",
    "sum(rate(x[2m]))",
    "avg by (g) (increase(x[2m]))",
    "max by (g) (x)",
    "group(x)",
    "topk(2, x)",
    "bottomk by (g) (1, x)",
    "limitk(2, x)",
    "limit_ratio(0.5, x)",
    "x + on(i, g) x",
    "x / ignoring(i) group_left sum by (g) (x)",
    "x > bool 50",
    "x > 50",
    "50 < x",
    "x and on(g) x{i=\"1\"} > 20",
    "x unless x > 100",
    "x{i=\"1\"} or x",
    "x{i=\"1\"} + ignoring(i) fill(0) x{i=\"2\"}",
    "-x",
    "clamp(x, 10, 60)",
    "round(x / 7)",
    "scalar(sum(x)) + time()",
    "vector(time())",
    "minute()",
    "max_over_time(x[3m:20s])",
    "rate(x[5m:30s])",
    "sum_over_time(rate(x[1m])[4m:1m] offset 10s)",
    "avg_over_time((x > 10)[3m:15s] @ 400)",
    "label_replace(x, \"j\", \"$1\", \"i\", \"(.*)\")",
    "h",
    "rate(h[3m])",
    "sum(h)",
    "avg(rate(h[3m]))",
    "histogram_quantile(0.8, h)",
    "histogram_quantile(0.8, rate(h[3m]))",
    "histogram_fraction(0, 4, h)",
    "histogram_count(rate(h[3m]))",
    "histogram_stddev(h)",
    "sum_over_time(h[2m])",
    "avg_over_time(h[2m])",
    "resets(h[5m])",
    "h * 2 - h",
    "h == h",
    "h smoothed",
    "{__name__=~\"x|h\"}",
    "count({__name__=~\"x|h\"})",
};

// Counters with resets, gaps, NaN and stale markers; histograms that grow and are reset.
void Fill(uint64_t seed, TestStore* store) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 6; ++i) {
    const auto labels = model::LabelSet::FromPairs(
        {{"__name__", "x"}, {"g", i % 2 == 0 ? "even" : "odd"}, {"i", std::to_string(i)}});
    double value = 0;
    for (int64_t t = 0; t < 900'000; t += 10'000 + static_cast<int64_t>(random() % 9000)) {
      value = random() % 17 == 0 ? 0 : value + static_cast<double>(random() % 1000) / 37;
      model::Sample sample{t, 0, value, nullptr};
      const uint64_t kind = random() % 40;
      if (kind == 0) {
        sample.value = model::StaleNan();
      } else if (kind == 1) {
        sample.value = std::nan("");
      } else if (kind == 2) {
        t += 200'000;
      }
      ASSERT_TRUE(store->Append(labels, sample).ok());
    }
  }
  for (int i = 0; i < 3; ++i) {
    const auto labels = model::LabelSet::FromPairs({{"__name__", "h"}, {"i", std::to_string(i)}});
    model::Histogram h;
    for (int64_t t = 0; t < 900'000; t += 15'000) {
      if (random() % 13 == 0 || h.positive_buckets.empty()) {
        h = model::Histogram();
        h.schema = static_cast<int32_t>(random() % 3);
        h.positive_spans = {{static_cast<int32_t>(random() % 4), 3}};
        h.positive_buckets = {0, 0, 0};
      }
      for (double& count : h.positive_buckets) {
        const auto more = static_cast<double>(random() % 5);
        count += more;
        h.count += more;
        h.sum += more * 1.7;
      }
      ASSERT_TRUE(
          store->Append(labels, {t, 0, 0, std::make_shared<const model::Histogram>(h)}).ok());
    }
  }
}

using Points = std::map<model::LabelSet, query::StepPoint>;

bool SamePoint(const query::StepPoint& a, const query::StepPoint& b) {
  if (a.kind != b.kind) {
    return false;
  }
  if (a.kind == query::PointKind::kHistogram) {
    return model::Equal(*a.histogram, *b.histogram) &&
           a.histogram->counter_reset_hint == b.histogram->counter_reset_hint;
  }
  return std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value) ||
         (std::isnan(a.value) && std::isnan(b.value));
}

class StepsTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  static Points AtOnce(TestStore& store, const Engine& engine, std::string_view query, int64_t t) {
    query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
    auto result = engine.Instant(context, store, query, t);
    EXPECT_TRUE(result.ok()) << query << ": " << result.status().ToString();
    Points points;
    if (const auto* scalar = std::get_if<query::ScalarValue>(&result->value)) {
      points[{}] = query::StepPoint::Float(scalar->value);
      return points;
    }
    for (query::VectorElement& e : std::get<query::InstantVector>(result->value)) {
      points[e.labels] = e.histogram != nullptr ? query::StepPoint::Of(e.histogram)
                                                : query::StepPoint::Float(e.value);
    }
    return points;
  }

  static std::map<int64_t, Points> OverTime(TestStore& store, const Engine& engine,
                                            std::string_view query, const RangeTimes& times) {
    query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
    auto result = engine.Range(context, store, query, times);
    EXPECT_TRUE(result.ok()) << query << ": " << result.status().ToString();
    std::map<int64_t, Points> points;
    for (query::MatrixSeries& series : std::get<query::Matrix>(result->value)) {
      for (const query::FloatPoint& p : series.floats) {
        points[p.time_ms][series.labels] = query::StepPoint::Float(p.value);
      }
      for (const query::HistogramPoint& p : series.histograms) {
        points[p.time_ms][series.labels] = query::StepPoint::Of(p.histogram);
      }
    }
    return points;
  }
};

TEST_P(StepsTest, RangeQueryEqualsInstantQueriesBitForBit) {
  const Engine engine({.use_start_timestamps = true});
  for (const uint64_t seed : {1, 2}) {
    TestStore store;
    Fill(seed, &store);
    std::mt19937_64 random(seed);
    const RangeTimes times{static_cast<int64_t>(random() % 400'000) - 60'000,
                           1'000'000 + static_cast<int64_t>(random() % 300'000),
                           15'000 + static_cast<int64_t>(random() % 90'000)};
    std::map<int64_t, Points> steps = OverTime(store, engine, GetParam(), times);
    for (int64_t t = times.start_ms; t <= times.end_ms; t += times.step_ms) {
      const Points once = AtOnce(store, engine, GetParam(), t);
      const Points& step = steps[t];
      ASSERT_EQ(step.size(), once.size()) << GetParam() << " seed " << seed << " at " << t;
      for (const auto& [labels, point] : once) {
        const auto at = step.find(labels);
        ASSERT_TRUE(at != step.end() && SamePoint(at->second, point))
            << GetParam() << " " << labels.ToString() << " seed " << seed << " at " << t << ": "
            << point.value;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Queries, StepsTest, ::testing::ValuesIn(kQueries));

TEST(EngineTest, RefusesMoreStepsThanSamplesAllowed) {
  const Engine engine({});
  TestStore store;
  for (const std::string_view query :
       {"sum_over_time(vector(1)[290y:1ms])", "count_over_time(x[290y:1ms])"}) {
    query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
    const auto result = engine.Instant(context, store, query, 0);
    EXPECT_EQ(result.status(), query::TooManySamples()) << query;
  }
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  EXPECT_EQ(engine.Range(context, store, "1", {0, int64_t{1} << 60, 1}).status(),
            query::TooManySamples());
}

TEST(EngineTest, TellsErrorsApart) {
  const Engine engine({.samples_max = 3});
  TestStore store;
  for (int64_t t = 0; t < 10; ++t) {
    ASSERT_TRUE(
        store.Append(model::LabelSet::FromPairs({{"__name__", "x"}}), {t, 0, 1, nullptr}).ok());
  }
  auto run = [&](std::string_view query) {
    query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
    return query::ErrorKindOf(engine.Instant(context, store, query, 10).status());
  };
  EXPECT_EQ(run("sum("), query::ErrorKind::kBadData);
  EXPECT_EQ(run("label_replace(x, \"\", \"\", \"\", \"\")"), query::ErrorKind::kExecution);
  EXPECT_EQ(run("rate(x[1m])"), query::ErrorKind::kExecution);
  query::QueryContext cancelled(base::Env::Real().clock(), engine.ContextOptions());
  cancelled.Cancel();
  EXPECT_EQ(query::ErrorKindOf(engine.Instant(cancelled, store, "x", 10).status()),
            query::ErrorKind::kCanceled);
}

TEST(EngineTest, CountsSamples) {
  const Engine engine({});
  TestStore store;
  for (int64_t t = 0; t < 10; ++t) {
    ASSERT_TRUE(
        store.Append(model::LabelSet::FromPairs({{"__name__", "x"}}), {t * 1000, 0, 1, nullptr})
            .ok());
  }
  query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
  const auto result = engine.Range(context, store, "sum_over_time(x[4s])", {4000, 8000, 2000},
                                   {.per_step_stats = true});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->stats.total_queryable_samples, 12);
  EXPECT_EQ(result->stats.samples_read, 8);
  EXPECT_EQ(result->stats.queryable_samples_per_step, (std::vector<int64_t>{4, 4, 4}));
  EXPECT_GE(result->stats.peak_samples, 8);
}

}  // namespace
}  // namespace sb::promql
