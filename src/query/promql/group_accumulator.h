// SPDX-License-Identifier: Apache-2.0
//
// Aggregation of the series of one group into one series.
#pragma once

#include <cstdint>
#include <vector>

#include "query/engine/annotations.h"
#include "query/engine/step_vector.h"
#include "query/promql/operators.h"

namespace sb::promql {

struct AggregationTarget {
  query::Annotations* annotations = nullptr;
  int32_t position = 0;  // of the aggregated expression
};

// `members` in summation order, at least one. `param` is the quantile at each step. Points are only
// set where a member has one; `out->drop_name` is set if it is for any member.
void AggregateGroup(AggregateOp op, const std::vector<const query::StepSeries*>& members,
                    const std::vector<double>& param, const AggregationTarget& target,
                    query::StepSeries* out);

}  // namespace sb::promql
