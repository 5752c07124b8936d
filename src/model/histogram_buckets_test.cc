// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_buckets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sb::model {
namespace {

TEST(HistogramBucketsTest, BoundsArePowersOfTheSchemasBase) {
  EXPECT_EQ(ExponentialBound(0, 0), 1);
  EXPECT_EQ(ExponentialBound(1, 0), 2);
  EXPECT_EQ(ExponentialBound(-1, 0), 0.5);
  EXPECT_EQ(ExponentialBound(2, -1), 16);
  EXPECT_EQ(ExponentialBound(-1, -4), std::ldexp(1, -16));
  EXPECT_DOUBLE_EQ(ExponentialBound(1, 1), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(ExponentialBound(3, 2), std::exp2(0.75));
  EXPECT_DOUBLE_EQ(ExponentialBound(-5, 8), std::exp2(-5.0 / 256));
}

TEST(HistogramBucketsTest, TheLastFiniteBucketEndsAtTheLargestDouble) {
  constexpr double kMax = std::numeric_limits<double>::max();
  EXPECT_EQ(ExponentialBound(1024, 0), kMax);
  EXPECT_EQ(ExponentialBound(1025, 0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(ExponentialBound(64, -4), kMax);
  EXPECT_EQ(ExponentialBound(1024 << 8, 8), kMax);
}

TEST(HistogramBucketsTest, HostileIndicesHaveBounds) {
  constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
  constexpr int32_t kMin = std::numeric_limits<int32_t>::min();
  for (const int32_t schema : {-4, 0, 8}) {
    EXPECT_EQ(ExponentialBound(kMax, schema), std::numeric_limits<double>::infinity());
    EXPECT_EQ(ExponentialBound(kMin, schema), 0);
  }
  Histogram custom;
  custom.schema = kCustomBucketsSchema;
  custom.custom_values = {1};
  EXPECT_EQ(BucketBound(custom, kMax), std::numeric_limits<double>::infinity());
  EXPECT_EQ(BucketBound(custom, -7), -std::numeric_limits<double>::infinity());
}

TEST(HistogramBucketsTest, AllBucketsAscendAndAreCutAtTheZeroBucket) {
  Histogram h;
  h.zero_threshold = 0.75;
  h.zero_count = 3;
  h.positive_spans = {{0, 2}};
  h.positive_buckets = {1, 2};
  h.negative_spans = {{1, 1}};
  h.negative_buckets = {4};
  const std::vector<Bucket> buckets = AllBuckets(h);
  ASSERT_EQ(buckets.size(), 4U);
  EXPECT_EQ(buckets[0].lower, -2);
  EXPECT_EQ(buckets[0].upper, -1);
  EXPECT_TRUE(buckets[0].lower_inclusive);
  EXPECT_FALSE(buckets[0].upper_inclusive);
  EXPECT_EQ(buckets[1].lower, -0.75);
  EXPECT_EQ(buckets[1].count, 3);
  EXPECT_EQ(buckets[2].lower, 0.75);
  EXPECT_EQ(buckets[2].upper, 1);
  EXPECT_EQ(buckets[3].upper, 2);
  EXPECT_EQ(AllBucketsReversed(h)[0].upper, 2);
}

TEST(HistogramBucketsTest, TextShowsPopulatedBuckets) {
  Histogram h;
  h.count = 8;
  h.sum = 4.5;
  h.zero_threshold = 0.001;
  h.zero_count = 1;
  h.positive_spans = {{1, 2}};
  h.positive_buckets = {0, 3};
  h.negative_spans = {{1, 1}};
  h.negative_buckets = {4};
  EXPECT_EQ(ToString(h), "{count:8, sum:4.5, [-2,-1):4, [-0.001,0.001]:1, (2,4]:3}");
}

TEST(HistogramBucketsTest, NumbersPrintAsGoDoes) {
  EXPECT_EQ(FormatGoG(123456), "123456");
  EXPECT_EQ(FormatGoG(1234567), "1.234567e+06");
  EXPECT_EQ(FormatGoG(0.0001), "0.0001");
  EXPECT_EQ(FormatGoG(0.00001), "1e-05");
  EXPECT_EQ(FormatGoG(-1e300), "-1e+300");
  EXPECT_EQ(FormatGoG(0), "0");
  EXPECT_EQ(FormatGoG(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(FormatGoG(std::nan("")), "NaN");
}

TEST(HistogramBucketsTest, FractionsBelowAValueFollowTheInterpolation) {
  const Bucket bucket{1, 4, false, true, 10, 0};
  EXPECT_DOUBLE_EQ(FractionBelow(bucket, 2, Interpolation::kLinear), 1.0 / 3);
  EXPECT_DOUBLE_EQ(FractionBelow(bucket, 2, Interpolation::kExponential), 0.5);
  const Bucket negative{-4, -1, true, false, 10, 0};
  EXPECT_DOUBLE_EQ(FractionBelow(negative, -2, Interpolation::kExponential), 0.5);
}

}  // namespace
}  // namespace sb::model
