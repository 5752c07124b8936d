// SPDX-License-Identifier: Apache-2.0
//
// sort(), sort_desc(), sort_by_label() and sort_by_label_desc(). They order the rows, which only an
// instant query shows.
#include <algorithm>
#include <cmath>

#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/natural_order.h"

namespace sb::promql {
namespace {

using query::StepSeries;
using query::StepVector;

// NaN goes last in either direction.
void SortByValue(StepVector* rows, bool descending) {
  std::stable_sort(rows->series.begin(), rows->series.end(),
                   [descending](const StepSeries& a, const StepSeries& b) {
                     const double x = a.value(0);
                     const double y = b.value(0);
                     if (std::isnan(x) || std::isnan(y)) {
                       return !std::isnan(x) && std::isnan(y);
                     }
                     return descending ? x > y : x < y;
                   });
}

void SortByLabels(const std::vector<std::string>& names, bool descending, StepVector* rows) {
  auto less = [&names](const StepSeries& a, const StepSeries& b) {
    for (const std::string& name : names) {
      const std::string_view x = a.labels.Get(name);
      const std::string_view y = b.labels.Get(name);
      if (x != y) {
        return NaturalLess(x, y);
      }
    }
    return a.labels < b.labels;
  };
  std::stable_sort(rows->series.begin(), rows->series.end(),
                   [&](const StepSeries& a, const StepSeries& b) {
                     return descending ? less(b, a) : less(a, b);
                   });
}

}  // namespace

Evaluator::Rows Evaluator::EvalSort(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  const FunctionId id = call.function->id;
  const bool by_value = id == FunctionId::kSort || id == FunctionId::kSortDesc;
  if (by_value) {
    for (StepSeries& row : rows.series) {
      for (size_t i = row.first(); i < row.end(); ++i) {
        if (row.IsHistogram(i)) {
          row.Clear(i);
        }
      }
    }
  }
  if (grid.count > 1) {
    annotations_->Add(SortInRangeQueryWarning(call.range.start));
    return rows;
  }
  if (by_value) {
    SortByValue(&rows, id == FunctionId::kSortDesc);
    return rows;
  }
  std::vector<std::string> names;
  for (size_t i = 1; i < call.args.size(); ++i) {
    names.push_back(As<StringLiteral>(*call.args[i]).value);
  }
  SortByLabels(names, id == FunctionId::kSortByLabelDesc, &rows);
  return rows;
}

}  // namespace sb::promql
