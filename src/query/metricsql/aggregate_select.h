// SPDX-License-Identifier: Apache-2.0
//
// Aggregations that answer rows of the group with their own labels: topk and its kind, limitk,
// outliers, any, share, zscore.
// Threads: functions without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/metricsql/rows.h"

namespace sb::metricsql {

struct SelectArgs {
  std::string_view name;
  const Grid& grid;
  Values param;      // one number a step: how many rows, or a tolerance
  std::string rest;  // "label=value" of the row for the sum of the others; empty: none
};

// Those with a number as the first argument; null if `name` is none of them.
using SelectFn = base::Result<std::vector<Row>> (*)(const SelectArgs& args, std::vector<Row> rows);
SelectFn FindSelecting(std::string_view name);

// any, share, zscore, outliers_iqr.
bool IsSelecting(std::string_view name);
base::Status SelectWithoutParam(const SelectArgs& args, std::vector<Row>* rows,
                                std::vector<Row>* out);

}  // namespace sb::metricsql
