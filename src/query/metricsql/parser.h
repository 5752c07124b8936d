// SPDX-License-Identifier: Apache-2.0
//
// MetricsQL text to syntax tree, WITH templates expanded.
//
//   base::Result<ExprPtr> expr = ParseExpr("WITH (f(x) = rate(x[5m])) f(a) + f(b)");
//
// A superset of PromQL in syntax: windows may be left out, offset and @ stand anywhere, selectors
// may have `or`, aggregations several arguments and `limit`. The names of functions are checked
// here, their arguments when they are evaluated.
//
// Errors: kInvalidArgument, "1:5: parse error: …". Nesting is bounded by kHeightMax and the size
// of the expanded tree by kWeightMax, so a template that doubles itself is refused.
// Threads: functions without state.
// Source: https://docs.victoriametrics.com/victoriametrics/metricsql/
#pragma once

#include <string_view>

#include "base/status.h"
#include "query/metricsql/ast.h"

namespace sb::metricsql {

inline constexpr size_t kQueryBytesMax = 1 << 20;

base::Result<ExprPtr> ParseExpr(std::string_view query);

}  // namespace sb::metricsql
