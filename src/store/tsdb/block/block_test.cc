// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/block.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/testing/simulated_env.h"
#include "store/tsdb/block/testing/block_maker.h"

namespace sb::tsdb {
namespace {

using base::SimulatedEnv;
using base::StatusCode;
using encoding::Shape;
using encoding::TestRandom;
using model::LabelSet;
using model::Matcher;
using model::MatchType;
using model::SampleColumns;

Matcher Match(MatchType type, const std::string& name, const std::string& value) {
  auto matcher = Matcher::Create(type, name, value);
  EXPECT_TRUE(matcher.ok()) << matcher.status().ToString();
  return std::move(matcher).value();
}

std::vector<std::unique_ptr<store::Series>> MustSelect(const Block& block,
                                                       const std::vector<Matcher>& matchers,
                                                       base::TimeRange range = kAllTime) {
  auto series = block.Select(AlwaysAlive(), {.range = range}, matchers);
  EXPECT_TRUE(series.ok()) << series.status().ToString();
  return std::move(series).value();
}

TEST(BlockTest, EverySeriesComesBackBitByBit) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(300, 5);
  const auto block = MustWriteBlock(env, input);
  EXPECT_EQ(block->meta().series, input.size());
  const auto series = MustSelect(*block, {});
  ASSERT_EQ(series.size(), input.size());
  auto expected = input.begin();
  for (size_t i = 0; i < series.size(); ++i, ++expected) {
    EXPECT_EQ(series[i]->labels(), expected->first);
    SampleColumns columns;
    ASSERT_TRUE(series[i]->Read(kAllTime, &columns).ok());
    EXPECT_EQ(Difference(expected->second, columns), "") << expected->first.ToString();
    StoredSeries stored;
    ASSERT_TRUE(block->ReadSeries(i, &stored).ok());
    EXPECT_EQ(stored.labels, expected->first);
    EXPECT_EQ(Difference(expected->second, stored.columns), "");
  }
  EXPECT_EQ(block->damaged_chunks(), 0u);
}

TEST(BlockTest, LongSeriesAreSplitIntoSeveralChunks) {
  SimulatedEnv env(1);
  TestSeries input;
  input[LabelSet::FromPairs({{"__name__", "a"}})] = MakeColumns({}, 1000, 1);
  input[LabelSet::FromPairs({{"__name__", "b"}})] = MakeColumns({.kinds = Kinds::kMixed}, 999, 2);
  const auto block = MustWriteBlock(env, input, {.chunk_values_max = 100});
  auto series = MustSelect(*block, {});
  for (auto& s : series) {
    SampleColumns columns;
    ASSERT_TRUE(s->Read(kAllTime, &columns).ok());
    EXPECT_EQ(Difference(input.at(s->labels()), columns), "");
  }
}

TEST(BlockTest, AnyTimeRangeGivesExactlyItsSamples) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(40, 9);
  const auto block = MustWriteBlock(env, input, {.chunk_values_max = 300});
  TestRandom random(4);
  auto series = MustSelect(*block, {});
  for (auto& s : series) {
    const SampleColumns& all = input.at(s->labels());
    for (int round = 0; round < 20; ++round) {
      const int64_t from =
          all.times[random.Below(all.size())] + static_cast<int64_t>(random.Below(3)) - 1;
      const int64_t width = random.Below(2) == 0 ? 300'000 : 20'000'000;
      const base::TimeRange range{base::TimestampMs(from),
                                  base::TimestampMs(from + static_cast<int64_t>(random.Below(
                                                               static_cast<uint64_t>(width))))};
      SampleColumns expected;
      for (size_t i = 0; i < all.size(); ++i) {
        if (range.Contains(base::TimestampMs(all.times[i]))) {
          expected.Append(all.At(i));
        }
      }
      SampleColumns columns;
      ASSERT_TRUE(s->Read(range, &columns).ok());
      ASSERT_EQ(Difference(expected, columns), "") << s->labels().ToString();
    }
  }
}

