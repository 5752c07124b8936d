// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/histogram_layout.h"

namespace sb::model {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Histogram Exponential(int32_t schema, int32_t offset, std::vector<double> buckets) {
  Histogram h;
  h.schema = schema;
  for (const double count : buckets) {
    h.count += count;
  }
  h.positive_spans.push_back({offset, static_cast<uint32_t>(buckets.size())});
  h.positive_buckets = std::move(buckets);
  return h;
}

Histogram Custom(std::vector<double> bounds, std::vector<double> buckets) {
  Histogram h = Exponential(kCustomBucketsSchema, 0, std::move(buckets));
  h.custom_values = std::move(bounds);
  return h;
}

// (index, count) of the populated positive buckets.
std::vector<std::pair<int32_t, double>> Populated(const Histogram& h) {
  std::vector<std::pair<int32_t, double>> out;
  for (const IndexedBucket& bucket : Unroll(h.positive_spans, h.positive_buckets)) {
    if (bucket.count != 0) {
      out.emplace_back(bucket.index, bucket.count);
    }
  }
  return out;
}

using Buckets = std::vector<std::pair<int32_t, double>>;

TEST(HistogramMathTest, AddsBucketsByIndex) {
  Histogram h = Exponential(0, 1, {1, 2});
  ASSERT_TRUE(Add(&h, Exponential(0, 2, {10, 20, 30})).ok());
  EXPECT_EQ(Populated(h), (Buckets{{1, 1}, {2, 12}, {3, 20}, {4, 30}}));
  EXPECT_EQ(h.count, 63);
}

TEST(HistogramMathTest, AddsAcrossGapsAndBeforeTheFirstSpan) {
  Histogram h = Exponential(0, 5, {1});
  ASSERT_TRUE(Add(&h, Exponential(0, -3, {2})).ok());
  ASSERT_TRUE(Add(&h, Exponential(0, 9, {3})).ok());
  EXPECT_EQ(Populated(h), (Buckets{{-3, 2}, {5, 1}, {9, 3}}));
  EXPECT_EQ(h.positive_spans.size(), 3U);
}

TEST(HistogramMathTest, TheCoarserSchemaWins) {
  Histogram fine = Exponential(1, 1, {1, 1, 1, 1});
  ASSERT_TRUE(Add(&fine, Exponential(0, 1, {1, 1})).ok());
  EXPECT_EQ(fine.schema, 0);
  EXPECT_EQ(Populated(fine), (Buckets{{1, 3}, {2, 3}}));

  Histogram coarse = Exponential(0, 1, {1, 1});
  ASSERT_TRUE(Add(&coarse, Exponential(1, 1, {1, 1, 1, 1})).ok());
  EXPECT_EQ(Populated(coarse), (Buckets{{1, 3}, {2, 3}}));
}

TEST(HistogramMathTest, ZeroBucketsGrowToTheWiderOne) {
  Histogram narrow = Exponential(0, 0, {5, 1});  // (0.5, 1] and (1, 2]
  narrow.zero_threshold = 0.5;
  narrow.zero_count = 2;
  Histogram wide = Exponential(0, 1, {1});
  wide.zero_threshold = 1;
  wide.zero_count = 3;
  ASSERT_TRUE(Add(&narrow, wide).ok());
  EXPECT_EQ(narrow.zero_threshold, 1);
  EXPECT_EQ(narrow.zero_count, 10);
  EXPECT_EQ(Populated(narrow), (Buckets{{1, 2}}));
}

TEST(HistogramMathTest, AZeroBucketNeverCutsAPopulatedBucket) {
  Histogram h = Exponential(0, 1, {7});  // (1, 2]
  Histogram other = Exponential(0, 5, {1});
  other.zero_threshold = 1.5;
  other.zero_count = 1;
  ASSERT_TRUE(Add(&h, other).ok());
  EXPECT_EQ(h.zero_threshold, 2);
  EXPECT_EQ(h.zero_count, 8);
  EXPECT_EQ(Populated(h), (Buckets{{5, 1}}));
}

TEST(HistogramMathTest, CustomBoundsMeetAtWhatBothShare) {
  Histogram h = Custom({1, 2, 4}, {1, 2, 3, 4});
  const auto outcome = Add(&h, Custom({2, 4, 8}, {10, 20, 30, 40}));
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->bounds_reconciled);
  EXPECT_EQ(h.custom_values, (std::vector<double>{2, 4}));
  EXPECT_EQ(Populated(h), (Buckets{{0, 13}, {1, 23}, {2, 74}}));
}

