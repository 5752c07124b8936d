// SPDX-License-Identifier: Apache-2.0
//
// Samples of one series, as rows (Sample) and as columns (SampleColumns), and the staleness marker.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "model/histogram.h"
#include "model/label_set.h"

namespace sb::model {

// The bit pattern that says "this series ended here". It is a NaN, told from others only by its
// bits: canonicalising NaN in arithmetic or storage destroys it.
inline constexpr uint64_t kStaleNanBits = 0x7ff0000000000002ULL;
inline constexpr uint64_t kNormalNanBits = 0x7ff8000000000001ULL;
inline double StaleNan() {
  return std::bit_cast<double>(kStaleNanBits);
}
inline bool IsStaleNan(double v) {
  return std::bit_cast<uint64_t>(v) == kStaleNanBits;
}

// One sample: a float, or a histogram if `histogram` is set (then `value` is unused). A stale
// histogram sample is one whose sum is the stale NaN.
struct Sample {
  int64_t time_ms = 0;
  int64_t start_time_ms = 0;  // 0: unknown
  double value = 0;
  HistogramPtr histogram = nullptr;
};

// Samples of one series in increasing time, column by column. `start_times` is empty if none is
// known, `histograms` is empty if all samples are floats; else each is as long as `times`, with 0
// and null where a sample has none.
struct SampleColumns {
  std::vector<int64_t> times;
  std::vector<double> values;
  std::vector<int64_t> start_times;
  std::vector<HistogramPtr> histograms;

  size_t size() const { return times.size(); }
  bool empty() const { return times.empty(); }
  void Clear();
  void Append(const Sample& sample);  // keeps the optional columns aligned
  Sample At(size_t i) const;
};

struct Exemplar {
  LabelSet labels;
  double value = 0;
  int64_t time_ms = 0;
  bool has_time = false;
  friend bool operator==(const Exemplar&, const Exemplar&) = default;
};

enum class MetricType : uint8_t {
  kUnknown,
  kCounter,
  kGauge,
  kHistogram,
  kGaugeHistogram,
  kSummary,
  kInfo,
  kStateset
};
// "counter", "gaugehistogram", … as the API prints it.
std::string_view MetricTypeName(MetricType type);

struct MetricMetadata {
  MetricType type = MetricType::kUnknown;
  std::string unit;
  std::string help;
  friend bool operator==(const MetricMetadata&, const MetricMetadata&) = default;
};

}  // namespace sb::model
