// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/float_summary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "encoding/testing/sample_shapes.h"

namespace sb::tsdb {
namespace {

FloatSummary RoundTrip(const FloatSummary& summary, size_t count) {
  std::string bytes;
  AppendFloatSummary(summary, count, &bytes);
  FloatSummary back;
  encoding::ByteReader in(bytes);
  EXPECT_TRUE(ReadFloatSummary(&in, count, &back).ok());
  EXPECT_TRUE(in.empty());
  for (size_t size = 0; size < bytes.size(); ++size) {
    FloatSummary cut;
    encoding::ByteReader part(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(ReadFloatSummary(&part, count, &cut).ok());
  }
  return back;
}

void ExpectSummary(const std::vector<double>& values, const FloatSummary& expected) {
  const std::optional<FloatSummary> summary = Summarise(values);
  ASSERT_TRUE(summary.has_value());
  for (const FloatSummary& s : {*summary, RoundTrip(*summary, values.size())}) {
    EXPECT_EQ(s.min, expected.min);
    EXPECT_EQ(s.max, expected.max);
    EXPECT_EQ(s.rising, expected.rising);
    EXPECT_EQ(s.whole, expected.whole);
    if (expected.whole) {
      EXPECT_EQ(s.sum, expected.sum);
    }
  }
}

TEST(FloatSummaryTest, SaysWhatTheValuesAmountTo) {
  ExpectSummary({5}, {.min = 5, .max = 5, .rising = true, .whole = true, .sum = 5});
  ExpectSummary({1, 1, 4}, {.min = 1, .max = 4, .rising = true, .whole = true, .sum = 6});
  ExpectSummary({3, -7, 4}, {.min = -7, .max = 4, .rising = false, .whole = true, .sum = 0});
  ExpectSummary({0.5, 0.75}, {.min = 0.5, .max = 0.75, .rising = true, .whole = false});
  ExpectSummary({-1e300, 2}, {.min = -1e300, .max = 2, .rising = true, .whole = false});
}

TEST(FloatSummaryTest, HasNoSumThatCouldHaveBeenRounded) {
  ExpectSummary({0x1p52, 0x1p52}, {.min = 0x1p52, .max = 0x1p52, .rising = true, .whole = true,
                                   .sum = 0x1p53});
  ExpectSummary({0x1p52, 0x1p52, 1}, {.min = 1, .max = 0x1p52, .rising = false, .whole = false});
}

TEST(FloatSummaryTest, IsNotMadeOfNumbersThatCannotBeSummed) {
  EXPECT_FALSE(Summarise({}).has_value());
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -0.0,
                           std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(Summarise(std::vector<double>{1, odd, 2}).has_value());
  }
}

TEST(FloatSummaryTest, AgreesWithAddingUpValuesOfAllShapes) {
  for (const encoding::Shape shape : encoding::kAllShapes) {
    const std::vector<double> values = encoding::MakeDoubles(shape, 1000, 7);
    const std::optional<FloatSummary> summary = Summarise(values);
    if (!summary.has_value() || !summary->whole) {
      continue;
    }
    double sum = 0;
    for (const double value : values) {
      sum += value;
    }
    EXPECT_EQ(RoundTrip(*summary, values.size()).sum, sum);
  }
}

}  // namespace
}  // namespace sb::tsdb
