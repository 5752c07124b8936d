// SPDX-License-Identifier: Apache-2.0
#include "metric.h"

#include <gtest/gtest.h>

#include "results.h"

namespace sb::load {
namespace {

TEST(SinkTest, PercentilesAreLinearBetweenValues) {
  Sink sink(MetricType::kTrend);
  for (int i = 10; i >= 1; i--) sink.Add(i);
  EXPECT_DOUBLE_EQ(sink.Percentile(50), 5.5);
  EXPECT_DOUBLE_EQ(sink.Percentile(90), 9.1);
  EXPECT_DOUBLE_EQ(sink.Percentile(0), 1);
  EXPECT_DOUBLE_EQ(sink.Percentile(100), 10);
  EXPECT_DOUBLE_EQ(sink.avg(), 5.5);
}

TEST(SinkTest, LongTrendsAreFoldedWithinTwoPerMille) {
  Sink sink(MetricType::kTrend);
  for (int i = 1; i <= 300'000; i++) sink.Add(i * 0.01);
  EXPECT_EQ(sink.count(), 300'000u);
  EXPECT_NEAR(sink.Percentile(50), 1500, 1500 * 0.002);
  EXPECT_NEAR(sink.Percentile(99), 2970, 2970 * 0.002);
  EXPECT_DOUBLE_EQ(sink.max(), 3000);
  EXPECT_NEAR(sink.avg(), 1500.005, 1e-6);
}

TEST(SinkTest, MergedSinksEqualOne) {
  Sink one(MetricType::kTrend);
  Sink left(MetricType::kTrend);
  Sink right(MetricType::kTrend);
  for (int i = 0; i < 50'000; i++) {
    one.Add(i);
    (i % 3 == 0 ? left : right).Add(i);
  }
  left.Merge(right);
  EXPECT_DOUBLE_EQ(left.Percentile(95), one.Percentile(95));
  EXPECT_EQ(left.count(), one.count());
  Sink rates(MetricType::kRate);
  for (int i = 0; i < 10; i++) rates.Add(i < 3 ? 1 : 0);
  EXPECT_DOUBLE_EQ(rates.rate(), 0.3);
  EXPECT_EQ(rates.passes(), 3u);
}

TEST(MetricRegistryTest, ReadsSubMetrics) {
  MetricRegistry registry;
  const uint32_t slot = *registry.DeclareSub("http_req_duration{name:login,status:200}");
  EXPECT_EQ(registry.slot(slot).match, (Tags{{"name", "login"}, {"status", "200"}}));
  const uint32_t group = *registry.DeclareSub("group_duration{group:::checkout}");
  EXPECT_EQ(registry.slot(group).match, (Tags{{"group", "::checkout"}}));
  EXPECT_EQ(*registry.DeclareSub("http_reqs"), registry.metric(kHttpReqs).slots[0]);
  EXPECT_FALSE(registry.DeclareSub("nothing{a:b}").ok());
  EXPECT_FALSE(registry.Declare("http_reqs", MetricType::kTrend, Contains::kTime).ok());
  EXPECT_FALSE(registry.Declare("1st", MetricType::kTrend, Contains::kTime).ok());
}

TEST(ResultsTest, SamplesReachTheSubMetricsOfTheirTags) {
  MetricRegistry registry;
  const uint32_t smoke = *registry.DeclareSub("http_reqs{scenario:smoke}");
  Results results(registry, /*keep_series=*/true);
  std::string key;
  AppendTag("scenario", "other", &key);
  results.Record(key, {{kHttpReqs, 1}});
  AppendTag("scenario", "smoke", &key);  // the later one rules
  results.Record(key, {{kHttpReqs, 1}, {kHttpReqFailed, 1}});
  std::vector<Sink> sinks;
  for (uint32_t i = 0; i < registry.slot_count(); i++) {
    sinks.emplace_back(registry.metric(registry.slot(i).metric).type);
  }
  results.MergeInto(&sinks);
  EXPECT_EQ(sinks[registry.metric(kHttpReqs).slots[0]].sum(), 2);
  EXPECT_EQ(sinks[smoke].sum(), 1);
  std::map<std::string, TagSet> series;
  results.MergeSeries(&series);
  EXPECT_EQ(series.size(), 2u);
}

TEST(ResultsTest, TooManyTagSetsStillCount) {
  MetricRegistry registry;
  Results results(registry, /*keep_series=*/true);
  const size_t all = Results::kTagSetsMax + 500;
  for (size_t i = 0; i < all; i++) {
    std::string key;
    AppendTag("url", std::to_string(i), &key);
    results.Record(key, {{kHttpReqs, 1}});
  }
  std::vector<Sink> sinks;
  for (uint32_t i = 0; i < registry.slot_count(); i++) {
    sinks.emplace_back(registry.metric(registry.slot(i).metric).type);
  }
  results.MergeInto(&sinks);
  EXPECT_EQ(sinks[registry.metric(kHttpReqs).slots[0]].sum(), double(all));
  EXPECT_EQ(results.untracked(), 500u);
}

}  // namespace
}  // namespace sb::load
