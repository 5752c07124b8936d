// SPDX-License-Identifier: Apache-2.0
//
// Histogram is a native histogram: sparse buckets of exponential width (schema -4…8), or with
// custom upper bounds (schema -53, "NHCB"). Bucket counts are absolute doubles; integer histograms,
// whose counts are whole numbers up to 2^53, are marked so that they are stored and re-encoded as
// integers.
//
// Buckets: spans say which indices are populated: the first span's offset is the first index, a
// later one's is the gap to the span before; `*_buckets` holds the counts of all spans one after
// another. Exponential: index i covers (base^(i-1), base^i], base = 2^(2^-schema); negative ones
// mirrored; the zero bucket covers [-zero_threshold, zero_threshold]. Custom: index 0 covers (-Inf,
// custom[0]], index i (custom[i-1], custom[i]], the last one ends at +Inf.
//
// The algebra (add, subtract, scale, compact, resolution, resets) is in model/histogram_math.h.
// Source: Prometheus model/histogram, https://prometheus.io/docs/specs/native_histograms/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"

namespace sb::model {

inline constexpr int32_t kCustomBucketsSchema = -53;
inline constexpr int32_t kExponentialSchemaMin = -4;
inline constexpr int32_t kExponentialSchemaMax = 8;

enum class CounterResetHint : uint8_t { kUnknown = 0, kReset = 1, kNotReset = 2, kGauge = 3 };

struct HistogramSpan {
  int32_t offset = 0;
  uint32_t length = 0;
  friend bool operator==(const HistogramSpan&, const HistogramSpan&) = default;
};

struct Histogram {
  int32_t schema = 0;
  CounterResetHint counter_reset_hint = CounterResetHint::kUnknown;
  bool integer_counts = false;
  double zero_threshold = 0;
  double zero_count = 0;
  double count = 0;
  double sum = 0;
  std::vector<HistogramSpan> positive_spans;
  std::vector<HistogramSpan> negative_spans;
  std::vector<double> positive_buckets;
  std::vector<double> negative_buckets;
  std::vector<double> custom_values;  // only with schema -53: ascending finite upper bounds

  bool UsesCustomBuckets() const { return schema == kCustomBucketsSchema; }
  // Same bits everywhere, NaN payloads included (what storage tests compare).
  bool BitEquals(const Histogram& other) const;
  // kInvalidArgument with the wording of the reference for a histogram that must not be ingested.
  base::Status Validate() const;
  size_t HeapBytes() const;
};

using HistogramPtr = std::shared_ptr<const Histogram>;

}  // namespace sb::model
