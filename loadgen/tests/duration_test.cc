// SPDX-License-Identifier: Apache-2.0
#include "duration.h"

#include <gtest/gtest.h>

namespace sb::load {
namespace {

TEST(DurationTest, ReadsTheSpellingsOfScripts) {
  EXPECT_EQ(*ParseDuration("30s"), 30 * kSecond);
  EXPECT_EQ(*ParseDuration("1m30s"), 90 * kSecond);
  EXPECT_EQ(*ParseDuration("1h2m3.5s"), 3723 * kSecond + 500 * kMilli);
  EXPECT_EQ(*ParseDuration("500ms"), 500 * kMilli);
  EXPECT_EQ(*ParseDuration("1500"), 1500 * kMilli);
  EXPECT_EQ(*ParseDuration("0"), 0);
}

TEST(DurationTest, RefusesWhatIsNone) {
  for (const char* text : {"", "s", "5x", "1m5", "-", "1..2s", "1e400s"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(DurationTest, IsShownShortly) {
  EXPECT_EQ(DurationText(90 * kSecond), "1m30s");
  EXPECT_EQ(DurationText(7 * kSecond), "7s");
  EXPECT_EQ(DurationText(0), "0s");
  EXPECT_EQ(DurationText(250 * kMilli), "250ms");
}

}  // namespace
}  // namespace sb::load
