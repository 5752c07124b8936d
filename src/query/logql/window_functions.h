// SPDX-License-Identifier: Apache-2.0
//
// What a range aggregation makes of the samples of one window, oldest first.
//
// Source: documentation of LogQL; rate_counter as the reference extrapolates.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "query/logql/ast.h"

namespace sb::logql {

struct LineSample {
  int64_t time_ns = 0;
  double value = 0;
};

// The window ends at `end_ns`, which it includes, and is not empty. kCount, kBytes and the rates of
// lines are not computed here but counted.
double WindowValue(RangeOp op, double parameter, int64_t range_ns, int64_t end_ns,
                   std::span<const LineSample> window);

// Linear interpolation between the two nearest ranks; sorts `values`. Below 0: -Inf, above 1: +Inf.
double QuantileOf(double q, std::span<double> values);

}  // namespace sb::logql
