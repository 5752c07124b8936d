// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_loop.h"

#include <gtest/gtest.h>

namespace sb::scrape {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSecond = 1'000 * kMs;

TEST(ScrapeLoopTest, TheNextMomentIsOnTheGridAndLater) {
  const int64_t interval = 15 * kSecond;
  const int64_t offset = 4 * kSecond;
  for (int64_t now = 1'700'000'000 * kSecond; now < 1'700'000'060 * kSecond; now += 731 * kMs) {
    const int64_t next = NextOnGrid(now, interval, offset);
    EXPECT_GT(next, now);
    EXPECT_LE(next, now + interval);
    EXPECT_EQ(next % interval, offset);
  }
  // Exactly on the grid: that moment has passed.
  EXPECT_EQ(NextOnGrid(4 * kSecond, interval, offset), 19 * kSecond);
}

TEST(ScrapeLoopTest, SmallLatenessIsAligned) {
  const int64_t due = 1'000 * kSecond;
  EXPECT_EQ(AlignedTime(due, due, kSecond), due);
  EXPECT_EQ(AlignedTime(due, due + 2 * kMs, kSecond), due);
  EXPECT_EQ(AlignedTime(due, due + 2 * kMs + 1, kSecond), due + 2 * kMs + 1);
  // A hundredth of a short interval.
  EXPECT_EQ(AlignedTime(due, due + kMs, 100 * kMs), due);
  EXPECT_EQ(AlignedTime(due, due + kMs + 1, 100 * kMs), due + kMs + 1);
  // Early: a timer that fires before its time is not moved into the future.
  EXPECT_EQ(AlignedTime(due, due - 1, kSecond), due - 1);
}

}  // namespace
}  // namespace sb::scrape
