// SPDX-License-Identifier: Apache-2.0
//
// rate, increase and delta over `anchored` and `smoothed` range vectors: the window reaches beyond
// the range, and the values at the range's ends are picked from (anchored) or interpolated between
// (smoothed) the samples around them, so nothing is extrapolated.
#pragma once

#include "query/promql/histogram_arithmetic.h"
#include "query/promql/window.h"

namespace sb::promql {

struct ExtendedRateArgs {
  bool counter = false;
  bool per_second = false;
  bool smoothed = false;
  double range_seconds = 0;
  AnnotationTarget target;
};

query::StepPoint ExtendedRate(const Window& window, const ExtendedRateArgs& args);
query::StepPoint ExtendedHistogramRate(const Window& window, const ExtendedRateArgs& args);

// The samples that matter for a range: the last at or before its start (else the first) to the
// last, or for smoothed the first at or after its end. Indices relative to the window.
struct BoundarySamples {
  size_t first = 0;
  size_t last = 0;
};
BoundarySamples FindBoundarySamples(const int64_t* times, size_t count, int64_t start_ms,
                                    int64_t end_ms, bool smoothed);

// A plain `x[5m] anchored` or `smoothed`: the window's floats with points at both ends of the
// range.
struct ExtendedFloats {
  std::vector<int64_t> times;
  std::vector<double> values;
};
ExtendedFloats ExtendFloats(const Window& window, bool smoothed);

}  // namespace sb::promql
