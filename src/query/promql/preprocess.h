// SPDX-License-Identifier: Apache-2.0
//
// Preparing a parsed query for evaluation over one time range:
//   * start(), end(), range() and step() become numbers, duration expressions milliseconds, and
//     `@ start()` and `@ end()` times;
//   * parentheses around arguments go;
//   * what has the same value at every step is wrapped in a StepInvariantExpr, so that it is
//     evaluated once;
//   * selectors whose histograms are only asked for count and sum are marked.
//
// Errors (a duration that is not positive, NaN, …) are kInvalidArgument.
// Source: PreprocessExpr in promql/engine.go and promql/durations.go of the reference.
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "query/promql/ast.h"

namespace sb::promql {

struct QueryTimes {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;  // 0: an instant query
};

base::Status Preprocess(const QueryTimes& times, ExprPtr* expr);

// The first and the last millisecond of the samples that the prepared query will look at; empty if
// it selects nothing.
struct SelectDefaults {
  int64_t lookback_ms = 0;
  int64_t subquery_step_ms = 0;
};
base::TimeRange SelectedRange(const Expr& expr, const QueryTimes& times,
                              const SelectDefaults& defaults);

// When info() looks for info series of `base`, prepared: when the first selector below it looks.
TimeModifiers InfoTime(const Expr& base);

// The time a selector or subquery looks at, seen from the evaluation time `at_ms`.
inline int64_t ReferenceTime(const TimeModifiers& time, int64_t at_ms) {
  return time.at_ms.value_or(at_ms) - time.original_offset_ms;
}

}  // namespace sb::promql
