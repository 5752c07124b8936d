// SPDX-License-Identifier: Apache-2.0
#include "model/sample.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sb::model {
namespace {

TEST(SampleTest, StaleMarkerIsANanToldByItsBits) {
  EXPECT_TRUE(std::isnan(StaleNan()));
  EXPECT_TRUE(IsStaleNan(StaleNan()));
  EXPECT_FALSE(IsStaleNan(std::bit_cast<double>(kNormalNanBits)));
}

TEST(SampleColumnsTest, OptionalColumnsAppearWhenFirstNeeded) {
  SampleColumns columns;
  columns.Append({.time_ms = 1, .value = 1});
  EXPECT_TRUE(columns.start_times.empty());
  columns.Append({.time_ms = 2, .start_time_ms = 1, .value = 2});
  columns.Append({.time_ms = 3, .histogram = std::make_shared<const Histogram>()});
  columns.Append({.time_ms = 4, .value = 4});
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns.start_times, (std::vector<int64_t>{0, 1, 0, 0}));
  ASSERT_EQ(columns.histograms.size(), 4U);
  EXPECT_EQ(columns.histograms[1], nullptr);
  EXPECT_NE(columns.histograms[2], nullptr);
  EXPECT_EQ(columns.At(3).value, 4);
  EXPECT_EQ(columns.At(1).start_time_ms, 1);
}

TEST(MetricTypeTest, NamesAreThoseOfTheApi) {
  EXPECT_EQ(MetricTypeName(MetricType::kGaugeHistogram), "gaugehistogram");
  EXPECT_EQ(MetricTypeName(MetricType::kUnknown), "unknown");
}

}  // namespace
}  // namespace sb::model
