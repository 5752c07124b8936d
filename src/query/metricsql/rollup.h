// SPDX-License-Identifier: Apache-2.0
//
// Windows over the samples of one series, as MetricsQL has them: (t - window, t], the sample before
// the window at hand, and a window that grows with the series' own interval where none is written.
// The series' interval is that of its newest samples; where older ones were downsampled, a window
// that would hold nothing takes the last sample before it, up to two spacings back.
//
//   Rollup rollup(options, columns);
//   rollup.ForEachStep([&](size_t step, RollupWindow* w) { row.values[step] = fn(*w); });
//
// Threads: one object per thread.
#pragma once

#include <cstdint>
#include <vector>

#include "query/metricsql/function_kind.h"
#include "query/metricsql/rows.h"

namespace sb::metricsql {

// Samples of one series in time order.
struct SeriesColumns {
  Values values;
  std::vector<int64_t> times;
  int64_t spacing_ms = 0;  // downsampled ones may lie this far apart; 0: all are as they came
};

void DropStale(SeriesColumns* columns);
// A value below its predecessor is a reset: what follows is raised by what was reached before, or
// by the difference if that is small, as with a counter that is not quite monotonic.
void RemoveResets(Values* values);
// Each value becomes the difference to the next one, per second or not; the last repeats.
enum class Per : uint8_t { kSample, kSecond };
void ToDifferences(Per per, SeriesColumns* columns);
// Each value becomes the seconds since the sample before it.
void ToIntervals(SeriesColumns* columns);

class Rollup {
 public:
  struct Options {
    Grid grid;
    int64_t window_ms = 0;    // 0: left out
    bool widens = false;      // if left out: at least the interval of the samples
    bool is_default = false;  // default_rollup: a window left out is at most the look-back
    int64_t lookback_ms = 0;  // 0: none
  };

  // The columns must outlive the object.
  Rollup(const Options& options, const SeriesColumns& columns);

  template <typename Fn>
  void ForEachStep(Fn fn) {
    size_t begin = 0;
    size_t end = 0;
    for (size_t step = 0; step < options_.grid.count; ++step) {
      RollupWindow w = Move(step, &begin, &end);
      fn(step, &w);
    }
  }

 private:
  RollupWindow Move(size_t step, size_t* begin, size_t* end) const;

  // For a window of the samples from `first` to `end`.
  int64_t GapMax(size_t first, size_t end) const;

  const Options options_;
  const SeriesColumns& columns_;
  int64_t window_ms_ = 0;
  int64_t gap_max_ms_ = 0;  // a sample is `previous` only if it is not older than this
  int64_t reach_ms_ = 0;    // the same where samples were downsampled
};

}  // namespace sb::metricsql
