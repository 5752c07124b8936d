// SPDX-License-Identifier: Apache-2.0
#include "api/http/parameters.h"

#include <gtest/gtest.h>

namespace sb::api {
namespace {

TEST(ParseTimeTest, AcceptsSecondsAndRfc3339) {
  EXPECT_EQ(*ParseTime("1435781430.781"), 1435781430781);
  EXPECT_EQ(*ParseTime("-1"), -1000);
  EXPECT_EQ(*ParseTime("1e3"), 1'000'000);
  EXPECT_EQ(*ParseTime("2015-07-01T20:10:30.781Z"), 1435781430781);
  EXPECT_EQ(*ParseTime("2015-07-01T22:10:30+02:00"), 1435781430000);
  EXPECT_EQ(*ParseTime("1969-12-31T23:59:59Z"), -1000);
  EXPECT_EQ(*ParseTime("2024-02-29T00:00:00Z"), 1709164800000);
}

TEST(ParseTimeTest, AcceptsTheExtremesThatClientsSend) {
  EXPECT_EQ(*ParseTime("-292273086-05-16T16:47:06Z"), kTimeMinMs);
  EXPECT_EQ(*ParseTime("292277025-08-18T07:12:54.999999999Z"), kTimeMaxMs);
}

TEST(ParseTimeTest, RefusesTheRest) {
  for (const char* text :
       {"", "abc", "30s", "NaN", "Inf", "1e300", "2023-02-29T00:00:00Z", "2015-07-01T20:10:30",
        "2015-13-01T20:10:30Z", "2015-07-01T20:10:30.Z"}) {
    const base::Result<int64_t> time = ParseTime(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_NE(time.status().message().find("to a valid timestamp"), std::string_view::npos);
  }
}

TEST(ParseDurationTest, AcceptsSecondsAndDurations) {
  EXPECT_EQ(*ParseDuration("15"), 15'000);
  EXPECT_EQ(*ParseDuration("0.5"), 500);
  EXPECT_EQ(*ParseDuration("1h30m"), 5'400'000);
  EXPECT_EQ(ParseDuration("1x").status().message(), "cannot parse \"1x\" to a valid duration");
  EXPECT_EQ(ParseDuration("1e300").status().message(),
            "cannot parse \"1e300\" to a valid duration. It overflows int64");
}

TEST(ParametersTest, NameTheParameterInTheMessage) {
  const net::UrlParams params = *net::UrlParams::Parse("start=x&limit=-1&step=5s&n=7");
  EXPECT_EQ(TimeParameter(params, "start", 0).status().message(),
            "invalid parameter \"start\": cannot parse \"x\" to a valid timestamp");
  EXPECT_FALSE(CountParameter(params, "limit", 10).ok());
  EXPECT_FALSE(CountParameter(params, "n", 6).ok());
  EXPECT_EQ(**CountParameter(params, "n", 7), 7U);
  EXPECT_EQ(**DurationParameter(params, "step"), 5'000);
  EXPECT_EQ(*TimeParameter(params, "absent", 42), 42);
  EXPECT_FALSE(DurationParameter(params, "absent")->has_value());
}

TEST(Rfc3339Test, PrintsUtcWithMilliseconds) {
  EXPECT_EQ(FormatRfc3339(1435781430781), "2015-07-01T20:10:30.781Z");
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace sb::api
