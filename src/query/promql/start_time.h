// SPDX-License-Identifier: Apache-2.0
//
// What start timestamps say about two neighbouring samples of a counter. All in milliseconds; a
// start time of 0 is unknown, one that equals its sample's time is OpenTelemetry's "unknown".
#pragma once

#include <cstdint>

namespace sb::promql {

// The counter started anew between the two samples.
inline bool IsStartTimeReset(int64_t previous_start, int64_t previous_time, int64_t start,
                             int64_t time) {
  if (start == 0 || start >= time || start < previous_time) {
    return false;
  }
  if (start > previous_time) {
    return true;
  }
  // The start is the previous sample: a delta series if that one had a start of its own, else a
  // cumulative series whose start is unknown.
  return previous_start <= previous_time && previous_start != 0 && previous_start != previous_time;
}

// The sample claims to have started before its predecessor, but not with it.
inline bool StartTimesOverlap(int64_t previous_start, int64_t previous_time, int64_t start) {
  return start != 0 && start < previous_time && start != previous_start;
}

}  // namespace sb::promql
