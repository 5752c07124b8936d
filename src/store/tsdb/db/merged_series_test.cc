// SPDX-License-Identifier: Apache-2.0
//
// Random sources, before, behind and across each other: one series, as a map of times says.
#include "store/tsdb/db/merged_series.h"

#include <gtest/gtest.h>

#include <map>

#include "encoding/testing/sample_shapes.h"
#include "store/interface/piecewise_series.h"

namespace sb::tsdb {
namespace {

using base::TimeRange;
using base::TimestampMs;
using model::LabelSet;
using model::SampleColumns;

LabelSet Labels(const std::string& value) {
  return LabelSet::FromPairs({{"__name__", "m"}, {"l", value}});
}

// One sample a piece; those that are at even times are told as summaries.
class FakeSeries final : public store::PiecewiseSeries {
 public:
  FakeSeries(LabelSet labels, SampleColumns columns)
      : labels_(std::move(labels)), columns_(std::move(columns)) {}
  const LabelSet& labels() const override { return labels_; }
  base::Status Read(TimeRange range, SampleColumns* out) override {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (range.Contains(TimestampMs(columns_.times[i]))) {
        out->Append(columns_.At(i));
      }
    }
    return base::OkStatus();
  }
  TimeRange Bounds() const override {
    return {TimestampMs(columns_.times.front()), TimestampMs(columns_.times.back() + 1)};
  }
  base::Result<bool> ReadPieces(TimeRange range, store::PieceSink* sink) override {
    SampleColumns all;
    SB_RETURN_IF_ERROR(Read(range, &all));
    for (size_t i = 0; i < all.size(); ++i) {
      const store::PieceSummary summary{
          .first_ms = all.times[i], .last_ms = all.times[i], .samples = 1, .min = all.values[i]};
      if (all.times[i] % 2 != 0 || !sink->TakeSummary(summary)) {
        SampleColumns one;
        one.Append(all.At(i));
        sink->TakeSamples(&one);
      }
    }
    return true;
  }

 private:
  const LabelSet labels_;
  const SampleColumns columns_;
};

// As a series of the head: not piecewise.
class PlainSeries final : public store::Series {
 public:
  explicit PlainSeries(FakeSeries series) : series_(std::move(series)) {}
  const LabelSet& labels() const override { return series_.labels(); }
  base::Status Read(TimeRange range, SampleColumns* out) override {
    return series_.Read(range, out);
  }

