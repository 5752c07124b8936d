// SPDX-License-Identifier: Apache-2.0
//
// Aggregations that make one series of a group: sum, avg, min, max, count, group, stddev, stdvar,
// quantile. Points are accumulated group by group in the order of the rows, which the digits of
// sums depend on.
#include <cmath>
#include <limits>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/group_accumulator.h"
#include "query/promql/match_groups.h"

namespace sb::promql {
namespace {

using query::StepSeries;
using query::StepVector;

bool Selects(AggregateOp op) {
  return op == AggregateOp::kTopk || op == AggregateOp::kBottomk || op == AggregateOp::kLimitk ||
         op == AggregateOp::kLimitRatio;
}

void AnnotateQuantiles(const std::vector<double>& param, int32_t position,
                       query::Annotations* annotations) {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  for (const double q : param) {
    if (std::isnan(q)) {
      annotations->Add(InvalidQuantileWarning(q, position));
    }
    smallest = std::min(smallest, q);
    largest = std::max(largest, q);
  }
  if (largest > 1) {
    annotations->Add(InvalidQuantileWarning(largest, position));
  }
  if (smallest < 0) {
    annotations->Add(InvalidQuantileWarning(smallest, position));
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalAggregate(const AggregateExpr& expr, const Grid& grid) {
  if (expr.op == AggregateOp::kCountValues) {
    return EvalCountValues(expr, grid);
  }
  std::vector<double> param(grid.count, 0);
  if (expr.param != nullptr) {
    SB_ASSIGN_OR_RETURN(param, EvalScalar(*expr.param, grid));
  }
  if (Selects(expr.op)) {
    SB_ASSIGN_OR_RETURN(const StepVector input, EvalVector(*expr.expr, grid));
    return EvalSelectingAggregate(expr, input, param, grid);
  }
  if (expr.op == AggregateOp::kQuantile) {
    AnnotateQuantiles(param, expr.param->range.start, annotations_);
  }
  MatchGroups groups(LabelSelection::Of(expr.grouping, !expr.without));
  std::vector<GroupAccumulator> accumulators;
  std::vector<query::SampleLease> leases;
  const AggregationTarget target{annotations_, expr.expr->range.start};
  SB_RETURN_IF_ERROR(EvalRows(*expr.expr, grid, [&](const StepSeries& row) -> base::Status {
    const size_t group = groups.GroupOf(row.labels);
    if (group == accumulators.size()) {
      SB_ASSIGN_OR_RETURN(query::SampleLease lease,
                          context_.Lease(static_cast<int64_t>(grid.count)));
      leases.push_back(std::move(lease));
      accumulators.emplace_back(expr.op, target, grid.count);
    }
    accumulators[group].Add(row);
    return base::OkStatus();
  }));
  StepVector out;
  for (size_t g = 0; g < accumulators.size(); ++g) {
    out.series.push_back(accumulators[g].Finish(groups.labels(g), param));
  }
  return out;
}

}  // namespace sb::promql
