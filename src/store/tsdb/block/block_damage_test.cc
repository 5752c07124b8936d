// SPDX-License-Identifier: Apache-2.0
//
// Every byte of a small block is changed, one at a time: the damage is found, costs at most the
// samples of one chunk or timestamp column, and never gives another number.
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/block/testing/block_maker.h"

namespace sb::tsdb {
namespace {

using base::SimulatedEnv;
using base::StatusCode;
using model::SampleColumns;

class BlockDamageTest : public ::testing::Test {
 protected:
  BlockDamageTest() : env_(1) {
    input_ = MakeBucketSeries(1, 16, 3);
    for (auto& [labels, columns] : MakeTestSeries(8, 5)) {
      input_.emplace(labels, Slice(columns, 0, 16));
    }
    folder_ = MustWriteBlock(env_, input_)->folder();
  }

  void Overwrite(const std::string& path, std::string_view bytes) {
    auto file = env_.files().Create(path);
    ASSERT_TRUE(file.ok() && (*file)->Append(bytes).ok() && (*file)->Close().ok());
  }

  // Every sample that is read must be one that was written, at its place.
  static bool IsPartOf(const SampleColumns& part, const SampleColumns& whole) {
    size_t next = 0;
    for (size_t i = 0; i < part.size(); ++i) {
      while (next < whole.size() && whole.times[next] < part.times[i]) {
        ++next;
      }
      if (next == whole.size() ||
          !Difference(Slice(part, i, i + 1), Slice(whole, next, next + 1)).empty()) {
        return false;
      }
    }
    return true;
  }

  // Returns how many series could not be read whole.
  size_t ReadEverything(const Block& block) {
    size_t damaged = 0;
    auto series = block.Select(AlwaysAlive(), {.range = kAllTime}, {});
    EXPECT_TRUE(series.ok());
    EXPECT_EQ(series->size(), input_.size());
    for (auto& s : *series) {
      const auto expected = input_.find(s->labels());
      if (expected == input_.end()) {
        ADD_FAILURE() << "a series that was never written: " << s->labels().ToString();
        continue;
      }
      SampleColumns columns;
      const base::Status status = s->Read(kAllTime, &columns);
      EXPECT_TRUE(IsPartOf(columns, expected->second)) << s->labels().ToString();
      if (!status.ok()) {
        EXPECT_EQ(status.code(), StatusCode::kDataLoss);
        EXPECT_NE(status.message().find("/chunks"), std::string_view::npos);
        ++damaged;
      } else {
        EXPECT_EQ(columns.size(), expected->second.size());
      }
    }
    return damaged;
  }

  SimulatedEnv env_;
  TestSeries input_;
  std::string folder_;
};

TEST_F(BlockDamageTest, AnyFlippedByteOfTheIndexIsFoundAtOpen) {
  const std::string path = folder_ + "/index";
  const std::string good = *env_.files().ReadFile(path);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    Overwrite(path, bad);
    EXPECT_EQ(Block::Open(env_, folder_).status().code(), StatusCode::kDataLoss) << i;
  }
}

TEST_F(BlockDamageTest, AnyFlippedByteOfTheChunksIsFoundWhenItIsReadAndCostsItsReaders) {
  const std::string path = folder_ + "/chunks";
  const std::string good = *env_.files().ReadFile(path);
  size_t found = 0;
  for (size_t i = 8; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    Overwrite(path, bad);
    const auto block = Block::Open(env_, folder_);
    ASSERT_TRUE(block.ok());
    const size_t damaged = ReadEverything(**block);
    found += damaged > 0 ? 1 : 0;
    EXPECT_LT(damaged, input_.size());
    EXPECT_EQ((*block)->damaged_chunks() > 0, damaged > 0);
  }
  EXPECT_EQ(found, good.size() - 8);
}

TEST_F(BlockDamageTest, AnyCutOfAFileIsFound) {
  for (const char* name : {"/index", "/chunks", "/meta.json"}) {
    const std::string path = folder_ + name;
    const std::string good = *env_.files().ReadFile(path);
    for (size_t size = 0; size < good.size(); size += 1 + size / 50) {
      Overwrite(path, good.substr(0, size));
      const auto block = Block::Open(env_, folder_);
      if (block.ok()) {
        EXPECT_GT(ReadEverything(**block), 0u) << name << size;
      } else {
        EXPECT_EQ(block.status().code(), StatusCode::kDataLoss) << block.status().ToString();
      }
    }
    Overwrite(path, good);
  }
}

TEST_F(BlockDamageTest, AMissingFileOrAnUnknownVersionIsSaidClearly) {
  const std::string path = folder_ + "/meta.json";
  std::string json = *env_.files().ReadFile(path);
  const size_t at = json.find("\"formatVersion\": 2");
  ASSERT_NE(at, std::string::npos);
  json.replace(at, 18, "\"formatVersion\": 9");
  Overwrite(path, json);
  EXPECT_EQ(Block::Open(env_, folder_).status().code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(env_.files().Remove(path).ok());
  EXPECT_EQ(Block::Open(env_, folder_).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace sb::tsdb
