// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_chunk_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/histogram_math.h"
#include "wire/prometheus/prometheus_chunk.h"

namespace sb::wire {
namespace {

TEST(PrometheusChunkReaderTest, ReadsBackXorChunksBitForBit) {
  const std::vector<int64_t> times = {
      -5, 0, 15'000, 30'000, 30'001, 9'000'000'000'000, 9'000'000'000'001};
  const std::vector<double> values = {
      0, 1.5, model::StaleNan(), -0.0, std::numeric_limits<double>::infinity(), 1e300, 0.1};
  std::string chunk;
  AppendXorChunk(times, values, &chunk);
  model::SampleColumns columns;
  ASSERT_TRUE(ReadPrometheusChunk(1, chunk, &columns).ok());
  EXPECT_EQ(columns.times, times);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(columns.values[i]), std::bit_cast<uint64_t>(values[i])) << i;
  }
  for (size_t size = 0; size < chunk.size(); ++size) {
    model::SampleColumns part;
    EXPECT_FALSE(ReadPrometheusChunk(1, std::string_view(chunk).substr(0, size), &part).ok());
  }
}

TEST(PrometheusChunkReaderTest, ReadsBackHistograms) {
  for (const bool integer : {true, false}) {
    model::Histogram histogram;
    histogram.integer_counts = integer;
    histogram.schema = 2;
    histogram.count = 12;
    histogram.zero_count = 2;
    histogram.zero_threshold = 0.001;
    histogram.sum = 3.25;
    histogram.positive_spans = {{-1, 2}, {3, 1}};
    histogram.positive_buckets = {1, 4, 2};
    histogram.negative_spans = {{0, 1}};
    histogram.negative_buckets = {3};
    histogram.counter_reset_hint = model::CounterResetHint::kGauge;
    std::string chunk;
    const PrometheusChunkKind kind = AppendHistogramChunk(77, histogram, &chunk);
    model::SampleColumns columns;
    ASSERT_TRUE(ReadPrometheusChunk(static_cast<uint8_t>(kind), chunk, &columns).ok());
    ASSERT_EQ(columns.size(), 1U);
    EXPECT_EQ(columns.times[0], 77);
    EXPECT_TRUE(model::Equal(*columns.histograms[0], histogram));
  }
}

TEST(PrometheusChunkReaderTest, NamesAnEncodingThatItDoesNotKnow) {
  model::SampleColumns columns;
  const base::Status status = ReadPrometheusChunk(9, std::string(10, '\0'), &columns);
  EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find('9'), std::string::npos);
}

}  // namespace
}  // namespace sb::wire
