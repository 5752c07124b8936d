// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/float_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "model/sample.h"

namespace sb::wire {
namespace {

std::string Text(double value) {
  std::string out;
  AppendFloatText(&out, value);
  return out;
}

std::string OpenMetricsText(double value) {
  std::string out;
  AppendOpenMetricsFloat(&out, value);
  return out;
}

TEST(FloatTextTest, ParsesWhatGoParses) {
  const struct {
    const char* text;
    double value;
  } kCases[] = {{"0", 0},
                {"1", 1},
                {"-1", -1},
                {"+1", 1},
                {"1.5", 1.5},
                {".5", 0.5},
                {"5.", 5},
                {"1e3", 1000},
                {"1E+3", 1000},
                {"1e-3", 0.001},
                {"0.1", 0.1},
                {"123456789012345", 123456789012345.0},
                {"1234567890123456789", 1234567890123456789.0},
                {"4.9351e-05", 4.9351e-05},
                {"1.7976931348623157e308", 1.7976931348623157e308},
                {"5e-324", 5e-324},
                {"1e-400", 0},
                {"0.000000000000001", 1e-15},
                {"99999999999999.9", 99999999999999.9}};
  for (const auto& c : kCases) {
    double value = -7;
    ASSERT_TRUE(ParseFloatText(c.text, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
}

TEST(FloatTextTest, ParsesSpecialNumbersInAnyCase) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const char* text : {"Inf", "inf", "+Inf", "+INF", "Infinity", "+infinity"}) {
    double value = 0;
    ASSERT_TRUE(ParseFloatText(text, &value)) << text;
    EXPECT_EQ(value, inf) << text;
  }
  double value = 0;
  ASSERT_TRUE(ParseFloatText("-iNf", &value));
  EXPECT_EQ(value, -inf);
  ASSERT_TRUE(ParseFloatText("nAn", &value));
  EXPECT_EQ(std::bit_cast<uint64_t>(value), model::kNormalNanBits);
  ASSERT_TRUE(ParseFloatText("-0", &value));
  EXPECT_TRUE(std::signbit(value));
}

TEST(FloatTextTest, RefusesWhatTheReferenceRefuses) {
  for (const char* text :
       {"",       "-",     "+",     ".",      "e5",   "1e",   "1e+",    "1_000", "0x10",
        "0x1p-2", "1p3",   "--1",   "+-1",    "-nan", "+NaN", "nan(1)", "infin", "1 ",
        " 1",     "1.2.3", "1e400", "-1e400", "true", "1,5",  "1d"}) {
    double value = 42;
    EXPECT_FALSE(ParseFloatText(text, &value)) << text;
    EXPECT_EQ(value, 42) << text;
  }
}

TEST(FloatTextTest, WritesLikeGosShortestG) {
  EXPECT_EQ(Text(0), "0");
  EXPECT_EQ(Text(-0.0), "-0");
  EXPECT_EQ(Text(1), "1");
  EXPECT_EQ(Text(0.1), "0.1");
  EXPECT_EQ(Text(100000), "100000");
  EXPECT_EQ(Text(999999), "999999");
  EXPECT_EQ(Text(1000000), "1e+06");
  EXPECT_EQ(Text(1234567), "1.234567e+06");
  EXPECT_EQ(Text(0.0001), "0.0001");
  EXPECT_EQ(Text(0.00001), "1e-05");
  EXPECT_EQ(Text(12.5), "12.5");
  EXPECT_EQ(Text(1e100), "1e+100");
  EXPECT_EQ(Text(-5e-324), "-5e-324");
  EXPECT_EQ(Text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(Text(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(Text(model::StaleNan()), "NaN");
}

TEST(FloatTextTest, OpenMetricsNumbersHaveAPointOrAnExponent) {
  EXPECT_EQ(OpenMetricsText(1), "1.0");
  EXPECT_EQ(OpenMetricsText(-1), "-1.0");
  EXPECT_EQ(OpenMetricsText(0), "0.0");
  EXPECT_EQ(OpenMetricsText(0.25), "0.25");
  EXPECT_EQ(OpenMetricsText(1e6), "1e+06");
  EXPECT_EQ(OpenMetricsText(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(OpenMetricsText(std::nan("")), "NaN");
}

TEST(FloatTextTest, EveryWrittenNumberReadsBackToTheSameBits) {
  constexpr uint64_t kSeed = 20240607;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits =
        i % 2 == 0 ? random()
                   : std::bit_cast<uint64_t>(static_cast<double>(random() % 1000000) / 1000);
    const double value = std::bit_cast<double>(bits);
    if (std::isnan(value)) {
      continue;
    }
    double back = 0;
    ASSERT_TRUE(ParseFloatText(Text(value), &back)) << Text(value);
    EXPECT_EQ(std::bit_cast<uint64_t>(back), bits) << Text(value);
  }
}

TEST(FloatTextTest, Int64StopsAtItsRange) {
  int64_t value = 0;
  EXPECT_TRUE(ParseInt64Text("-9223372036854775808", &value));
  EXPECT_EQ(value, std::numeric_limits<int64_t>::min());
  EXPECT_FALSE(ParseInt64Text("9223372036854775808", &value));
  EXPECT_FALSE(ParseInt64Text("1.5", &value));
  EXPECT_FALSE(ParseInt64Text("", &value));
  EXPECT_FALSE(ParseInt64Text("+-1", &value));
}

}  // namespace
}  // namespace sb::wire
