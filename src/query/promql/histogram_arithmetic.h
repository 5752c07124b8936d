// SPDX-License-Identifier: Apache-2.0
//
// Histogram algebra as functions over range vectors need it: failures become annotations.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/histogram.h"
#include "query/engine/annotations.h"

namespace sb::promql {

// Where annotations about an operation go.
struct AnnotationTarget {
  query::Annotations* annotations = nullptr;
  std::string_view metric;
  int32_t position = 0;
};

// `*h` + or - `other`. False if exponential and custom buckets were mixed (then annotated).
bool AddAnnotated(model::Histogram* h, const model::Histogram& other,
                  const AnnotationTarget& target);
bool SubtractAnnotated(model::Histogram* h, const model::Histogram& other,
                       const AnnotationTarget& target);

struct HistogramAt {
  int64_t time_ms = 0;
  const model::Histogram* histogram = nullptr;
};
// The histogram between two at `time_ms`, linearly. With `counter`, a reset between them is taken
// as a start from zero. False if they cannot be combined (then annotated).
enum class InterpolateAs : uint8_t { kCounter, kGauge };
bool InterpolateHistograms(const HistogramAt& first, const HistogramAt& second, int64_t time_ms,
                           InterpolateAs as, const AnnotationTarget& target, model::Histogram* out);

// The value between two points at `time_ms`.
double InterpolateFloats(double v1, int64_t t1, double v2, int64_t t2, int64_t time_ms,
                         InterpolateAs as);

}  // namespace sb::promql
