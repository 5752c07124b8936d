// SPDX-License-Identifier: Apache-2.0
//
// Aggregations that fold the values of a group at one step to one value.
// Threads: functions without state.
#pragma once

#include <string_view>

#include "query/metricsql/rows.h"

namespace sb::metricsql {

// `column` is not empty and without NaN; it may be reordered. `param` is quantile's.
using FoldFn = double (*)(Values* column, double param);

FoldFn FindFold(std::string_view name);  // null if there is none
bool FoldHasParam(std::string_view name);

}  // namespace sb::metricsql