TEST(BlockTest, HistogramBucketsAreKeptAsDifferencesAndComeBack) {
  SimulatedEnv env(1);
  const TestSeries input = MakeBucketSeries(5, 2000, 3);
  for (const uint32_t depth : {0u, 1u, 3u, 11u}) {
    const auto block = MustWriteBlock(env, input, {.reference_depth_max = depth});
    auto series = MustSelect(*block, {});
    ASSERT_EQ(series.size(), input.size());
    for (auto& s : series) {
      SampleColumns columns;
      ASSERT_TRUE(s->Read(kAllTime, &columns).ok());
      EXPECT_EQ(Difference(input.at(s->labels()), columns), "") << s->labels().ToString();
      const SampleColumns& all = input.at(s->labels());
      columns.Clear();
      ASSERT_TRUE(
          s->Read({base::TimestampMs(all.times[777]), base::TimestampMs(all.times[790])}, &columns)
              .ok());
      EXPECT_EQ(Difference(Slice(all, 777, 790), columns), "");
    }
  }
  const auto plain = MustWriteBlock(env, input, {.reference_depth_max = 0});
  const auto referring = MustWriteBlock(env, input, {.reference_depth_max = 3});
  EXPECT_LT(referring->meta().chunk_bytes, plain->meta().chunk_bytes * 3 / 4);
}

// A slow, obvious evaluation of all matchers on all series is the oracle.
TEST(BlockTest, MatchersSelectWhatTheyMatch) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(500, 2);
  const auto block = MustWriteBlock(env, input);
  const std::vector<std::vector<Matcher>> cases = {
      {Match(MatchType::kEqual, "__name__", "metric_3")},
      {Match(MatchType::kEqual, "__name__", "none")},
      {Match(MatchType::kNotEqual, "__name__", "metric_3")},
      {Match(MatchType::kEqual, "optional", "")},
      {Match(MatchType::kNotEqual, "optional", "")},
      {Match(MatchType::kEqual, "absent", "")},
      {Match(MatchType::kNotEqual, "absent", "")},
      {Match(MatchType::kRegex, "instance", "host-1.*")},
      {Match(MatchType::kNotRegex, "instance", "host-1.*")},
      {Match(MatchType::kRegex, "instance", "host-1|host-2|nowhere")},
      {Match(MatchType::kNotRegex, "instance", "host-1|host-2|nowhere")},
      {Match(MatchType::kRegex, "instance", ".*7")},
      {Match(MatchType::kRegex, "optional", "x|")},
      {Match(MatchType::kRegex, "optional", ".*")},
      {Match(MatchType::kRegex, "optional", ".+")},
      {Match(MatchType::kNotRegex, "optional", ".+")},
      {Match(MatchType::kNotRegex, "optional", "x|")},
      {Match(MatchType::kRegex, "__name__", "metric_.*"), Match(MatchType::kEqual, "job", "b"),
       Match(MatchType::kNotEqual, "instance", "host-5")},
      {Match(MatchType::kRegex, "__name__", ".+"), Match(MatchType::kNotRegex, "job", "a|b"),
       Match(MatchType::kEqual, "optional", "")},
  };
  for (const std::vector<Matcher>& matchers : cases) {
    std::vector<LabelSet> expected;
    for (const auto& [labels, columns] : input) {
      const LabelSet& set = labels;
      if (std::all_of(matchers.begin(), matchers.end(),
                      [&](const Matcher& m) { return m.Matches(set.Get(m.name())); })) {
        expected.push_back(labels);
      }
    }
    std::vector<LabelSet> found;
    for (const auto& series : MustSelect(*block, matchers)) {
      found.push_back(series->labels());
    }
    EXPECT_EQ(found, expected) << matchers[0].ToString();
  }
}

TEST(BlockTest, LimitAndRangeHintsCutTheSelection) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(100, 2);
  const auto block = MustWriteBlock(env, input);
  const auto some = block->Select(AlwaysAlive(), {.range = kAllTime, .limit = 7}, {});
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->size(), 7u);
  EXPECT_TRUE(MustSelect(*block, {}, {base::TimestampMs(0), base::TimestampMs(1000)}).empty());
}

TEST(BlockTest, ACancelledContextEndsTheSelection) {
  class Dead final : public store::ReadContext {
    base::Status CheckAlive() const override { return base::Cancelled("gone"); }
  };
  SimulatedEnv env(1);
  const auto block = MustWriteBlock(env, MakeTestSeries(10, 2));
  EXPECT_EQ(block->Select(Dead(), {.range = kAllTime}, {}).status().code(), StatusCode::kCancelled);
}