TEST(HistogramMathTest, RefusesExponentialWithCustomBuckets) {
  Histogram h = Exponential(0, 1, {1});
  const auto outcome = Add(&h, Custom({1}, {1, 1}));
  EXPECT_EQ(outcome.status().code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(Populated(h), (Buckets{{1, 1}}));
}

TEST(HistogramMathTest, DifferenceMayBeNegative) {
  Histogram h = Exponential(0, 1, {1, 5});
  ASSERT_TRUE(Subtract(&h, Exponential(0, 1, {3, 5})).ok());
  Compact(&h);
  EXPECT_EQ(Populated(h), (Buckets{{1, -2}}));
  EXPECT_EQ(h.positive_buckets.size(), 1U);
  EXPECT_EQ(h.count, -2);
}

TEST(HistogramMathTest, HintsMergeAndCollide) {
  auto merge = [](CounterResetHint a, CounterResetHint b) {
    Histogram h = Exponential(0, 1, {1});
    Histogram other = h;
    h.counter_reset_hint = a;
    other.counter_reset_hint = b;
    const auto outcome = Add(&h, other);
    return std::pair(h.counter_reset_hint, outcome->reset_collision);
  };
  using Hint = CounterResetHint;
  EXPECT_EQ(merge(Hint::kReset, Hint::kReset), std::pair(Hint::kReset, false));
  EXPECT_EQ(merge(Hint::kReset, Hint::kGauge), std::pair(Hint::kGauge, false));
  EXPECT_EQ(merge(Hint::kGauge, Hint::kReset), std::pair(Hint::kGauge, false));
  EXPECT_EQ(merge(Hint::kReset, Hint::kUnknown), std::pair(Hint::kUnknown, false));
  EXPECT_EQ(merge(Hint::kReset, Hint::kNotReset), std::pair(Hint::kUnknown, true));
}

TEST(HistogramMathTest, KahanSumKeepsWhatRoundingLoses) {
  Histogram sum = Exponential(0, 1, {1});
  Histogram compensation = CompensationFor(sum);
  for (const double count : {1e100, 1.0, -1e100}) {
    ASSERT_TRUE(KahanAdd(&sum, Exponential(0, 1, {count}), &compensation).ok());
  }
  ASSERT_TRUE(Add(&sum, compensation).ok());
  EXPECT_EQ(Populated(sum), (Buckets{{1, 2}}));
  EXPECT_EQ(sum.count, 2);
}

TEST(HistogramMathTest, KahanSumFollowsNewBucketsAndCoarserSchemas) {
  Histogram sum = Exponential(2, 1, {1, 1});
  Histogram compensation = CompensationFor(sum);
  ASSERT_TRUE(KahanAdd(&sum, Exponential(1, 5, {1e100}), &compensation).ok());
  ASSERT_TRUE(KahanAdd(&sum, Exponential(0, 7, {4}), &compensation).ok());
  ASSERT_EQ(sum.positive_buckets.size(), compensation.positive_buckets.size());
  ASSERT_TRUE(Add(&sum, compensation).ok());
  EXPECT_EQ(sum.schema, 0);
  EXPECT_EQ(Populated(sum), (Buckets{{1, 2}, {3, 1e100}, {7, 4}}));
}

TEST(HistogramMathTest, DividingByZeroDropsTheBuckets) {
  Histogram h = Exponential(0, 1, {1, 2});
  h.sum = 3;
  Divide(&h, 0);
  EXPECT_TRUE(h.positive_buckets.empty());
  EXPECT_TRUE(h.positive_spans.empty());
  EXPECT_EQ(h.count, kInfinity);
}

TEST(HistogramMathTest, NegativeFactorsMakeGauges) {
  Histogram h = Exponential(0, 1, {1});
  Multiply(&h, -2);
  EXPECT_EQ(h.counter_reset_hint, CounterResetHint::kGauge);
  EXPECT_EQ(Populated(h), (Buckets{{1, -2}}));
}

TEST(HistogramMathTest, CompactDropsEmptyBucketsAndJoinsSpans) {
  Histogram h;
  h.positive_spans = {{-2, 2}, {0, 1}, {3, 0}, {1, 3}};
  h.positive_buckets = {0, 1, 2, 0, 3, 0};
  Compact(&h);
  EXPECT_EQ(h.positive_spans, (std::vector<HistogramSpan>{{-1, 2}, {5, 1}}));
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{1, 2, 3}));
}

TEST(HistogramMathTest, EqualityIgnoresEmptySpansButNotEmptyBuckets) {
  Histogram a = Exponential(0, 1, {1, 2});
  Histogram b = a;
  b.positive_spans = {{1, 1}, {0, 1}, {5, 0}};
  EXPECT_TRUE(Equal(a, b));
  Histogram c = Exponential(0, 1, {1, 2, 0});
  EXPECT_FALSE(Equal(a, c));
  b.sum = std::nan("");
  EXPECT_FALSE(Equal(a, b));
  a.sum = b.sum;
  EXPECT_TRUE(Equal(a, b));
}

