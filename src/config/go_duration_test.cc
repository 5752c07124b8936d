// SPDX-License-Identifier: Apache-2.0
#include "config/go_duration.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

TEST(GoDurationTest, ReadsWhatGoReads) {
  const auto ns = [](std::string_view text) {
    const auto parsed = ParseGoDuration(text);
    return parsed.ok() ? parsed->ns : INT64_MIN;
  };
  EXPECT_EQ(ns("0"), 0);
  EXPECT_EQ(ns("10ms"), 10'000'000);
  EXPECT_EQ(ns("1.5s"), 1'500'000'000);
  EXPECT_EQ(ns("-20s"), -20'000'000'000);
  EXPECT_EQ(ns("2h45m"), 9'900'000'000'000);
  EXPECT_EQ(ns("3us"), 3'000);
  EXPECT_EQ(ns("7ns"), 7);
}

TEST(GoDurationTest, RefusesTheRest) {
  for (const char* text : {"", "5", "s", "1d", "1 s", "--1s", "1..s", "99999999999h"}) {
    EXPECT_FALSE(ParseGoDuration(text).ok()) << text;
  }
}

TEST(GoDurationTest, IsPrintedInItsLargestUnit) {
  EXPECT_EQ(FormatGoDuration({90'000'000'000}), "90s");
  EXPECT_EQ(FormatGoDuration({3'600'000'000'000}), "1h");
  EXPECT_EQ(FormatGoDuration({1'500'000}), "1500us");
}

}  // namespace
}  // namespace sb::config
