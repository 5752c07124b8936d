// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/latency_histogram.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sb::ingest {
namespace {

TEST(LatencyHistogramTest, ExplicitBoundsAreInclusiveAbove) {
  const LatencyShape shape = LatencyShape::Explicit({1, 2, 5});
  LatencyHistogram histogram(&shape);
  for (const double value : {0.0, 1.0, 1.5, 2.0, 5.0, 5.1}) {
    histogram.Observe(value);
  }
  EXPECT_EQ(histogram.CumulativeCount(0), 2U);
  EXPECT_EQ(histogram.CumulativeCount(1), 4U);
  EXPECT_EQ(histogram.CumulativeCount(2), 5U);
  EXPECT_EQ(histogram.CumulativeCount(3), 6U);
  EXPECT_EQ(histogram.count(), 6U);
  EXPECT_DOUBLE_EQ(histogram.sum(), 14.6);
}

TEST(LatencyHistogramTest, ExponentialBucketsAreValidNativeHistograms) {
  const LatencyShape shape = LatencyShape::Exponential(160);
  LatencyHistogram histogram(&shape);
  histogram.Observe(0);
  for (double value = 0.001; value < 100; value *= 1.37) {
    histogram.Observe(value);
  }
  const model::HistogramPtr native = histogram.Native();
  EXPECT_TRUE(native->Validate().ok()) << native->Validate().ToString();
  EXPECT_EQ(native->zero_count, 1);
  EXPECT_EQ(native->count, static_cast<double>(histogram.count()));
}

TEST(LatencyHistogramTest, EachValueLiesInItsBucketAtEveryScale) {
  for (const int buckets_max : {1, 2, 10, 160, 1000}) {
    const LatencyShape shape = LatencyShape::Exponential(buckets_max);
    for (const double value : {0.25, 1.0, 1.0001, 3.0, 4.0, 1000.0}) {
      LatencyHistogram histogram(&shape);
      histogram.Observe(value);
      histogram.Observe(value * 50);
      const model::HistogramPtr native = histogram.Native();
      const double base = std::exp2(std::exp2(-native->schema));
      const int index = native->positive_spans.at(0).offset;
      EXPECT_LE(value, std::pow(base, index) * (1 + 1e-12)) << value << " " << native->schema;
      EXPECT_GT(value, std::pow(base, index - 1) * (1 - 1e-12)) << value << " " << native->schema;
    }
  }
}

TEST(LatencyHistogramTest, ResolutionFallsUntilTheBucketsAreFewEnough) {
  const LatencyShape shape = LatencyShape::Exponential(10);
  LatencyHistogram histogram(&shape);
  for (int i = 1; i <= 1000; ++i) {
    histogram.Observe(i);
  }
  const model::HistogramPtr native = histogram.Native();
  int64_t span = 0;
  for (const model::HistogramSpan& part : native->positive_spans) {
    span += part.length + (span == 0 ? 0 : part.offset);
  }
  EXPECT_LE(span, 10);
  EXPECT_EQ(native->count, 1000);
}

}  // namespace
}  // namespace sb::ingest