TEST(BlockTest, NamesAndValuesFollowTheMatchers) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(500, 2);
  const auto block = MustWriteBlock(env, input);
  EXPECT_EQ(*block->LabelNames({}),
            (std::vector<std::string>{"__name__", "instance", "job", "optional"}));
  const std::vector<Matcher> no_optional = {Match(MatchType::kEqual, "optional", "")};
  EXPECT_EQ(*block->LabelNames(no_optional),
            (std::vector<std::string>{"__name__", "instance", "job"}));
  EXPECT_EQ(*block->LabelValues("job", {}), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(block->LabelValues("absent", {})->empty());
  const std::vector<Matcher> one = {Match(MatchType::kEqual, "job", "b")};
  const auto instances = block->LabelValues("instance", one);
  for (const std::string& instance : *instances) {
    EXPECT_TRUE(std::any_of(input.begin(), input.end(), [&](const auto& series) {
      return series.first.Get("instance") == instance && series.first.Get("job") == "b";
    }));
  }
}

TEST(BlockTest, ExemplarsAndMetadataComeBack) {
  SimulatedEnv env(1);
  auto writer = BlockWriter::Create(env, "/blocks", {.range = kAllTime});
  ASSERT_TRUE(writer.ok());
  const LabelSet a = LabelSet::FromPairs({{"__name__", "a_total"}, {"x", "1"}});
  const LabelSet b = LabelSet::FromPairs({{"__name__", "a_total"}, {"x", "2"}});
  const LabelSet c = LabelSet::FromPairs({{"__name__", "c"}});
  const model::MetricMetadata counter{model::MetricType::kCounter, "seconds", "Counts things."};
  std::vector<model::Exemplar> exemplars;
  for (int i = 0; i < 3; ++i) {
    exemplars.push_back({LabelSet::FromPairs({{"trace_id", "abc"}}), 1.5 * i, 1000 + i, i > 0});
  }
  const SampleColumns columns = MakeColumns({}, 10, 1);
  ASSERT_TRUE((*writer)->Add(a, columns, {.metadata = &counter}).ok());
  ASSERT_TRUE((*writer)->Add(b, columns, {.exemplars = exemplars, .metadata = &counter}).ok());
  ASSERT_TRUE((*writer)->Add(c, columns).ok());
  const auto meta = (*writer)->Finish();
  ASSERT_TRUE(meta.ok()) << meta.status().ToString();
  EXPECT_EQ(meta->exemplars, 3u);
  const auto block = Block::Open(env, "/blocks/" + meta->id);
  ASSERT_TRUE(block.ok()) << block.status().ToString();
  const std::vector<std::vector<Matcher>> all = {{Match(MatchType::kRegex, "__name__", ".+")}};
  const auto found = (*block)->Exemplars({base::TimestampMs(1001), base::TimestampMs(2000)}, all);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].labels, b);
  EXPECT_EQ((*found)[0].exemplars,
            (std::vector<model::Exemplar>(exemplars.begin() + 1, exemplars.end())));
  const auto metadata = (*block)->Metadata();
  ASSERT_TRUE(metadata.ok());
  ASSERT_EQ(metadata->size(), 1u);
  EXPECT_EQ((*metadata)[0].metric, "a_total");
  EXPECT_EQ((*metadata)[0].metadata, std::vector<model::MetricMetadata>{counter});
  StoredSeries stored;
  ASSERT_TRUE((*block)->ReadSeries(1, &stored).ok());
  EXPECT_TRUE(stored.has_metadata);
  EXPECT_EQ(stored.metadata, counter);
  EXPECT_EQ(stored.exemplars, exemplars);
  ASSERT_TRUE((*block)->ReadSeries(2, &stored).ok());
  EXPECT_FALSE(stored.has_metadata);
}

