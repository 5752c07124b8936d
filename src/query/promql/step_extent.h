// SPDX-License-Identifier: Apache-2.0
//
// Which steps of a grid can see the samples of a series at all, so that only those are computed.
#pragma once

#include <cstddef>

#include "query/engine/step_vector.h"
#include "query/promql/ast.h"

namespace sb::promql {

struct StepExtent {
  size_t first = 0;
  size_t end = 0;
};

// Times of the samples, and how far a step looks from its reference time: it sees what is in
// (reference - back, reference + ahead].
struct Visibility {
  int64_t first_ms = 0;
  int64_t last_ms = 0;
  int64_t back_ms = 0;
  int64_t ahead_ms = 0;
};

StepExtent StepsThatSee(const Visibility& samples, const TimeModifiers& time,
                        const query::StepGrid& grid);

}  // namespace sb::promql