TEST(HistogramResetTest, AnyDecreaseOrVanishedBucketIsAReset) {
  const Histogram before = Exponential(0, 1, {1, 2});
  EXPECT_FALSE(DetectReset(before, before));
  EXPECT_FALSE(DetectReset(Exponential(0, 1, {1, 2, 3}), before));
  EXPECT_TRUE(DetectReset(Exponential(0, 1, {9, 1}), before));
  EXPECT_TRUE(DetectReset(Exponential(0, 2, {9}), before));
  EXPECT_TRUE(DetectReset(Exponential(0, 1, {1, 1}), before));
}

TEST(HistogramResetTest, HintsOfTheCurrentHistogramWin) {
  Histogram current = Exponential(0, 1, {1});
  const Histogram before = Exponential(0, 1, {5});
  current.counter_reset_hint = CounterResetHint::kNotReset;
  EXPECT_FALSE(DetectReset(current, before));
  current = Exponential(0, 1, {9});
  current.counter_reset_hint = CounterResetHint::kReset;
  EXPECT_TRUE(DetectReset(current, before));
}

TEST(HistogramResetTest, ACoarserSchemaIsNoResetAFinerOneIs) {
  const Histogram fine = Exponential(1, 1, {1, 1, 1, 1});
  const Histogram coarse = Exponential(0, 1, {2, 2});
  EXPECT_FALSE(DetectReset(coarse, fine));
  EXPECT_TRUE(DetectReset(fine, coarse));
  EXPECT_TRUE(DetectReset(Exponential(0, 1, {1, 3}), fine));
}

TEST(HistogramResetTest, AWiderZeroBucketIsNoResetANarrowerOneIs) {
  Histogram narrow = Exponential(0, 0, {1, 2});
  Histogram wide = Exponential(0, 1, {2});
  wide.zero_threshold = 1;
  wide.zero_count = 1;
  wide.count = 3;
  EXPECT_FALSE(DetectReset(wide, narrow));
  EXPECT_TRUE(DetectReset(narrow, wide));
  wide.zero_count = 0.5;
  EXPECT_TRUE(DetectReset(wide, narrow));
}

TEST(HistogramResetTest, CustomBucketsAreComparedBetweenSharedBounds) {
  const Histogram before = Custom({1, 2, 4}, {1, 1, 1, 1});
  EXPECT_FALSE(DetectReset(Custom({2, 4}, {2, 1, 1}), before));
  EXPECT_TRUE(DetectReset(Custom({2, 4}, {1, 2, 1}), before));
  EXPECT_TRUE(DetectReset(Custom({2, 4}, {1, 5, 1}), before));
}

TEST(HistogramTrimTest, KeepsWhatIsBelowAndSplitsTheBucketByInterpolation) {
  Histogram h = Exponential(0, 1, {4, 4});  // (1, 2] and (2, 4]
  h.sum = 20;
  TrimBuckets(&h, 2 * std::sqrt(2.0), Trim::kUpper);
  ASSERT_EQ(h.positive_buckets.size(), 2U);
  EXPECT_DOUBLE_EQ(h.positive_buckets[0], 4);
  EXPECT_NEAR(h.positive_buckets[1], 2, 1e-9);
  EXPECT_NEAR(h.count, 6, 1e-9);
}

TEST(HistogramTrimTest, LeavesTheTotalsWhenNothingIsTrimmed) {
  Histogram h = Exponential(0, 1, {4, 4});
  h.sum = 20;
  TrimBuckets(&h, 100, Trim::kUpper);
  EXPECT_EQ(h.sum, 20);
  TrimBuckets(&h, 0.5, Trim::kLower);
  EXPECT_EQ(h.sum, 20);
  EXPECT_EQ(h.count, 8);
}

TEST(HistogramTrimTest, InfiniteCustomBucketsGoWhole) {
  Histogram h = Custom({1, 2}, {2, 2, 2});
  TrimBuckets(&h, 1.5, Trim::kLower);
  EXPECT_EQ(Populated(h), (Buckets{{1, 1}, {2, 2}}));
  Histogram upper = Custom({1, 2}, {2, 2, 2});
  TrimBuckets(&upper, 3, Trim::kUpper);
  EXPECT_EQ(Populated(upper), (Buckets{{0, 2}, {1, 2}}));
}

TEST(HistogramLayoutTest, SpansThatPromiseTooMuchEndEarly) {
  const BucketList list = Unroll({{0, 5}, {1, 1000000}}, {1, 2});
  EXPECT_EQ(list.size(), 2U);
}

}  // namespace
}  // namespace sb::model
