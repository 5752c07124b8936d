// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/downsample.h"

#include <gtest/gtest.h>

#include <random>

namespace sb::tsdb {
namespace {

using model::SampleColumns;

SampleColumns Floats(const std::vector<double>& values, int64_t step = 10) {
  SampleColumns columns;
  for (size_t i = 0; i < values.size(); ++i) {
    columns.Append({.time_ms = static_cast<int64_t>(i) * step, .value = values[i]});
  }
  return columns;
}

SampleColumns Thinned(const SampleColumns& columns, SeriesKind kind, int64_t every) {
  SampleColumns out;
  const std::vector<bool> kept = KeptBySpacing(columns, kind, every);
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) {
      out.Append(columns.At(i));
    }
  }
  return out;
}

double IncreaseOf(const SampleColumns& columns) {
  double sum = columns.values.back() - columns.values.front();
  for (size_t i = 1; i < columns.size(); ++i) {
    sum += columns.values[i] < columns.values[i - 1] ? columns.values[i - 1] : 0;
  }
  return sum;
}

TEST(DownsampleTest, LastOfEachIntervalStaysWithItsOwnTime) {
  const auto out = Thinned(Floats({5, 4, 3, 2, 1, 0, 7}), SeriesKind::kGauge, 30);
  EXPECT_EQ(out.times, (std::vector<int64_t>{0, 20, 50, 60}));
  EXPECT_EQ(out.values, (std::vector<double>{5, 3, 0, 7}));
  SampleColumns early;
  for (const int64_t time : {-31, -30, -1, 0, 1}) {
    early.Append({.time_ms = time});
  }
  EXPECT_EQ(Thinned(early, SeriesKind::kGauge, 30).times, (std::vector<int64_t>{-31, -1, 1}));
}

TEST(DownsampleTest, BothSidesOfAResetStay) {
  const auto columns = Floats({1, 2, 150, 0, 200, 201, 202, 203, 204});
  const auto out = Thinned(columns, SeriesKind::kCounter, 1000);
  EXPECT_EQ(out.values, (std::vector<double>{1, 150, 0, 204}));
  EXPECT_EQ(IncreaseOf(out), IncreaseOf(columns));
}

TEST(DownsampleTest, GapsStayWhereTheyWere) {
  const auto columns = Floats({1, 2, 3, model::StaleNan(), 4, 5, 6});
  EXPECT_EQ(Thinned(columns, SeriesKind::kGauge, 1000).times,
            (std::vector<int64_t>{0, 20, 30, 40, 60}));
}

TEST(DownsampleTest, StartTimestampsAndTypesThatChangeAreEdges) {
  SampleColumns columns = Floats({1, 2, 3, 4, 5, 6});
  columns.start_times = {7, 7, 7, 25, 25, 25};
  EXPECT_EQ(Thinned(columns, SeriesKind::kGauge, 1000).start_times,
            (std::vector<int64_t>{7, 7, 25, 25}));
  columns.start_times.clear();
  columns.histograms.resize(6);
  columns.histograms[2] = std::make_shared<const model::Histogram>();
  EXPECT_EQ(Thinned(columns, SeriesKind::kGauge, 1000).times,
            (std::vector<int64_t>{0, 10, 20, 30, 50}));
}

TEST(DownsampleTest, ResetsOfHistogramsStayAndThoseOfGaugesAreNone) {
  const auto with_count = [](double count, model::CounterResetHint hint) {
    auto histogram = std::make_shared<model::Histogram>();
    histogram->count = histogram->zero_count = count;
    histogram->counter_reset_hint = hint;
    return histogram;
  };
  for (const auto hint : {model::CounterResetHint::kUnknown, model::CounterResetHint::kGauge}) {
    SampleColumns columns;
    for (const int64_t i : {0, 1, 2, 3, 4}) {
      columns.Append({.time_ms = i * 10,
                      .histogram = with_count(static_cast<double>(i == 3 ? 1 : i * 5), hint)});
    }
    const std::vector<int64_t> all_but_one = {0, 20, 30, 40};
    EXPECT_EQ(
        Thinned(columns, SeriesKind::kGauge, 1000).times,
        hint == model::CounterResetHint::kGauge ? (std::vector<int64_t>{0, 40}) : all_but_one);
  }
}

TEST(DownsampleTest, RandomCountersKeepTheirIncreaseAndTwiceIsOnce) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values;
    double value = 0;
    for (int i = 0; i < 100; ++i) {
      value = random() % 15 == 0 ? 0 : value + static_cast<double>(random() % 10);
      values.push_back(value);
    }
    const auto columns = Floats(values);
    const auto once = Thinned(columns, SeriesKind::kCounter, 70);
    EXPECT_EQ(IncreaseOf(once), IncreaseOf(columns));
    EXPECT_EQ(Thinned(once, SeriesKind::kCounter, 70).times, once.times);
    EXPECT_LT(once.size(), columns.size());
  }
}

TEST(DownsampleTest, MetadataGoesBeforeTheName) {
  const auto labels = model::LabelSet::FromPairs({{"__name__", "req_total"}});
  model::MetricMetadata gauge;
  gauge.type = model::MetricType::kGauge;
  EXPECT_EQ(KindOf(labels, nullptr), SeriesKind::kCounter);
  EXPECT_EQ(KindOf(labels, &gauge), SeriesKind::kGauge);
  EXPECT_EQ(KindOf(model::LabelSet::FromPairs({{"__name__", "temp"}}), nullptr),
            SeriesKind::kGauge);
}

}  // namespace
}  // namespace sb::tsdb
