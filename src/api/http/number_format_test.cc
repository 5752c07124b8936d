// SPDX-License-Identifier: Apache-2.0
#include "api/http/number_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sb::api {
namespace {

std::string Value(double v) {
  std::string out;
  AppendSampleValue(v, &out);
  return out;
}

std::string Time(int64_t ms) {
  std::string out;
  AppendTimestamp(ms, &out);
  return out;
}

TEST(SampleValueTest, PrintsShortestDigits) {
  EXPECT_EQ(Value(0), "0");
  EXPECT_EQ(Value(-0.0), "-0");
  EXPECT_EQ(Value(0.1), "0.1");
  EXPECT_EQ(Value(-12.5), "-12.5");
  EXPECT_EQ(Value(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(Value(123456), "123456");
  EXPECT_EQ(Value(1e15 + 0.5), "1000000000000000.5");
}

TEST(SampleValueTest, ExponentFormOnlyForTinyAndHuge) {
  EXPECT_EQ(Value(1e-6), "0.000001");
  EXPECT_EQ(Value(1e-7), "1e-07");
  EXPECT_EQ(Value(-1.5e-10), "-1.5e-10");
  EXPECT_EQ(Value(1e21), "1e+21");
  EXPECT_EQ(Value(1e20), "100000000000000000000");
  // Not the exact value 123456789012345677877 but the shortest digits, padded.
  EXPECT_EQ(Value(123456789012345678901.0), "123456789012345680000");
  EXPECT_EQ(Value(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(Value(5e-324), "5e-324");
}

TEST(SampleValueTest, NamesWhatIsNotFinite) {
  EXPECT_EQ(Value(std::nan("")), "NaN");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(Value(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(TimestampTest, HasNoOrThreeDecimals) {
  EXPECT_EQ(Time(1435781430781), "1435781430.781");
  EXPECT_EQ(Time(1435781430000), "1435781430");
  EXPECT_EQ(Time(5), "0.005");
  EXPECT_EQ(Time(-1), "-0.001");
  EXPECT_EQ(Time(-61000), "-61");
  EXPECT_EQ(Time(std::numeric_limits<int64_t>::min()), "-9223372036854775.808");
}

}  // namespace
}  // namespace sb::api
