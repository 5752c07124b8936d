// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/classic_histogram.h"

#include <gtest/gtest.h>

#include <limits>

namespace sb::scrape {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<model::Label> Bucket(std::string_view le) {
  return {{"__name__", "h_bucket"}, {"a", "1"}, {"le", le}};
}

TEST(ClassicHistogramTest, KnowsThePartsOfItsFamily) {
  double le = 0;
  EXPECT_EQ(ClassicPartOf(Bucket("0.5"), "h", &le), ClassicPart::kBucket);
  EXPECT_EQ(le, 0.5);
  const std::vector<model::Label> sum = {{"__name__", "h_sum"}};
  EXPECT_EQ(ClassicPartOf(sum, "h", &le), ClassicPart::kSum);
  EXPECT_EQ(ClassicPartOf(sum, "other", &le), ClassicPart::kNone);
  EXPECT_EQ(ClassicPartOf(Bucket("wide"), "h", &le), ClassicPart::kNone);
}

TEST(ClassicHistogramTest, BecomesCustomBuckets) {
  ClassicHistogram classic;
  classic.Start(Bucket("1"), "h");
  classic.Add(ClassicPart::kBucket, kInf, 10);
  classic.Add(ClassicPart::kBucket, 1, 4);
  classic.Add(ClassicPart::kBucket, 2, 4);
  classic.Add(ClassicPart::kSum, 0, 12.5);
  classic.Add(ClassicPart::kCount, 0, 10);
  EXPECT_EQ(classic.identity().ToString(), R"(h{a="1"})");
  EXPECT_TRUE(classic.IsSame(Bucket("2")));
  const std::vector<model::Label> other = {{"__name__", "h_sum"}, {"a", "2"}};
  EXPECT_FALSE(classic.IsSame(other));
  const auto histogram = classic.Build();
  ASSERT_TRUE(histogram.ok()) << histogram.status().ToString();
  const model::Histogram& h = **histogram;
  EXPECT_TRUE(h.UsesCustomBuckets());
  EXPECT_EQ(h.custom_values, (std::vector<double>{1, 2}));
  EXPECT_EQ(h.count, 10);
  EXPECT_EQ(h.sum, 12.5);
  EXPECT_TRUE(h.integer_counts);
  double total = 0;
  for (const double bucket : h.positive_buckets) {
    total += bucket;
  }
  EXPECT_EQ(total, 10);
  EXPECT_TRUE(h.Validate().ok()) << h.Validate().ToString();
}

TEST(ClassicHistogramTest, TheLastBucketMayBeLeftOut) {
  ClassicHistogram classic;
  classic.Start(Bucket("1"), "h");
  classic.Add(ClassicPart::kBucket, 1, 4);
  classic.Add(ClassicPart::kCount, 0, 6);
  const auto histogram = classic.Build();
  ASSERT_TRUE(histogram.ok()) << histogram.status().ToString();
  EXPECT_EQ((*histogram)->positive_buckets, (std::vector<double>{4, 2}));
}

TEST(ClassicHistogramTest, RefusesContradictions) {
  const auto build = [](std::vector<std::pair<double, double>> buckets, double count) {
    ClassicHistogram classic;
    classic.Start(Bucket("1"), "h");
    for (const auto& [le, cumulative] : buckets) {
      classic.Add(ClassicPart::kBucket, le, cumulative);
    }
    classic.Add(ClassicPart::kCount, 0, count);
    return classic.Build().ok();
  };
  EXPECT_TRUE(build({{1, 2}, {kInf, 3}}, 3));
  EXPECT_FALSE(build({{1, 2}, {kInf, 3}}, 4));
  EXPECT_FALSE(build({{1, 5}, {2, 3}, {kInf, 6}}, 6));
  EXPECT_FALSE(build({{1, 2}, {1, 2}, {kInf, 3}}, 3));
  EXPECT_FALSE(build({{1, std::numeric_limits<double>::quiet_NaN()}}, 3));
}

}  // namespace
}  // namespace sb::scrape
