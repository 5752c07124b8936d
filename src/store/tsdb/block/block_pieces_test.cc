// SPDX-License-Identifier: Apache-2.0
//
// What a block tells of its chunks without decoding them is what their samples amount to.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/testing/simulated_env.h"
#include "store/interface/piecewise_series.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/block/testing/block_maker.h"

namespace sb::tsdb {
namespace {

using base::SimulatedEnv;
using model::SampleColumns;

// Checks each summary against the samples that it stands for.
class Checker final : public store::PieceSink {
 public:
  explicit Checker(const SampleColumns& all) : all_(all) {}

  bool TakeSummary(const store::PieceSummary& piece) override {
    ++summaries;
    size_t begin = next_;
    double sum = 0;
    double min = all_.values[begin];
    double max = min;
    bool rising = true;
    EXPECT_EQ(all_.times[begin], piece.first_ms);
    for (; next_ < all_.size() && all_.times[next_] <= piece.last_ms; ++next_) {
      const double v = all_.values[next_];
      sum += v;
      min = std::min(min, v);
      max = std::max(max, v);
      rising = rising && (next_ == begin || v >= all_.values[next_ - 1]);
    }
    EXPECT_EQ(all_.times[next_ - 1], piece.last_ms);
    EXPECT_EQ(next_ - begin, piece.samples);
    EXPECT_EQ(min, piece.min);
    EXPECT_EQ(max, piece.max);
    EXPECT_EQ(rising, piece.rising);
    if (piece.has_sum) {
      EXPECT_EQ(sum, piece.sum);
    }
    return true;
  }
  bool TakeSamples(SampleColumns* columns) override {
    EXPECT_EQ(Difference(Slice(all_, next_, next_ + columns->size()), *columns), "");
    next_ += columns->size();
    return true;
  }

  // Where the samples of `range` begin.
  void Begin(base::TimeRange range) {
    next_ = static_cast<size_t>(
        std::lower_bound(all_.times.begin(), all_.times.end(), range.start.Value()) -
        all_.times.begin());
  }
  size_t next() const { return next_; }
  size_t summaries = 0;

 private:
  const SampleColumns& all_;
  size_t next_ = 0;
};

TEST(BlockPiecesTest, SummariesSayWhatTheSamplesAmountTo) {
  SimulatedEnv env(1);
  TestSeries input = MakeTestSeries(60, 3);
  input.merge(MakeBucketSeries(3, 2000, 3));
  const auto block =
      MustWriteBlock(env, input, {.summary_values_min = 64, .chunk_values_max = 300});
  auto series = block->Select(AlwaysAlive(), {.range = kAllTime}, {});
  ASSERT_TRUE(series.ok());
  encoding::TestRandom random(4);
  size_t summaries = 0;
  for (auto& s : *series) {
    auto* piecewise = dynamic_cast<store::PiecewiseSeries*>(s.get());
    ASSERT_NE(piecewise, nullptr);
    const SampleColumns& all = input.at(s->labels());
    for (int round = 0; round < 10; ++round) {
      const int64_t from = round == 0 ? all.times.front() : all.times[random.Below(all.size())];
      const int64_t until = round == 0 ? all.times.back() + 1
                                       : from + static_cast<int64_t>(random.Below(20'000'000));
      const base::TimeRange range{base::TimestampMs(from), base::TimestampMs(until)};
      Checker checker(all);
      checker.Begin(range);
      auto told = piecewise->ReadPieces(range, &checker);
      ASSERT_TRUE(told.ok() && *told);
      const auto end = static_cast<size_t>(
          std::lower_bound(all.times.begin(), all.times.end(), until) - all.times.begin());
      EXPECT_EQ(checker.next(), end) << s->labels().ToString();
      summaries += checker.summaries;
    }
    EXPECT_LE(piecewise->Bounds().start.Value(), all.times.front());
    EXPECT_GT(piecewise->Bounds().end.Value(), all.times.back());
  }
  EXPECT_GT(summaries, 500u);
}

TEST(BlockPiecesTest, BlockWithoutSummariesOfTheVersionBeforeIsRead) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(20, 3);
  const auto written = MustWriteBlock(env, input, {.summary_values_min = 0});
  const std::string path = base::JoinPath(written->folder(), kMetaFile);
  std::string json = *env.files().ReadFile(path);
  const std::string now = "\"formatVersion\": 2";
  ASSERT_NE(json.find(now), std::string::npos);
  json.replace(json.find(now), now.size(), "\"formatVersion\": 1");
  auto file = env.files().Create(path);
  ASSERT_TRUE(file.ok() && (*file)->Append(json).ok() && (*file)->Close().ok());
  const auto block = Block::Open(env, written->folder());
  ASSERT_TRUE(block.ok()) << block.status().ToString();
  EXPECT_EQ((*block)->meta().format_version, 1u);
  auto series = (*block)->Select(AlwaysAlive(), {.range = kAllTime}, {});
  for (auto& s : *series) {
    Checker checker(input.at(s->labels()));
    ASSERT_TRUE(dynamic_cast<store::PiecewiseSeries&>(*s).ReadPieces(kAllTime, &checker).value());
    EXPECT_EQ(checker.summaries, 0u);
    EXPECT_EQ(checker.next(), input.at(s->labels()).size());
  }
}

}  // namespace
}  // namespace sb::tsdb
