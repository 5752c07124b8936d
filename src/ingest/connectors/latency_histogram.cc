// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace sb::ingest {
namespace {

// Of native histograms: bucket i covers (2^((i-1)/2^scale), 2^(i/2^scale)].
int32_t IndexOf(double value, int scale) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  if (fraction == 0.5) {  // a power of two is its bucket's bound, without rounding
    return scale >= 0 ? (exponent - 1) * (1 << scale)
                      : static_cast<int32_t>(std::ceil(std::ldexp(exponent - 1.0, scale)));
  }
  return static_cast<int32_t>(std::ceil(std::ldexp(std::log2(value), scale)));
}

}  // namespace

LatencyShape LatencyShape::Explicit(std::vector<double> ascending) {
  LatencyShape shape;
  shape.bounds = std::move(ascending);
  return shape;
}

LatencyShape LatencyShape::Exponential(int buckets_max) {
  LatencyShape shape;
  shape.is_exponential = true;
  shape.buckets_max = buckets_max;
  return shape;
}

LatencyHistogram::LatencyHistogram(const LatencyShape* shape) : shape_(shape) {
  if (!shape->is_exponential) {
    counts_.resize(shape->bounds.size() + 1);
  }
}

size_t LatencyHistogram::BucketOf(double value) const {
  const std::vector<double>& bounds = shape_->bounds;
  return static_cast<size_t>(std::lower_bound(bounds.begin(), bounds.end(), value) -
                             bounds.begin());
}

void LatencyHistogram::Observe(double value, uint64_t count) {
  count_ += count;
  sum_ += value * static_cast<double>(count);
  if (shape_->is_exponential) {
    ObserveExponential(value, count);
  } else {
    counts_[BucketOf(value)] += count;
  }
}

void LatencyHistogram::Coarsen() {
  --scale_;
  std::map<int32_t, uint64_t> coarse;
  for (const auto& [index, count] : buckets_) {
    coarse[(index + (index > 0 ? 1 : 0)) / 2] += count;
  }
  buckets_ = std::move(coarse);
}

void LatencyHistogram::ObserveExponential(double value, uint64_t count) {
  if (!(value > 0)) {
    zero_count_ += count;
    return;
  }
  buckets_[IndexOf(value, scale_)] += count;
  while (buckets_.rbegin()->first - buckets_.begin()->first >= shape_->buckets_max &&
         scale_ > model::kExponentialSchemaMin) {
    Coarsen();
  }
}

uint64_t LatencyHistogram::CumulativeCount(size_t bucket) const {
  uint64_t count = 0;
  for (size_t i = 0; i <= bucket && i < counts_.size(); ++i) {
    count += counts_[i];
  }
  return count;
}

model::HistogramPtr LatencyHistogram::Native() const {
  auto native = std::make_shared<model::Histogram>();
  native->schema = scale_;
  native->integer_counts = true;
  native->zero_count = static_cast<double>(zero_count_);
  native->count = static_cast<double>(count_);
  native->sum = sum_;
  int32_t next = 0;  // index after the last bucket written
  for (const auto& [index, count] : buckets_) {
    if (native->positive_spans.empty() || index != next) {
      native->positive_spans.push_back({native->positive_spans.empty() ? index : index - next, 0});
    }
    ++native->positive_spans.back().length;
    native->positive_buckets.push_back(static_cast<double>(count));
    next = index + 1;
  }
  return native;
}

}  // namespace sb::ingest
