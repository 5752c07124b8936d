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
  SB_ASSIGN_OR_RETURN(const StepVector input, EvalVector(*expr.expr, grid));
  if (Selects(expr.op)) {
    return EvalSelectingAggregate(expr, input, param, grid);
  }
  if (expr.op == AggregateOp::kQuantile) {
    AnnotateQuantiles(param, expr.param->range.start, annotations_);
  }
  MatchGroups groups(LabelSelection::Of(expr.grouping, !expr.without));
  std::vector<std::vector<const StepSeries*>> members;
  for (const StepSeries& row : input.series) {
    const size_t group = groups.GroupOf(row.labels);
    if (group == members.size()) {
      members.emplace_back();
    }
    members[group].push_back(&row);
  }
  StepVector out;
  const AggregationTarget target{annotations_, expr.expr->range.start};
  for (size_t g = 0; g < members.size(); ++g) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    StepSeries row(groups.labels(g), grid.count);
    AggregateGroup(expr.op, members[g], param, target, &row);
    out.series.push_back(std::move(row));
  }
  return out;
}

}  // namespace sb::promql
