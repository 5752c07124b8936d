// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/compactor.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "store/tsdb/block/testing/block_maker.h"

namespace sb::tsdb {
namespace {

using base::SimulatedEnv;
using base::StatusCode;
using model::LabelSet;
using model::SampleColumns;

// Splits the samples of every series over `parts` blocks by time, with `overlap` samples in two of
// them.
std::vector<std::shared_ptr<const Block>> Split(SimulatedEnv& env, const TestSeries& input,
                                                size_t parts, size_t overlap) {
  std::vector<std::shared_ptr<const Block>> blocks;
  for (size_t part = 0; part < parts; ++part) {
    TestSeries some;
    for (const auto& [labels, columns] : input) {
      const size_t size = columns.size();
      const size_t begin = size * part / parts;
      const size_t end = std::min(size, size * (part + 1) / parts + overlap);
      // Not every series is in every block.
      if ((labels.Hash() + part) % 5 != 0) {
        some[labels] = Slice(columns, begin, end);
      }
    }
    blocks.push_back(MustWriteBlock(env, some));
    env.manual_clock().Advance(base::Seconds(1));
  }
  return blocks;
}

TestSeries ReadAll(const Block& block) {
  TestSeries all;
  for (uint64_t i = 0; i < block.meta().series; ++i) {
    StoredSeries series;
    EXPECT_TRUE(block.ReadSeries(i, &series).ok());
    all[series.labels] = series.columns;
  }
  return all;
}

// What compaction must give, the slow and obvious way.
TestSeries Merged(const std::vector<std::shared_ptr<const Block>>& blocks) {
  std::map<LabelSet, std::map<int64_t, model::Sample>> samples;
  for (const auto& block : blocks) {
    for (const auto& [labels, columns] : ReadAll(*block)) {
      for (size_t i = 0; i < columns.size(); ++i) {
        samples[labels][columns.times[i]] = columns.At(i);
      }
    }
  }
  TestSeries merged;
  for (const auto& [labels, by_time] : samples) {
    for (const auto& [time, sample] : by_time) {
      merged[labels].Append(sample);
    }
  }
  return merged;
}

void ExpectSame(const TestSeries& expected, const TestSeries& found) {
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [labels, columns] : expected) {
    const auto it = found.find(labels);
    ASSERT_NE(it, found.end()) << labels.ToString();
    EXPECT_EQ(Difference(columns, it->second), "") << labels.ToString();
  }
}

TEST(CompactorTest, MergesBlocksSeriesBySeries) {
  SimulatedEnv env(1);
  const auto blocks = Split(env, MakeTestSeries(60, 3), 4, 10);
  const auto result = CompactBlocks(env, "/blocks", {.blocks = blocks});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->meta.level, 2u);
  EXPECT_EQ(result->meta.sources.size(), 4u);
  EXPECT_GT(result->samples_duplicate, 0u);
  const auto block = Block::Open(env, "/blocks/" + result->meta.id);
  ASSERT_TRUE(block.ok());
  ExpectSame(Merged(blocks), ReadAll(**block));
}

TEST(CompactorTest, TheNewestBlockWinsATimestamp) {
  SimulatedEnv env(1);
  const LabelSet labels = LabelSet::FromPairs({{"__name__", "a"}});
  TestSeries old_one;
  TestSeries new_one;
  old_one[labels] = MakeColumns({}, 10, 1);
  new_one[labels] = Slice(old_one[labels], 3, 6);
  for (double& value : new_one[labels].values) {
    value = -1;
  }
  const std::vector<std::shared_ptr<const Block>> blocks = {MustWriteBlock(env, old_one),
                                                            MustWriteBlock(env, new_one)};
  const auto result = CompactBlocks(env, "/blocks", {.blocks = blocks});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->samples_duplicate, 3u);
  const auto block = Block::Open(env, "/blocks/" + result->meta.id);
  const TestSeries all = ReadAll(**block);
  EXPECT_EQ(all.at(labels).values[4], -1);
  EXPECT_EQ(all.at(labels).size(), 10u);
}

