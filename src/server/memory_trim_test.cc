// SPDX-License-Identifier: Apache-2.0
#include "server/memory_trim.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

TEST(MemoryTrimTest, ReadsWhatNoFileIsBehind) {
  EXPECT_EQ(AnonymousBytes("900 120 20 5 0 300 0\n", 4096), 100U * 4096);
  EXPECT_EQ(AnonymousBytes("900 20 20 5 0 300 0\n", 4096), 0U);
  for (const std::string_view text : {"", "900", "900 120", "900 x 20", "-1 5 2", "\n"}) {
    EXPECT_EQ(AnonymousBytes(text, 4096), 0U) << text;
  }
}

TEST(MemoryTrimTest, IsWorthItAboveAQuarterOfWhatIsInUse) {
  constexpr uint64_t kMib = 1 << 20;
  EXPECT_EQ(TrimExcess(46 * kMib, 14 * kMib), 0U);
  EXPECT_EQ(TrimExcess(117 * kMib, 14 * kMib), 103 * kMib);
  EXPECT_EQ(TrimExcess(4'900 * kMib, 4'000 * kMib), 0U);
  EXPECT_EQ(TrimExcess(5'100 * kMib, 4'000 * kMib), 1'100 * kMib);
  EXPECT_EQ(TrimExcess(10 * kMib, 14 * kMib), 0U);
}

}  // namespace
}  // namespace sb::server
