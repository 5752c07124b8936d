// SPDX-License-Identifier: Apache-2.0
//
// The straight line through samples by least squares.
// Threads: a function without state.
#pragma once

#include <cstdint>
#include <span>

namespace sb::metricsql {

struct Line {
  double at_now = 0;
  double slope = 0;  // per second
};

// NaN for less than one sample. Values without spread give slope 0.
Line Regress(std::span<const double> values, std::span<const int64_t> times, int64_t now_ms);

}  // namespace sb::metricsql
