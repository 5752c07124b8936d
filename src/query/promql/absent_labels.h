// SPDX-License-Identifier: Apache-2.0
//
// The labels of what absent() and absent_over_time() answer: those that the selector in their
// argument pins to one value.
#pragma once

#include "model/label_set.h"
#include "query/promql/ast.h"

namespace sb::promql {

// Empty unless `arg` is a selector. A name with two matchers is left out.
model::LabelSet AbsentLabels(const Expr& arg);

}  // namespace sb::promql
