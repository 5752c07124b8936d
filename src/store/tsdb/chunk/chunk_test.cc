// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/chunk.h"

#include <gtest/gtest.h>

#include <vector>

#include "encoding/testing/sample_shapes.h"
#include "store/tsdb/chunk/testing/random_columns.h"

namespace sb::tsdb {
namespace {

using base::StatusCode;
using encoding::kAllShapes;
using encoding::Shape;
using encoding::TestRandom;
using model::SampleColumns;

constexpr Kinds kAllKinds[] = {Kinds::kFloats, Kinds::kHistograms, Kinds::kMixed};

std::string Encode(const SampleColumns& columns, Effort effort, uint32_t page_values = 120) {
  std::string bytes;
  EncodeChunk(columns, 0, columns.size(), {.effort = effort, .page_values = page_values}, &bytes);
  return bytes;
}

TEST(ChunkTest, EveryShapeAndKindComesBackBitByBit) {
  for (const Shape shape : kAllShapes) {
    for (const Kinds kinds : kAllKinds) {
      for (const bool start_times : {false, true}) {
        for (const size_t count : {1u, 2u, 120u, 241u, 1000u}) {
          const SampleColumns columns =
              MakeColumns({.shape = shape, .kinds = kinds, .start_times = start_times}, count, 7);
          for (const Effort effort : {Effort::kFast, Effort::kThorough}) {
            const std::string bytes = Encode(columns, effort);
            SampleColumns back;
            const base::Status status = DecodeChunk(bytes, &back);
            ASSERT_TRUE(status.ok()) << status.ToString();
            ASSERT_EQ(Difference(columns, back), "") << ShapeName(shape) << count;
          }
        }
      }
    }
  }
}

TEST(ChunkTest, FloatSpansGiveTheSameBytesAsColumns) {
  const SampleColumns columns = MakeColumns({}, 120, 1);
  std::string bytes;
  EncodeFloatChunk(columns.times, columns.values, {.page_values = 120}, &bytes);
  EXPECT_EQ(bytes, Encode(columns, Effort::kFast));
}

TEST(ChunkTest, InspectKnowsTimesAndKindsWithoutDecoding) {
  const SampleColumns columns = MakeColumns({.kinds = Kinds::kMixed, .start_times = true}, 500, 3);
  const auto info = InspectChunk(Encode(columns, Effort::kThorough));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->samples, 500u);
  EXPECT_EQ(info->first_time_ms, columns.times.front());
  EXPECT_EQ(info->last_time_ms, columns.times.back());
  EXPECT_TRUE(info->has_floats && info->has_histograms && info->has_start_times);
}

TEST(ChunkTest, AnyTimeRangeGivesExactlyItsSamples) {
  TestRandom random(5);
  for (const Kinds kinds : kAllKinds) {
    const SampleColumns columns = MakeColumns({.kinds = kinds, .start_times = true}, 700, 9);
    const std::string bytes = Encode(columns, Effort::kThorough);
    for (int round = 0; round < 100; ++round) {
      const int64_t from =
          columns.times[random.Below(700)] + static_cast<int64_t>(random.Below(3)) - 1;
      const int64_t to = from + static_cast<int64_t>(random.Below(4'000'000));
      SampleColumns expected;
      for (size_t i = 0; i < columns.size(); ++i) {
        if (columns.times[i] >= from && columns.times[i] < to) {
          expected.Append(columns.At(i));
        }
      }
      SampleColumns back;
      ASSERT_TRUE(DecodeChunk(bytes, {base::TimestampMs(from), base::TimestampMs(to)}, &back).ok());
      ASSERT_EQ(Difference(expected, back), "") << from << " " << to;
    }
    SampleColumns none;
    ASSERT_TRUE(DecodeChunk(bytes, {base::TimestampMs(0), base::TimestampMs(10)}, &none).ok());
    EXPECT_TRUE(none.empty());
  }
}

TEST(ChunkTest, ChunksOfDifferentKindsAreAppendedWithAlignedColumns) {
  SampleColumns all;
  SampleColumns back;
  int64_t offset = 0;
  for (const Kinds kinds : {Kinds::kFloats, Kinds::kHistograms, Kinds::kFloats}) {
    const bool start_times = kinds == Kinds::kHistograms;
    const SampleColumns part =
        MakeColumns({.kinds = kinds, .start_times = start_times, .offset_ms = offset}, 100, 4);
    for (size_t i = 0; i < part.size(); ++i) {
      all.Append(part.At(i));
    }
    ASSERT_TRUE(DecodeChunk(Encode(part, Effort::kFast), &back).ok());
    offset += 10'000'000;
  }
  EXPECT_EQ(Difference(all, back), "");
  EXPECT_EQ(back.start_times.size(), 300u);
  EXPECT_EQ(back.histograms.size(), 300u);
}

TEST(ChunkTest, ALiveRunOfACounterIsSmall) {
  const SampleColumns columns =
      MakeColumns({.shape = Shape::kCounter, .jitter_percent = 0}, 120, 1);
  EXPECT_LT(Encode(columns, Effort::kFast).size(), 170u);
  const SampleColumns constant =
      MakeColumns({.shape = Shape::kConstant, .jitter_percent = 0}, 120, 1);
  EXPECT_LT(Encode(constant, Effort::kFast).size(), 30u);
}

TEST(ChunkTest, AFailedDecodeLeavesTheColumnsAsTheyWere) {
  const SampleColumns columns = MakeColumns({.kinds = Kinds::kHistograms}, 50, 1);
  std::string bytes = Encode(columns, Effort::kFast);
  bytes.resize(bytes.size() - 5);
  SampleColumns out = MakeColumns({}, 10, 2);
  const SampleColumns before = out;
  EXPECT_EQ(DecodeChunk(bytes, &out).code(), StatusCode::kDataLoss);
  EXPECT_EQ(Difference(before, out), "");
  EXPECT_TRUE(out.histograms.empty());
}

// Whatever the bytes, decoding ends with a Status and columns of one length within the bounds.
TEST(ChunkTest, DamagedBytesNeverCrashNorGrow) {
  TestRandom random(17);
  for (const Kinds kinds : kAllKinds) {
    const std::string bytes =
        Encode(MakeColumns({.kinds = kinds, .start_times = true}, 150, 4), Effort::kThorough, 60);
    for (size_t round = 0; round < 6000; ++round) {
      std::vector<char> broken(bytes.begin(), bytes.end());
      broken[round % broken.size()] = static_cast<char>(random.Next());
      if (random.Below(2) == 0) {
        broken[random.Below(broken.size())] = static_cast<char>(random.Next());
      }
      if (random.Below(10) == 0) {
        broken.resize(random.Below(broken.size()));
      }
      SampleColumns out;
      const base::Status status = DecodeChunk({broken.data(), broken.size()}, &out);
      EXPECT_EQ(out.times.size(), out.values.size());
      EXPECT_LE(out.size(), kChunkSamplesMax);
      if (!status.ok()) {
        EXPECT_TRUE(out.empty());
      }
      (void)InspectChunk({broken.data(), broken.size()}).ok();
    }
  }
}

}  // namespace
}  // namespace sb::tsdb
