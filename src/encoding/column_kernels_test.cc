// SPDX-License-Identifier: Apache-2.0
#include "encoding/column_kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <vector>

#include "encoding/testing/sample_shapes.h"

namespace sb::encoding {
namespace {

// Counts around the width of the vectors.
constexpr size_t kCounts[] = {0, 1, 3, 4, 5, 8, 63, 64, 65, 239, 1000};

TEST(ColumnKernelsTest, RunningSumsAreTheSameInBothForms) {
  TestRandom random(1);
  for (const size_t count : kCounts) {
    for (const unsigned shift : {0u, 1u, 12u, 63u}) {
      const SumForm form{
          .base = random.Next(), .sum = random.Next(), .origin = random.Next(), .shift = shift};
      std::vector<uint64_t> fast(count);
      for (uint64_t& step : fast) {
        step = random.Next();
      }
      std::vector<uint64_t> portable = fast;
      StepsToValues(form, count, fast.data());
      StepsToValuesPortable(form, count, portable.data());
      EXPECT_EQ(fast, portable) << count << " " << shift;
    }
  }
}

TEST(ColumnKernelsTest, IntegersOfAnySizeAreRoundedCorrectlyInBothForms) {
  TestRandom random(2);
  std::vector<int64_t> integers = {0, 1, -1, std::numeric_limits<int64_t>::min(),
                                   std::numeric_limits<int64_t>::max()};
  for (int bits = 0; bits < 63; ++bits) {
    for (const int64_t around : {-1, 0, 1}) {
      integers.push_back((int64_t{1} << bits) + around);
      integers.push_back(-(int64_t{1} << bits) + around);
    }
  }
  for (int i = 0; i < 20000; ++i) {
    integers.push_back(static_cast<int64_t>(random.Next()) >> random.Below(64));
  }
  for (const double divisor : {1.0, 10.0, 1e9, 1e18}) {
    std::vector<double> fast(integers.size());
    std::vector<double> portable(integers.size());
    IntegersToDoubles(integers.data(), integers.size(), divisor, fast.data());
    IntegersToDoublesPortable(integers.data(), integers.size(), divisor, portable.data());
    for (size_t i = 0; i < integers.size(); ++i) {
      ASSERT_EQ(std::bit_cast<uint64_t>(fast[i]), std::bit_cast<uint64_t>(portable[i]))
          << integers[i] << " / " << divisor;
    }
  }
}

TEST(ColumnKernelsTest, NumbersAreSpreadOverTheSetBitsInBothForms) {
  TestRandom random(3);
  for (const size_t count : kCounts) {
    for (const uint64_t density : {1u, 2u, 10u}) {
      std::vector<uint64_t> bitmap((count + 63) / 64 + 1, 0);
      std::vector<uint64_t> packed;
      std::vector<uint64_t> expected(count, 0);
      for (size_t i = 0; i < count; ++i) {
        if (random.Below(density) == 0) {
          bitmap[i / 64] |= uint64_t{1} << (i % 64);
          expected[i] = random.Next();
          packed.push_back(expected[i]);
        }
      }
      packed.resize(packed.size() + 4);
      std::vector<uint64_t> fast(count);
      std::vector<uint64_t> portable(count);
      SpreadOverBitmap(bitmap.data(), packed.data(), count, fast.data());
      SpreadOverBitmapPortable(bitmap.data(), packed.data(), count, portable.data());
      EXPECT_EQ(fast, expected);
      EXPECT_EQ(portable, expected);
    }
  }
}

}  // namespace
}  // namespace sb::encoding
