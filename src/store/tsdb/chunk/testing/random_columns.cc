// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/testing/random_columns.h"

#include <bit>

namespace sb::tsdb {

using encoding::TestRandom;
using model::Histogram;
using model::HistogramPtr;
using model::Sample;
using model::SampleColumns;

HistogramPtr MakeHistogram(size_t i, uint64_t seed) {
  TestRandom random(seed * 1000003 + i);
  TestRandom layout(seed * 7 + i / 40);
  auto histogram = std::make_shared<Histogram>();
  histogram->schema = static_cast<int32_t>(layout.Below(12)) - 4;
  histogram->counter_reset_hint =
      random.Below(10) == 0 ? model::CounterResetHint::kReset : model::CounterResetHint::kNotReset;
  histogram->integer_counts = layout.Below(3) != 0;
  histogram->zero_threshold = 1e-128;
  const double noise = histogram->integer_counts ? 0.0 : random.Uniform();
  histogram->zero_count = static_cast<double>(i) + noise;
  histogram->sum = random.Below(20) == 0 ? model::StaleNan() : random.Normal() * 100;
  histogram->positive_spans = {{-2, 3}, {static_cast<int32_t>(layout.Below(5)), 2}};
  if (layout.Below(5) == 0) {
    histogram->schema = model::kCustomBucketsSchema;
    histogram->custom_values = {0.5, 1, 2.5, 10};
  } else {
    histogram->negative_spans = {{0, 2}};
    histogram->negative_buckets = {static_cast<double>(i / 2) + noise, 0};
  }
  histogram->count = histogram->zero_count;
  for (size_t b = 0; b < 5; ++b) {
    histogram->positive_buckets.push_back(static_cast<double>(i * b + random.Below(3)) + noise);
    histogram->count += histogram->positive_buckets.back();
  }
  return histogram;
}

SampleColumns MakeColumns(const ColumnsShape& shape, size_t count, uint64_t seed) {
  const std::vector<int64_t> times = encoding::MakeTimes(count, shape.jitter_percent, seed);
  const std::vector<double> values = encoding::MakeDoubles(shape.shape, count, seed);
  SampleColumns columns;
  for (size_t i = 0; i < count; ++i) {
    Sample sample{.time_ms = times[i] + shape.offset_ms, .value = values[i]};
    if (shape.start_times && i > count / 10) {
      sample.start_time_ms = times[i / 100 * 100] - 5;
    }
    if (shape.kinds == Kinds::kHistograms || (shape.kinds == Kinds::kMixed && i / 30 % 2 == 1)) {
      sample.histogram = MakeHistogram(i, seed);
      sample.value = 0;
    }
    columns.Append(sample);
  }
  return columns;
}

std::string Difference(const SampleColumns& a, const SampleColumns& b) {
  if (a.size() != b.size()) {
    return std::to_string(a.size()) + " against " + std::to_string(b.size()) + " samples";
  }
  for (size_t i = 0; i < a.size(); ++i) {
    const Sample x = a.At(i);
    const Sample y = b.At(i);
    const bool same_histogram = (x.histogram == nullptr) == (y.histogram == nullptr) &&
                                (x.histogram == nullptr || x.histogram->BitEquals(*y.histogram));
    if (x.time_ms != y.time_ms || x.start_time_ms != y.start_time_ms || !same_histogram ||
        std::bit_cast<uint64_t>(x.value) != std::bit_cast<uint64_t>(y.value)) {
      return "sample " + std::to_string(i) + " at " + std::to_string(x.time_ms) + " against " +
             std::to_string(y.time_ms) + ", value " + std::to_string(x.value) + " against " +
             std::to_string(y.value);
    }
  }
  return "";
}

SampleColumns Slice(const SampleColumns& columns, size_t begin, size_t end) {
  SampleColumns slice;
  for (size_t i = begin; i < end; ++i) {
    slice.Append(columns.At(i));
  }
  return slice;
}

}  // namespace sb::tsdb
