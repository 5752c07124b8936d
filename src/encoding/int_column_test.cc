// SPDX-License-Identifier: Apache-2.0
#include "encoding/int_column.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "encoding/bit_packing.h"
#include "encoding/patched_block.h"
#include "encoding/sorted_ids.h"
#include "encoding/testing/sample_shapes.h"

namespace sb::encoding {
namespace {

using base::StatusCode;

TEST(BitPackingTest, EveryWidthAndCountComesBackFromBothKernels) {
  TestRandom random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const size_t count : {0u, 1u, 7u, 8u, 9u, 63u, 64u, 65u, 240u, 1000u}) {
      std::vector<uint64_t> values(count);
      for (uint64_t& value : values) {
        value = random.Next() & LowBits(width);
      }
      std::string bytes = "x";  // unaligned on purpose
      AppendPacked(values.data(), count, width, &bytes);
      ASSERT_EQ(bytes.size(), 1 + PackedBytes(count, width));
      // An exact heap copy, so that the address sanitizer sees any read beyond it.
      const std::vector<char> exact(bytes.begin() + 1, bytes.end());
      std::vector<uint64_t> fast(count);
      std::vector<uint64_t> portable(count);
      Unpack(exact.data(), exact.size(), count, width, fast.data());
      UnpackPortable(exact.data(), exact.size(), count, width, portable.data());
      EXPECT_EQ(fast, values) << width << " " << count;
      EXPECT_EQ(portable, values) << width << " " << count;
    }
  }
}

TEST(PatchedBlockTest, EveryShapeComesBack) {
  for (const Shape shape : kAllShapes) {
    for (const size_t count : {1u, 2u, 100u, 257u, 1024u}) {
      for (const bool thorough : {false, true}) {
        const std::vector<int64_t> values = MakeIntegers(shape, count, count);
        std::string bytes;
        AppendPatchedBlock(values, thorough, &bytes);
        std::vector<int64_t> back(count);
        const char* const end = bytes.data() + bytes.size();
        EXPECT_EQ(ReadPatchedBlock(bytes.data(), end, count, back.data()), end);
        EXPECT_EQ(back, values) << ShapeName(shape) << count;
      }
    }
  }
}

TEST(PatchedBlockTest, OutliersAndZerosCostOnlyThemselves) {
  std::vector<int64_t> values(240, 15000);
  values[17] = 15019;
  values[18] = 14981;
  std::string bytes;
  AppendPatchedBlock(values, true, &bytes);
  EXPECT_LT(bytes.size(), 30u);

  std::vector<int64_t> mostly_zero(240, 0);
  for (size_t i = 0; i < 240; i += 10) {
    mostly_zero[i] = 100000 + static_cast<int64_t>(i);
  }
  bytes.clear();
  AppendPatchedBlock(mostly_zero, true, &bytes);
  EXPECT_LT(bytes.size(), 70u);
}

std::vector<int64_t> DecodeAll(const IntColumn& column) {
  std::vector<int64_t> values(column.count());
  EXPECT_TRUE(column.Decode(0, column.count(), values.data()).ok());
  return values;
}

TEST(IntColumnTest, EveryShapeAndLengthComesBack) {
  for (const Shape shape : kAllShapes) {
    for (const size_t count : {0u, 1u, 2u, 3u, 239u, 240u, 241u, 5760u, 70000u}) {
      for (const bool thorough : {false, true}) {
        const std::vector<int64_t> values = MakeIntegers(shape, count, count + 1);
        std::string bytes;
        AppendIntColumn(values, {.page_values = 240, .thorough = thorough}, &bytes);
        IntColumn column;
        ASSERT_TRUE(column.Parse(bytes).ok()) << ShapeName(shape) << count;
        EXPECT_EQ(DecodeAll(column), values) << ShapeName(shape) << count;
      }
    }
  }
}

TEST(IntColumnTest, AnyRangeIsTheSameAsThatPartOfTheWhole) {
  TestRandom random(3);
  for (const Shape shape : kAllShapes) {
    const std::vector<int64_t> values = MakeIntegers(shape, 1000, 5);
    std::string bytes;
    AppendIntColumn(values, {.page_values = 120, .thorough = true}, &bytes);
    IntColumn column;
    ASSERT_TRUE(column.Parse(bytes).ok());
    for (int round = 0; round < 50; ++round) {
      const size_t begin = random.Below(1000);
      const size_t end = begin + random.Below(1001 - begin);
      std::vector<int64_t> part(end - begin);
      ASSERT_TRUE(column.Decode(begin, end, part.data()).ok());
      EXPECT_EQ(part, std::vector<int64_t>(values.begin() + static_cast<ptrdiff_t>(begin),
                                           values.begin() + static_cast<ptrdiff_t>(end)));
      const size_t stride_end = column.StrideEnd(begin);
      EXPECT_GT(stride_end, begin);
      EXPECT_LE(stride_end - begin, kDecodeStride);
    }
  }
}

