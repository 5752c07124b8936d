// SPDX-License-Identifier: Apache-2.0
//
// The value of a duration expression, such as `[step() * 2 + 1m]`, in a query of known times.
#pragma once

#include "base/status.h"
#include "query/promql/ast.h"

namespace sb::promql {

struct QueryTimes;

enum class DurationSign : uint8_t { kPositive, kAny };

// Milliseconds, cut towards zero. kInvalidArgument, with the position of the expression as
// "start:end:" in bytes, if it is NaN, infinite, out of range, divides by zero, or has to be
// positive and is not.
base::Result<int64_t> DurationValue(const DurationExpr& expr, const QueryTimes& times,
                                    DurationSign sign);

}  // namespace sb::promql