TEST(BlockTest, StatsCountSeriesAndValues) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(300, 2);
  const auto block = MustWriteBlock(env, input);
  const BlockStats stats = block->Stats(2);
  EXPECT_EQ(stats.series, input.size());
  ASSERT_EQ(stats.series_by_metric_name.size(), 2u);
  uint64_t most = 0;
  std::map<std::string, uint64_t> by_metric;
  for (const auto& [labels, columns] : input) {
    most = std::max(most, ++by_metric[std::string(labels.metric_name())]);
  }
  EXPECT_EQ(stats.series_by_metric_name[0].count, most);
  EXPECT_EQ(stats.values_by_label_name[0].name, "instance");
}

TEST(BlockWriterTest, RefusesWhatWouldBreakTheBlock) {
  SimulatedEnv env(1);
  const SampleColumns columns = MakeColumns({}, 10, 1);
  auto writer = BlockWriter::Create(env, "/blocks",
                                    {.range = {base::TimestampMs(columns.times.front()),
                                               base::TimestampMs(columns.times.back() + 1)}});
  ASSERT_TRUE(writer.ok());
  const LabelSet a = LabelSet::FromPairs({{"__name__", "a"}});
  const LabelSet b = LabelSet::FromPairs({{"__name__", "b"}});
  EXPECT_EQ((*writer)->Add(a, {}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*writer)->Finish().status().code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE((*writer)->Add(b, columns).ok());
  EXPECT_EQ((*writer)->Add(a, columns).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*writer)->Add(b, columns).code(), StatusCode::kInvalidArgument);
  SampleColumns backwards = columns;
  std::swap(backwards.times[3], backwards.times[4]);
  const LabelSet c = LabelSet::FromPairs({{"__name__", "c"}});
  EXPECT_EQ((*writer)->Add(c, backwards).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*writer)->Add(c, MakeColumns({.offset_ms = 50'000'000}, 10, 1)).code(),
            StatusCode::kInvalidArgument);
}

TEST(BlockWriterTest, AnUnfinishedBlockLeavesNothingBehind) {
  SimulatedEnv env(1);
  {
    auto writer = BlockWriter::Create(env, "/blocks", {.range = kAllTime});
    ASSERT_TRUE(
        (*writer)->Add(LabelSet::FromPairs({{"__name__", "a"}}), MakeColumns({}, 10, 1)).ok());
  }
  EXPECT_TRUE(env.files().List("/blocks")->empty());
  ASSERT_TRUE(env.files().CreateFolders("/blocks/tmp-01ARZ3NDEKTSV4RRFFQ69G5FAV").ok());
  ASSERT_TRUE(env.files().CreateFolders("/blocks/other").ok());
  ASSERT_TRUE(RemoveUnfinishedBlocks(env.files(), "/blocks").ok());
  EXPECT_EQ(*env.files().List("/blocks"), std::vector<std::string>{"other"});
  EXPECT_TRUE(RemoveUnfinishedBlocks(env.files(), "/none").ok());
}

TEST(BlockWriterTest, AFinishedBlockSurvivesPowerLossAndAFullDiskIsReported) {
  SimulatedEnv env(7);
  ASSERT_TRUE(env.files().CreateFolders("/blocks").ok());
  ASSERT_TRUE(env.files().SyncFolder("/").ok());
  const TestSeries input = MakeTestSeries(20, 1);
  const std::string folder = MustWriteBlock(env, input)->folder();
  env.Crash();
  EXPECT_TRUE(Block::Open(env, folder).ok());

  env.disk().SetSpace(env.disk().UsedBytes() + 100);
  auto writer = BlockWriter::Create(env, "/blocks", {.range = kAllTime});
  base::Status status = writer.ok() ? base::OkStatus() : writer.status();
  for (const auto& [labels, columns] : input) {
    if (status.ok()) {
      status = (*writer)->Add(labels, columns);
    }
  }
  if (status.ok()) {
    status = (*writer)->Finish().status();
  }
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
}

TEST(BlockIdTest, IdsSortByCreation) {
  SimulatedEnv env(1);
  const std::string first = NewBlockId(env);
  env.manual_clock().Advance(base::Milliseconds(1));
  const std::string second = NewBlockId(env);
  EXPECT_LT(first, second);
  EXPECT_TRUE(IsBlockId(first));
  EXPECT_FALSE(IsBlockId("tmp-" + first));
  EXPECT_FALSE(IsBlockId("wal"));
}

}  // namespace
}  // namespace sb::tsdb
