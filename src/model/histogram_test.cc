// SPDX-License-Identifier: Apache-2.0
#include "model/histogram.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace sb::model {
namespace {

Histogram Valid() {
  Histogram h;
  h.integer_counts = true;
  h.schema = 1;
  h.zero_count = 1;
  h.count = 7;
  h.sum = 12;
  h.positive_spans = {{0, 2}, {3, 1}};
  h.positive_buckets = {1, 2, 3};
  return h;
}

TEST(HistogramTest, AcceptsAConsistentHistogram) {
  EXPECT_TRUE(Valid().Validate().ok()) << Valid().Validate().ToString();
}

TEST(HistogramTest, RefusesCountThatIsNotTheSumOfTheBuckets) {
  Histogram h = Valid();
  h.count = 8;
  EXPECT_FALSE(h.Validate().ok());
  h.sum = std::nan("");  // observed NaNs are counted but stand in no bucket
  EXPECT_TRUE(h.Validate().ok());
  h.count = 6;
  EXPECT_FALSE(h.Validate().ok());
}

TEST(HistogramTest, RefusesSpansThatDoNotFitTheBuckets) {
  Histogram h = Valid();
  h.positive_spans = {{0, 2}};
  EXPECT_NE(h.Validate().message().find("spans need 2 buckets, have 3"), std::string_view::npos);
  h = Valid();
  h.positive_spans[1].offset = -1;
  EXPECT_FALSE(h.Validate().ok());
  h = Valid();
  h.positive_spans = {{0, std::numeric_limits<uint32_t>::max()},
                      {0, std::numeric_limits<uint32_t>::max()}};
  EXPECT_FALSE(h.Validate().ok());
}

TEST(HistogramTest, RefusesNegativeCountsAndUnknownSchemas) {
  Histogram h = Valid();
  h.positive_buckets[0] = -1;
  EXPECT_FALSE(h.Validate().ok());
  h = Valid();
  h.schema = 9;
  EXPECT_FALSE(h.Validate().ok());
}

TEST(HistogramTest, CustomBoundsMustIncreaseAndCoverTheBuckets) {
  Histogram h;
  h.schema = kCustomBucketsSchema;
  h.count = 3;
  h.custom_values = {1, 2};
  h.positive_spans = {{0, 3}};
  h.positive_buckets = {1, 1, 1};
  EXPECT_TRUE(h.Validate().ok()) << h.Validate().ToString();
  h.custom_values = {2, 2};
  EXPECT_FALSE(h.Validate().ok());
  h.custom_values = {1};
  EXPECT_FALSE(h.Validate().ok());
  h.custom_values = {1, std::numeric_limits<double>::infinity()};
  EXPECT_FALSE(h.Validate().ok());
}

TEST(HistogramTest, BitEqualityTellsNanPayloadsApart) {
  Histogram a = Valid();
  Histogram b = Valid();
  EXPECT_TRUE(a.BitEquals(b));
  a.sum = std::bit_cast<double>(0x7ff8000000000001ULL);
  b.sum = std::bit_cast<double>(0x7ff0000000000002ULL);
  EXPECT_FALSE(a.BitEquals(b));
}

}  // namespace
}  // namespace sb::model
