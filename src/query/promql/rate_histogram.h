// SPDX-License-Identifier: Apache-2.0
//
// The increase of a native histogram over a window: the part of rate, increase and delta that knows
// about buckets.
#pragma once

#include <optional>

#include "model/histogram.h"
#include "query/promql/histogram_arithmetic.h"
#include "query/promql/window.h"

namespace sb::promql {

struct HistogramRateArgs {
  bool counter = false;
  bool use_start_times = false;
  AnnotationTarget target;
};

// Last minus first histogram of a window of at least two, resets added; a compacted gauge. Empty if
// the histograms do not go together (then annotated).
std::optional<model::Histogram> HistogramIncrease(const Window& window,
                                                  const HistogramRateArgs& args);

}  // namespace sb::promql
