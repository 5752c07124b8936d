// SPDX-License-Identifier: Apache-2.0
//
// NsGrid is the times at which a metric query is evaluated: start, start + step, … in nanoseconds
// (log times are exact to them, so windows must be). An instant query is a grid of one.
//
// Threads: values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sb::logql {

struct NsGrid {
  int64_t start_ns = 0;
  int64_t step_ns = 1;
  size_t count = 1;

  int64_t At(size_t i) const { return start_ns + static_cast<int64_t>(i) * step_ns; }
  int64_t last_ns() const { return At(count == 0 ? 0 : count - 1); }
};

// The steps [first, end) whose window (T - range, T] holds a time; empty if first >= end.
struct StepSpan {
  size_t first = 0;
  size_t end = 0;
  bool empty() const { return first >= end; }
};

inline StepSpan StepsWith(const NsGrid& grid, int64_t range_ns, int64_t time_ns) {
  // The first T with T >= time, and the first with T >= time + range.
  const auto first_at = [&grid](int64_t ns) -> size_t {
    const int64_t distance = ns - grid.start_ns;
    if (distance <= 0) {
      return 0;
    }
    const auto steps = static_cast<size_t>((distance + grid.step_ns - 1) / grid.step_ns);
    return steps < grid.count ? steps : grid.count;
  };
  return {first_at(time_ns), first_at(time_ns + range_ns)};
}

}  // namespace sb::logql
