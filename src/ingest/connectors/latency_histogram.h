// SPDX-License-Identifier: Apache-2.0
//
// LatencyHistogram counts values of zero and above, in buckets with fixed upper bounds (inclusive)
// or in exponential buckets whose resolution falls until they are few enough.
//
//   const LatencyShape shape = LatencyShape::Explicit({0.1, 1, 10});
//   LatencyHistogram latency(&shape);
//   latency.Observe(0.25);
//   latency.CumulativeCount(1);          // values up to the second bound
//   latency.Native();                    // exponential ones, as the metrics store has them
//
// Source of the exponential form: OpenTelemetry data model, "Exponential Histogram"; the scale is
// at most 8, which is what native histograms have. Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "model/histogram.h"

namespace sb::ingest {

struct LatencyShape {
  static LatencyShape Explicit(std::vector<double> ascending);
  static LatencyShape Exponential(int buckets_max);

  bool is_exponential = false;
  std::vector<double> bounds;
  int buckets_max = 160;
};

class LatencyHistogram {
 public:
  // `shape` must outlive the histogram.
  explicit LatencyHistogram(const LatencyShape* shape);

  void Observe(double value, uint64_t count = 1);

  double sum() const { return sum_; }
  uint64_t count() const { return count_; }
  const LatencyShape& shape() const { return *shape_; }
  // The bucket of a value, of explicit bounds; bounds.size() is the last one.
  size_t BucketOf(double value) const;
  // Values up to bounds[bucket].
  uint64_t CumulativeCount(size_t bucket) const;
  model::HistogramPtr Native() const;

 private:
  void ObserveExponential(double value, uint64_t count);
  void Coarsen();

  const LatencyShape* shape_;
  double sum_ = 0;
  uint64_t count_ = 0;
  std::vector<uint64_t> counts_;  // explicit; the last one above all bounds
  int scale_ = model::kExponentialSchemaMax;
  uint64_t zero_count_ = 0;
  std::map<int32_t, uint64_t> buckets_;  // by the index of native histograms
};

}  // namespace sb::ingest
