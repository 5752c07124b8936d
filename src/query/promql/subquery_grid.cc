// SPDX-License-Identifier: Apache-2.0
#include "query/promql/subquery_grid.h"

#include <algorithm>

#include "query/promql/preprocess.h"

namespace sb::promql {

query::StepGrid SubqueryGrid(const SubqueryExpr& subquery, const query::StepGrid& outer,
                             int64_t default_step_ms) {
  const int64_t step =
      std::max<int64_t>(1, subquery.step_ms != 0 ? subquery.step_ms : default_step_ms);
  const int64_t after = ReferenceTime(subquery.time, outer.start_ms) - subquery.range_ms;
  const int64_t end = ReferenceTime(subquery.time, outer.last_ms());
  // The first multiple of the step behind `after`; division rounds towards zero for negative times.
  int64_t start = step * (after / step);
  if (start <= after) {
    start += step;
  }
  return query::StepGrid::Between(start, end, step);
}

}  // namespace sb::promql