 private:
  FakeSeries series_;
};

class Collector final : public store::PieceSink {
 public:
  bool TakeSummary(const store::PieceSummary& summary) override {
    if (summary.first_ms % 4 == 0) {
      return false;
    }
    samples.emplace_back(summary.first_ms, summary.min);
    return true;
  }
  bool TakeSamples(SampleColumns* columns) override {
    for (size_t i = 0; i < columns->size(); ++i) {
      samples.emplace_back(columns->times[i], columns->values[i]);
    }
    return true;
  }
  std::vector<std::pair<int64_t, double>> samples;
};

std::vector<std::pair<int64_t, double>> SamplesOf(const SampleColumns& columns) {
  std::vector<std::pair<int64_t, double>> samples;
  for (size_t i = 0; i < columns.size(); ++i) {
    samples.emplace_back(columns.times[i], columns.values[i]);
  }
  return samples;
}

std::vector<std::pair<int64_t, double>> Expected(const std::map<int64_t, double>& all,
                                                 TimeRange range) {
  std::vector<std::pair<int64_t, double>> samples;
  for (const auto& [time, value] : all) {
    if (range.Contains(TimestampMs(time))) {
      samples.emplace_back(time, value);
    }
  }
  return samples;
}

TEST(MergedSeriesTest, RandomSourcesBecomeOneSeries) {
  encoding::TestRandom random(11);
  const auto set = std::make_shared<const BlockSet>();
  size_t in_pieces = 0;
  for (int round = 0; round < 500; ++round) {
    std::map<int64_t, double> all;
    std::vector<SeriesList> lists;
    const bool apart = random.Below(2) == 0;
    for (size_t source = 0; source < 1 + random.Below(4); ++source) {
      const auto base =
          apart ? static_cast<int64_t>(source) * 1000 : static_cast<int64_t>(random.Below(100));
      SampleColumns columns;
      int64_t time = base;
      for (size_t i = 0; i < 1 + random.Below(20); ++i) {
        time += 1 + static_cast<int64_t>(random.Below(9));
        const double value = static_cast<double>(source * 1000 + i);
        columns.Append({.time_ms = time, .start_time_ms = 0, .value = value});
        all[time] = value;
      }
      FakeSeries series(Labels("a"), std::move(columns));
      lists.emplace_back();
      if (random.Below(3) == 0) {
        lists.back().push_back(std::make_unique<PlainSeries>(std::move(series)));
      } else {
        lists.back().push_back(std::make_unique<FakeSeries>(std::move(series)));
      }
    }
    const SeriesList merged = MergeLists(std::move(lists), set);
    ASSERT_EQ(merged.size(), 1u);
    const auto from = static_cast<int64_t>(random.Below(200));
    const TimeRange range{TimestampMs(from),
                          TimestampMs(from + static_cast<int64_t>(random.Below(4000)))};
    SampleColumns columns;
    ASSERT_TRUE(merged[0]->Read(range, &columns).ok());
    EXPECT_EQ(SamplesOf(columns), Expected(all, range)) << "round " << round;
    auto* piecewise = dynamic_cast<store::PiecewiseSeries*>(merged[0].get());
    Collector collector;
    if (piecewise != nullptr && piecewise->ReadPieces(range, &collector).value()) {
      ++in_pieces;
      EXPECT_EQ(collector.samples, Expected(all, range)) << "round " << round;
    }
  }
  EXPECT_GT(in_pieces, 100u);
}

TEST(MergedSeriesTest, ListsAreMergedByLabels) {
  encoding::TestRandom random(5);
  const auto set = std::make_shared<const BlockSet>();
  for (int round = 0; round < 50; ++round) {
    std::map<LabelSet, size_t> expected;  // samples
    std::vector<SeriesList> lists(3);
    for (size_t source = 0; source < lists.size(); ++source) {
      std::map<LabelSet, SampleColumns> some;
      for (size_t i = 0; i < random.Below(20); ++i) {
        some[Labels(std::to_string(random.Below(30)))] = SampleColumns();
      }
      for (auto& [labels, columns] : some) {
        columns.Append({.time_ms = static_cast<int64_t>(source), .start_time_ms = 0, .value = 1});
        ++expected[labels];
        lists[source].push_back(std::make_unique<FakeSeries>(labels, columns));
      }
    }
    const SeriesList merged = MergeLists(std::move(lists), set);
    ASSERT_EQ(merged.size(), expected.size());
    auto next = expected.begin();
    for (const auto& series : merged) {
      EXPECT_EQ(series->labels(), next->first);
      SampleColumns columns;
      ASSERT_TRUE(series->Read({TimestampMs(0), TimestampMs(100)}, &columns).ok());
      EXPECT_EQ(columns.size(), (next++)->second);
    }
  }
}

TEST(MergedSeriesTest, ExpiredSamplesAreLeftOutReadEitherWay) {
  const RetentionRules rules({{{model::Matcher::Equal("l", "a")}, base::DurationMs(10)},
                              {{model::Matcher::Equal("l", "gone")}, base::DurationMs(1)}},
                             base::DurationMs(0));
  SampleColumns columns;
  for (int64_t time = 1; time <= 101; time += 10) {
    columns.Append({.time_ms = time, .start_time_ms = 0, .value = 1});
  }
  std::vector<SeriesList> lists(1);
  lists[0].push_back(std::make_unique<FakeSeries>(Labels("a"), columns));
  lists[0].push_back(std::make_unique<FakeSeries>(Labels("gone"), columns));
  const TimeRange range{TimestampMs(0), TimestampMs(100)};
  const SeriesList merged = MergeLists(std::move(lists), std::make_shared<const BlockSet>(),
                                       {.rules = &rules, .newest = 101, .range_end = range.end});
  ASSERT_EQ(merged.size(), 1u);
  const std::vector<std::pair<int64_t, double>> kept = {{91, 1}};
  SampleColumns read;
  ASSERT_TRUE(merged[0]->Read(range, &read).ok());
  EXPECT_EQ(SamplesOf(read), kept);
  Collector collector;
  ASSERT_TRUE(
      dynamic_cast<store::PiecewiseSeries&>(*merged[0]).ReadPieces(range, &collector).value());
  EXPECT_EQ(collector.samples, kept);
}

}  // namespace
}  // namespace sb::tsdb
