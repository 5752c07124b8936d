// SPDX-License-Identifier: Apache-2.0
//
// The steps a subquery is evaluated at: multiples of its step on absolute time (so that they do not
// move with the query), after the start of the first window that needs them, up to the last one's
// end.
#pragma once

#include "query/engine/step_vector.h"
#include "query/promql/ast.h"

namespace sb::promql {

query::StepGrid SubqueryGrid(const SubqueryExpr& subquery, const query::StepGrid& outer,
                             int64_t default_step_ms);

}  // namespace sb::promql
