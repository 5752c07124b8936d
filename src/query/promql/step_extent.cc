// SPDX-License-Identifier: Apache-2.0
#include "query/promql/step_extent.h"

#include <algorithm>

#include "query/promql/preprocess.h"

namespace sb::promql {
namespace {

// The first step whose reference time is at or after `time_ms`.
size_t FirstStepFrom(int64_t time_ms, int64_t first_reference_ms, const query::StepGrid& grid) {
  if (time_ms <= first_reference_ms) {
    return 0;
  }
  const auto steps = static_cast<size_t>((time_ms - first_reference_ms - 1) / grid.step_ms) + 1;
  return std::min(steps, grid.count);
}

}  // namespace

StepExtent StepsThatSee(const Visibility& samples, const TimeModifiers& time,
                        const query::StepGrid& grid) {
  if (time.at_ms.has_value()) {
    return {0, grid.count};
  }
  const int64_t reference = ReferenceTime(time, grid.start_ms);
  StepExtent out;
  out.first = FirstStepFrom(samples.first_ms - samples.ahead_ms, reference, grid);
  out.end = FirstStepFrom(samples.last_ms + samples.back_ms, reference, grid);
  out.end = std::max(out.first, out.end);
  return out;
}

}  // namespace sb::promql
