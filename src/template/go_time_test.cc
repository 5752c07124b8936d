// SPDX-License-Identifier: Apache-2.0
#include "template/go_time.h"

#include <gtest/gtest.h>

namespace sb::gotemplate {
namespace {

TEST(GoTimeTest, ZeroTimePrintsAsYearOne) {
  EXPECT_EQ(FormatTime(GoTime{}, "2006-01-02 15:04:05 -0700 MST"), "0001-01-01 00:00:00 +0000 UTC");
  EXPECT_TRUE(GoTime{}.IsZero());
}

TEST(GoTimeTest, CivilRoundTripsOverCenturies) {
  for (int64_t seconds = -80'000'000'000; seconds < 80'000'000'000; seconds += 777'777'777) {
    const GoTime time{seconds, 0, nullptr};
    EXPECT_EQ(FromCivil(time.ToCivil(), 0, nullptr).seconds, seconds);
  }
}

TEST(GoTimeTest, DurationsPrintAsGoDoes) {
  EXPECT_EQ(FormatDuration(0), "0s");
  EXPECT_EQ(FormatDuration(1), "1ns");
  EXPECT_EQ(FormatDuration(1'500), "1.5\xC2\xB5s");
  EXPECT_EQ(FormatDuration(90'000'000'000), "1m30s");
  EXPECT_EQ(FormatDuration(7'575'250'000'000), "2h6m15.25s");
  EXPECT_EQ(FormatDuration(INT64_MIN), "-2562047h47m16.854775808s");
}

TEST(GoTimeTest, DurationsParse) {
  EXPECT_EQ(*ParseGoDuration("1h30m"), 5'400'000'000'000);
  EXPECT_EQ(*ParseGoDuration("-1.5s"), -1'500'000'000);
  EXPECT_FALSE(ParseGoDuration("5").ok());
  EXPECT_FALSE(ParseGoDuration("").ok());
  EXPECT_FALSE(ParseGoDuration("9999999999h").ok());
}

TEST(GoTimeTest, ParsesWhatItFormats) {
  const GoTime time{1'787'392'800, 120'000'000, nullptr};
  for (const char* layout :
       {"2006-01-02T15:04:05.999999999Z07:00", "Mon, 02 Jan 2006 15:04:05.000 MST",
        "Monday, 02-Jan-06 15:04:05.00 -0700", "Jan _2 2006 3:04:05.000PM",
        "2006 002 15:04:05.00"}) {
    const std::string text = FormatTime(time, layout);
    const auto parsed = ParseTime(layout, text, nullptr);
    ASSERT_TRUE(parsed.ok()) << text << " " << parsed.status().ToString();
    EXPECT_EQ(*parsed, time) << text;
  }
  EXPECT_FALSE(ParseTime("2006-01-02", "2006-02-30", nullptr).ok());
  EXPECT_FALSE(ParseTime("2006-01-02", "not-a-date", nullptr).ok());
}

TEST(GoTimeTest, OffsetWithoutNameKeepsOffset) {
  const auto time = ParseTime(kRfc3339Nano, "2026-12-31T23:30:00+01:00", nullptr);
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(FormatTime(*time, "2006-01-02 15:04:05 -0700 MST"), "2026-12-31 23:30:00 +0100 +0100");
}

}  // namespace
}  // namespace sb::gotemplate
