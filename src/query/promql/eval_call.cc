// SPDX-License-Identifier: Apache-2.0
//
// Function calls: who computes what, and the functions that treat every float by itself.
#include <cmath>
#include <functional>
#include <limits>

#include "query/promql/absent_labels.h"
#include "query/promql/evaluator.h"
#include "query/promql/float_functions.h"
#include "query/promql/float_statistics.h"

namespace sb::promql {
namespace {

using query::PointKind;
using query::StepSeries;
using query::StepVector;

// fn(value, step) for every float of a row; histograms have no result.
template <typename Fn>
void MapFloats(StepSeries* row, Fn&& fn) {
  for (size_t i = row->first(); i < row->end(); ++i) {
    if (row->IsFloat(i)) {
      row->SetFloat(i, fn(row->value(i), i));
    } else {
      row->Clear(i);
    }
  }
}

}  // namespace

std::optional<size_t> Evaluator::RangeArgument(const Call& call) {
  for (size_t i = 0; i < call.args.size(); ++i) {
    const ExprKind kind = call.args[i]->kind;
    if (kind == ExprKind::kMatrixSelector || kind == ExprKind::kSubquery) {
      return i;
    }
  }
  return std::nullopt;
}

Evaluator::Rows Evaluator::EvalCall(const Call& call, const Grid& grid) {
  if (const std::optional<size_t> range = RangeArgument(call); range.has_value()) {
    return EvalRangeCall(call, *range, grid);
  }
  switch (call.function->id) {
    case FunctionId::kTimestamp:
    case FunctionId::kStartTimestamp:
      return EvalTimestamp(call, grid);
    case FunctionId::kAbsent:
      return EvalAbsent(call, grid);
    case FunctionId::kVector:
      return EvalVectorOf(call, grid);
    case FunctionId::kSort:
    case FunctionId::kSortDesc:
    case FunctionId::kSortByLabel:
    case FunctionId::kSortByLabelDesc:
      return EvalSort(call, grid);
    case FunctionId::kLabelReplace:
      return EvalLabelReplace(call, grid);
    case FunctionId::kLabelJoin:
      return EvalLabelJoin(call, grid);
    case FunctionId::kInfo:
      return EvalInfo(call, grid);
    case FunctionId::kHistogramAvg:
    case FunctionId::kHistogramCount:
    case FunctionId::kHistogramSum:
    case FunctionId::kHistogramStddev:
    case FunctionId::kHistogramStdvar:
      return EvalHistogramFunction(call, grid);
    case FunctionId::kHistogramFraction:
    case FunctionId::kHistogramQuantile:
    case FunctionId::kHistogramQuantiles:
      return EvalHistogramQuantile(call, grid);
    default:
      break;
  }
  if (FindDateFunction(call.function->id) != nullptr) {
    return EvalDateFunction(call, grid);
  }
  return EvalFloatFunction(call, grid);
}

Evaluator::Rows Evaluator::EvalFloatFunction(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  std::vector<std::vector<double>> scalars;
  for (size_t i = 1; i < call.args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(std::vector<double> values, EvalScalar(*call.args[i], grid));
    scalars.push_back(std::move(values));
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const FloatFunction plain = FindFloatFunction(call.function->id);
  const FunctionId id = call.function->id;
  const bool clamps =
      id == FunctionId::kClamp || id == FunctionId::kClampMin || id == FunctionId::kClampMax;
  auto lower = [&](size_t i) { return id == FunctionId::kClampMax ? -kInfinity : scalars[0][i]; };
  auto upper = [&](size_t i) {
    return id == FunctionId::kClampMin ? kInfinity : scalars.back()[i];
  };
  for (StepSeries& row : rows.series) {
    if (plain != nullptr) {
      MapFloats(&row, [&](double v, size_t) { return plain(v); });
    } else if (clamps) {
      MapFloats(&row, [&](double v, size_t i) { return GoMax(lower(i), GoMin(upper(i), v)); });
      for (size_t i = row.first(); i < row.end(); ++i) {
        if (upper(i) < lower(i)) {
          row.Clear(i);
        }
      }
    } else if (id == FunctionId::kRound) {
      MapFloats(&row, [&](double v, size_t i) {
        // The inverse of the unit loses fewer digits; ties go up.
        const double inverse = 1.0 / (scalars.empty() ? 1.0 : scalars[0][i]);
        return std::floor(v * inverse + 0.5) / inverse;
      });
    } else {
      return base::Internal("unknown function: " + std::string(call.function->name));
    }
    DropName(&row);
  }
  SB_RETURN_IF_ERROR(CheckDuplicates(&rows, grid));
  return rows;
}

Evaluator::Rows Evaluator::EvalDateFunction(const Call& call, const Grid& grid) {
  const FloatFunction date = FindDateFunction(call.function->id);
  if (call.args.empty()) {
    StepVector rows;
    StepSeries row(model::LabelSet(), grid.count);
    for (size_t i = 0; i < grid.count; ++i) {
      row.SetFloat(i, date(static_cast<double>(grid.At(i) / 1000)));
    }
    rows.series.push_back(std::move(row));
    return rows;
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  for (StepSeries& row : rows.series) {
    MapFloats(&row, [&](double v, size_t) { return date(v); });
    DropName(&row);
  }
  SB_RETURN_IF_ERROR(CheckDuplicates(&rows, grid));
  return rows;
}

// timestamp() of a selector is the time of the sample; of anything else the evaluation time.
Evaluator::Rows Evaluator::EvalTimestamp(const Call& call, const Grid& grid) {
  const bool start = call.function->id == FunctionId::kStartTimestamp;
  StepVector rows;
  if (const auto* selector = TryAs<VectorSelector>(call.args[0].get())) {
    SB_ASSIGN_OR_RETURN(
        rows,
        EvalSelector(*selector, grid, start ? SelectorValue::kStartTime : SelectorValue::kTime));
  } else {
    SB_ASSIGN_OR_RETURN(rows, EvalVector(*call.args[0], grid));
    for (StepSeries& row : rows.series) {
      for (size_t i = row.first(); i < row.end(); ++i) {
        if (row.Has(i)) {
          row.SetFloat(i, static_cast<double>(grid.At(i)) / 1000);
        }
      }
    }
    if (start) {  // what is computed has no start
      rows.series.clear();
    }
  }
  if (start && !options_.use_start_timestamps) {
    rows.series.clear();
  }
  for (StepSeries& row : rows.series) {
    DropName(&row);
  }
  SB_RETURN_IF_ERROR(CheckDuplicates(&rows, grid));
  return rows;
}

Evaluator::Rows Evaluator::EvalAbsent(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(const StepVector input, EvalVector(*call.args[0], grid));
  StepSeries row(AbsentLabels(*call.args[0]), grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    bool present = false;
    for (const StepSeries& series : input.series) {
      present = present || series.Has(i);
    }
    if (!present) {
      row.SetFloat(i, 1);
    }
  }
  StepVector rows;
  rows.series.push_back(std::move(row));
  return rows;
}

Evaluator::Rows Evaluator::EvalVectorOf(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(const std::vector<double> values, EvalScalar(*call.args[0], grid));
  StepVector rows;
  StepSeries row(model::LabelSet(), grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    row.SetFloat(i, values[i]);
  }
  rows.series.push_back(std::move(row));
  return rows;
}

}  // namespace sb::promql