TEST(IntColumnTest, FirstValuesOfPagesAreKnownWithoutDecoding) {
  const std::vector<int64_t> times = MakeTimes(5000, 3, 9);
  std::string bytes;
  AppendIntColumn(times, {.page_values = 240, .thorough = true, .find_by_first = true}, &bytes);
  EXPECT_LT(bytes.size(), 1000u);
  IntColumn column;
  ASSERT_TRUE(column.Parse(bytes).ok());
  ASSERT_TRUE(column.knows_firsts());
  ASSERT_EQ(column.pages(), 21u);
  for (size_t page = 0; page < column.pages(); ++page) {
    EXPECT_EQ(column.PageFirst(page), times[column.PageBegin(page)]);
  }
}

TEST(IntColumnTest, ConstantsAndLinesTakeAFewBytes) {
  std::vector<int64_t> line(5760);
  for (size_t i = 0; i < line.size(); ++i) {
    line[i] = static_cast<int64_t>(i) * 15000 + 1700000000000;
  }
  std::string bytes;
  AppendIntColumn(line, {}, &bytes);
  EXPECT_LT(bytes.size(), 20u);
  IntColumn column;
  ASSERT_TRUE(column.Parse(bytes).ok());
  EXPECT_EQ(DecodeAll(column), line);
  EXPECT_EQ(column.PageFirst(column.pages() - 1), line[column.PageBegin(column.pages() - 1)]);
}

TEST(IntColumnTest, DifferencesThatOverflowWrapAround) {
  const int64_t low = std::numeric_limits<int64_t>::min();
  const int64_t high = std::numeric_limits<int64_t>::max();
  const std::vector<int64_t> values = {low, high, 0, low, low, high, -1, high, 1, low};
  for (const bool thorough : {false, true}) {
    std::string bytes;
    AppendIntColumn(values, {.page_values = 4, .thorough = thorough}, &bytes);
    IntColumn column;
    ASSERT_TRUE(column.Parse(bytes).ok());
    EXPECT_EQ(DecodeAll(column), values);
  }
}

// Changing or cutting bytes must give a Status or other numbers, never a crash or a read outside of
// them.
TEST(IntColumnTest, DamagedBytesNeverCrash) {
  for (const Shape shape : kAllShapes) {
    const std::vector<int64_t> values = MakeIntegers(shape, 500, 2);
    std::string bytes;
    AppendIntColumn(values, {.page_values = 120, .thorough = true}, &bytes);
    std::vector<int64_t> out(kPageValuesMax);
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (const int change : {0x01, 0x80, 0xff}) {
        std::vector<char> broken(bytes.begin(), bytes.end());
        broken[i] = static_cast<char>(broken[i] ^ change);
        IntColumn column;
        if (column.Parse({broken.data(), broken.size()}).ok()) {
          for (size_t page = 0; page < column.pages(); ++page) {
            (void)column.DecodePage(page, out.data()).ok();
          }
        }
      }
      const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(i));
      IntColumn column;
      if (column.Parse({cut.data(), cut.size()}).ok()) {
        for (size_t page = 0; page < column.pages(); ++page) {
          (void)column.DecodePage(page, out.data()).ok();
        }
      }
    }
  }
}

TEST(SortedIdsTest, ListsOfAnyDensityComeBack) {
  TestRandom random(11);
  for (const uint64_t gap : {1u, 2u, 30u, 5000u}) {
    for (const size_t count : {0u, 1u, 8u, 9u, 300u, 140000u}) {
      std::vector<uint32_t> ids;
      uint64_t id = random.Below(gap);
      for (size_t i = 0; i < count; ++i, id += 1 + random.Below(gap)) {
        ids.push_back(static_cast<uint32_t>(id));
      }
      std::string bytes;
      AppendSortedIds(ids, &bytes);
      std::vector<uint32_t> back;
      ASSERT_TRUE(ReadSortedIds(bytes, static_cast<uint32_t>(id + 1), &back).ok());
      EXPECT_EQ(back, ids);
      EXPECT_EQ(CountSortedIds(bytes), count);
      if (gap == 1 && count == 300) {
        EXPECT_LT(bytes.size(), 16u);
      }
    }
  }
}

TEST(SortedIdsTest, IdsBeyondTheLimitOrOutOfOrderAreRefused) {
  std::string bytes;
  AppendSortedIds(std::vector<uint32_t>{3, 9}, &bytes);
  std::vector<uint32_t> ids;
  EXPECT_EQ(ReadSortedIds(bytes, 9, &ids).code(), StatusCode::kDataLoss);
  ids.clear();
  EXPECT_EQ(ReadSortedIds(std::string_view("\x02\x03\x00", 3), 100, &ids).code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(ReadSortedIds(bytes + "x", 100, &ids).code(), StatusCode::kDataLoss);
  EXPECT_EQ(ReadSortedIds(std::string_view("\xff\xff\xff\xff\x0f", 5), 100, &ids).code(),
            StatusCode::kDataLoss);
}

}  // namespace
}  // namespace sb::encoding