TEST(CompactorTest, TombstonesAndTheKeptRangeRemoveSamplesAndEmptySeries) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(40, 3);
  const std::vector<std::shared_ptr<const Block>> blocks = {MustWriteBlock(env, input)};
  const int64_t first = input.begin()->second.times.front();
  CompactionRequest request{.blocks = blocks};
  request.tombstones.push_back({{model::Matcher::Equal("job", "a")}, kAllTime});
  request.tombstones.push_back({{model::Matcher::Equal("job", "b")},
                                {base::TimestampMs(first), base::TimestampMs(first + 600'000)}});
  request.keep.end = base::TimestampMs(first + 3'000'000);
  const auto result = CompactBlocks(env, "/blocks", request);
  ASSERT_TRUE(result.ok());
  const auto block = Block::Open(env, "/blocks/" + result->meta.id);
  uint64_t kept = 0;
  for (const auto& [labels, columns] : ReadAll(**block)) {
    EXPECT_NE(labels.Get("job"), "a");
    kept += columns.size();
    for (const int64_t time : columns.times) {
      EXPECT_LT(time, first + 3'000'000);
      EXPECT_TRUE(labels.Get("job") != "b" || time >= first + 600'000);
    }
  }
  uint64_t all = 0;
  for (const auto& [labels, columns] : input) {
    all += columns.size();
  }
  EXPECT_EQ(result->samples_deleted + kept, all);
}

TEST(CompactorTest, NothingLeftWritesNoBlock) {
  SimulatedEnv env(1);
  CompactionRequest request{.blocks = {MustWriteBlock(env, MakeTestSeries(5, 3))}};
  request.tombstones.push_back({{}, kAllTime});
  const auto result = CompactBlocks(env, "/blocks", request);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->empty);
  EXPECT_EQ(env.files().List("/blocks")->size(), 1u);
}

TEST(CompactorTest, ADamagedChunkIsCountedAndTheRestIsKept) {
  SimulatedEnv env(1);
  const TestSeries input = MakeTestSeries(20, 3);
  const std::string folder = MustWriteBlock(env, input)->folder();
  const std::string path = folder + "/chunks";
  env.disk().FlipBit(path, (env.files().ReadFile(path)->size() - 3) * 8);
  const auto block = Block::Open(env, folder);
  ASSERT_TRUE(block.ok());
  const auto result = CompactBlocks(env, "/blocks", {.blocks = {*block}});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->loss_count, 1u);
  EXPECT_EQ(result->losses.size(), 1u);
  EXPECT_EQ(result->losses[0].code(), StatusCode::kDataLoss);
  EXPECT_EQ(result->meta.series, input.size() - 1);
}

TEST(CompactorTest, ExemplarsAndMetadataAreMerged) {
  SimulatedEnv env(1);
  const LabelSet labels = LabelSet::FromPairs({{"__name__", "a_total"}});
  std::vector<std::shared_ptr<const Block>> blocks;
  for (int i = 0; i < 2; ++i) {
    const model::MetricMetadata metadata{model::MetricType::kCounter, "", "v" + std::to_string(i)};
    const std::vector<model::Exemplar> exemplars = {
        {LabelSet::FromPairs({{"trace_id", "same"}}), 1, 1000, true},
        {LabelSet::FromPairs({{"trace_id", std::to_string(i)}}), 2, 2000 - i, true}};
    auto writer = BlockWriter::Create(env, "/blocks", {.range = kAllTime});
    ASSERT_TRUE((*writer)
                    ->Add(labels, MakeColumns({.offset_ms = i * 10'000'000}, 20, 1),
                          {.exemplars = exemplars, .metadata = &metadata})
                    .ok());
    const auto meta = (*writer)->Finish();
    blocks.push_back(*Block::Open(env, "/blocks/" + meta->id));
  }
  const auto result = CompactBlocks(env, "/blocks", {.blocks = blocks});
  ASSERT_TRUE(result.ok());
  StoredSeries series;
  ASSERT_TRUE((*Block::Open(env, "/blocks/" + result->meta.id))->ReadSeries(0, &series).ok());
  EXPECT_EQ(series.columns.size(), 40u);
  ASSERT_EQ(series.exemplars.size(), 3u);
  EXPECT_EQ(series.exemplars[1].time_ms, 1999);
  EXPECT_EQ(series.metadata.help, "v1");
}

BlockMeta Meta(int64_t start_hours, int64_t end_hours, const std::string& id) {
  BlockMeta meta;
  meta.range = {base::TimestampMs(start_hours * 3'600'000),
                base::TimestampMs(end_hours * 3'600'000)};
  meta.id = id;
  return meta;
}

TEST(PlanCompactionTest, MergesWindowsThatAreOver) {
  const std::vector<base::DurationMs> ranges = {base::Hours(6), base::Hours(18)};
  std::vector<BlockMeta> blocks = {Meta(0, 2, "a"), Meta(2, 4, "b"), Meta(4, 6, "c")};
  EXPECT_EQ(PlanCompaction(blocks, ranges), (std::vector<size_t>{0, 1, 2}));
  blocks.pop_back();
  EXPECT_TRUE(PlanCompaction(blocks, ranges).empty());
  blocks.push_back(Meta(6, 8, "d"));
  EXPECT_EQ(PlanCompaction(blocks, ranges), (std::vector<size_t>{0, 1}));
  EXPECT_TRUE(
      PlanCompaction(std::vector<BlockMeta>{Meta(0, 6, "a"), Meta(6, 8, "b")}, ranges).empty());
  const std::vector<BlockMeta> wide = {Meta(0, 6, "a"), Meta(6, 12, "b"), Meta(12, 18, "c"),
                                       Meta(18, 20, "d")};
  EXPECT_EQ(PlanCompaction(wide, ranges), (std::vector<size_t>{0, 1, 2}));
}

TEST(PlanCompactionTest, OverlapsComeFirstInTheOrderOfCreation) {
  const std::vector<base::DurationMs> ranges = {base::Hours(6)};
  const std::vector<BlockMeta> blocks = {Meta(0, 2, "a"), Meta(2, 4, "d"), Meta(3, 4, "c"),
                                         Meta(4, 6, "b")};
  EXPECT_EQ(PlanCompaction(blocks, ranges), (std::vector<size_t>{2, 1}));
  EXPECT_TRUE(PlanCompaction({}, ranges).empty());
}

}  // namespace
}  // namespace sb::tsdb
