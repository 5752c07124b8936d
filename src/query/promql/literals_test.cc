// SPDX-License-Identifier: Apache-2.0
#include "query/promql/literals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace sb::promql {
namespace {

TEST(UnquoteStringTest, ResolvesGoEscapes) {
  EXPECT_EQ(UnquoteString(R"("a\tb\n\"\\")"), "a\tb\n\"\\");
  EXPECT_EQ(UnquoteString(R"('it\'s')"), "it's");
  EXPECT_EQ(UnquoteString(R"("\x41\101\u00fc\U0001F600\xff")"), "AA\xc3\xbc\xf0\x9f\x98\x80\xff");
  EXPECT_EQ(UnquoteString("`\\n`"), "\\n");
  EXPECT_EQ(UnquoteString("''"), "");
}

TEST(ParseNumberTest, ReadsGoNumbers) {
  EXPECT_EQ(*ParseNumber("1_000"), 1000);
  EXPECT_EQ(*ParseNumber("0x1F"), 31);
  EXPECT_EQ(*ParseNumber("0x_ff"), 255);
  EXPECT_EQ(*ParseNumber("017"), 15);
  EXPECT_EQ(*ParseNumber("08"), 8);
  EXPECT_EQ(*ParseNumber(".5"), 0.5);
  EXPECT_EQ(*ParseNumber("5."), 5);
  EXPECT_EQ(*ParseNumber("1e-3"), 0.001);
  EXPECT_EQ(*ParseNumber("12345678901234567890"), 12345678901234567890.0);
  EXPECT_EQ(*ParseNumber("INF"), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*ParseNumber("nan")));
  EXPECT_EQ(*ParseNumber("1e-400"), 0);
  EXPECT_EQ(*ParseNumber("1e-99999"), 0);
  EXPECT_EQ(*ParseNumber("0." + std::string(400, '0') + "1"), 0);
}

TEST(ParseNumberTest, RefusesWithGosWords) {
  EXPECT_EQ(ParseNumber("1_").status().message(),
            "strconv.ParseFloat: parsing \"1_\": invalid syntax");
  EXPECT_EQ(ParseNumber("1e999").status().message(),
            "strconv.ParseFloat: parsing \"1e999\": value out of range");
  EXPECT_FALSE(ParseNumber("1e99999").ok());
  EXPECT_FALSE(ParseNumber(std::string(400, '9')).ok());
  EXPECT_FALSE(ParseNumber("").ok());
  EXPECT_FALSE(ParseNumber("0x").ok());
  EXPECT_FALSE(ParseNumber("1.2.3").ok());
}

TEST(ParseDurationTest, AddsUnitsInOrder) {
  EXPECT_EQ(*ParseDurationMs("1h30m"), 5'400'000);
  EXPECT_EQ(*ParseDurationMs("1y2w3d4h5m6s7ms"),
            ((((365 + 14 + 3) * 24LL + 4) * 60 + 5) * 60 + 6) * 1000 + 7);
  EXPECT_EQ(*ParseDurationMs("0s"), 0);
}

TEST(ParseDurationTest, RefusesDisorderAndOverflow) {
  EXPECT_EQ(ParseDurationMs("5m1h").status().message(), "not a valid duration string: \"5m1h\"");
  EXPECT_EQ(ParseDurationMs("5m5m").status().message(), "not a valid duration string: \"5m5m\"");
  EXPECT_EQ(ParseDurationMs("5hs").status().message(), "unknown unit \"hs\" in duration \"5hs\"");
  EXPECT_EQ(ParseDurationMs("300y").status().message(), "duration out of range");
  EXPECT_EQ(ParseDurationMs("99999999999999999999s").status().message(),
            "not a valid duration string: \"99999999999999999999s\"");
  EXPECT_EQ(ParseDurationMs("").status().message(), "empty duration string");
  EXPECT_FALSE(ParseDurationMs("5").ok());
  EXPECT_FALSE(ParseDurationMs("-5m").ok());
}

TEST(SecondsToMsTest, KeepsWholeMillisecondsExact) {
  EXPECT_EQ(SecondsToMs(300.001), 300'001);
  EXPECT_EQ(SecondsToMs(1.001), 1'001);
  EXPECT_EQ(SecondsToMs(20'000'000.001), 20'000'000'001);
  EXPECT_EQ(SecondsToMs(0.0019), 1);
  EXPECT_EQ(SecondsToMs(-0.0019), -1);
  EXPECT_EQ(SecondsToMs(0.0001), 0);
}

TEST(SecondsToMsTest, RangeIsThatOf64BitNanoseconds) {
  EXPECT_TRUE(DurationSecondsInRange(9.2e9));
  EXPECT_FALSE(DurationSecondsInRange(9.3e9));
  EXPECT_FALSE(DurationSecondsInRange(std::nan("")));
}

}  // namespace
}  // namespace sb::promql
