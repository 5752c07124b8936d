// SPDX-License-Identifier: Apache-2.0
//
// What a parsed query must obey beyond its grammar: types that can be compared, filters that are
// conditions, aggregates of numbers that depend on the span, regular expressions that compile,
// counts within limits.
//
//   SB_RETURN_IF_ERROR(Validate(&query));   // kInvalidArgument: "… must be a condition: { 1 + 1 }"
//
// Compiles the literal regular expressions into the tree on the way. Threads: a function.
#pragma once

#include "base/status.h"
#include "query/traceql/ast.h"

namespace sb::traceql {

inline constexpr size_t kGroupByMax = 5;

base::Status Validate(Query* query);

}  // namespace sb::traceql
