// SPDX-License-Identifier: Apache-2.0
//
// count_values: how many series of a group have each value, the value as a label.
#include "model/histogram_buckets.h"
#include "model/label_name.h"
#include "query/promql/evaluator.h"
#include "query/promql/match_groups.h"
#include "query/promql/number_text.h"

namespace sb::promql {

using query::StepSeries;
using query::StepVector;

Evaluator::Rows Evaluator::EvalCountValues(const AggregateExpr& expr, const Grid& grid) {
  const std::string& label = As<StringLiteral>(*expr.param).value;
  if (label.empty() || !model::IsValidUtf8(label)) {
    return base::FailedPrecondition("invalid label name " + model::QuoteString(label));
  }
  SB_ASSIGN_OR_RETURN(const StepVector input, EvalVector(*expr.expr, grid));
  std::vector<std::string> names = expr.grouping;
  if (!expr.without) {
    names.push_back(label);
  }
  MatchGroups groups(LabelSelection::Of(std::move(names), !expr.without));
  StepVector out;
  for (const StepSeries& row : input.series) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (!row.Has(i)) {
        continue;
      }
      const std::string value =
          row.IsHistogram(i) ? model::ToString(*row.histogram(i)) : PlainFloat(row.value(i));
      const size_t group =
          groups.GroupOf(model::LabelSetBuilder(row.labels).Set(label, value).Build());
      if (group == out.series.size()) {
        out.series.emplace_back(groups.labels(group), grid.count);
      }
      StepSeries& count = out.series[group];
      count.SetFloat(i, count.Has(i) ? count.value(i) + 1 : 1);
    }
  }
  return out;
}

}  // namespace sb::promql
