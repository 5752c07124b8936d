// SPDX-License-Identifier: Apache-2.0
#include "query/promql/evaluator.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "model/histogram_math.h"
#include "query/promql/binary_elements.h"
#include "query/promql/float_statistics.h"
#include "query/promql/preprocess.h"

namespace sb::promql {

using query::StepSeries;
using query::StepVector;

model::LabelSet WithoutMetadata(const model::LabelSet& labels) {
  static const std::vector<std::string>& names =
      *new std::vector<std::string>{"__name__", "__type__", "__unit__"};
  for (const model::Label& label : labels) {
    if (label.name == names[0] || label.name == names[1] || label.name == names[2]) {
      return labels.Without(names);
    }
  }
  return labels;
}

void Evaluator::DropName(StepSeries* row) const {
  if (!options_.delayed_name_removal) {
    row->labels = WithoutMetadata(row->labels);
  }
  row->drop_name = true;
}

base::Status Evaluator::FinishNames(StepVector* rows) const {
  if (!options_.delayed_name_removal) {
    return base::OkStatus();
  }
  for (StepSeries& row : rows->series) {
    if (row.drop_name) {
      row.labels = WithoutMetadata(row.labels);
    }
  }
  return query::MergeSameLabels(rows);
}

// What a node that drops or makes up labels answers must not hold a label set twice at one step.
// With delayed name removal an instant query finds out at the end.
base::Status Evaluator::CheckDuplicates(StepVector* rows, const Grid& grid) const {
  if (options_.delayed_name_removal && grid.count == 1) {
    return base::OkStatus();
  }
  return query::MergeSameLabels(rows);
}

Evaluator::Rows Evaluator::EvalVector(const Expr& expr, const Grid& grid) {
  SB_RETURN_IF_ERROR(context_.CheckAlive());
  if (grid.count == 0) {
    return StepVector();
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalNode(expr, grid));
  std::erase_if(rows.series, [](const StepSeries& row) { return row.AllAbsent(); });
  SB_RETURN_IF_ERROR(rows.Charge(context_));
  return rows;
}

Evaluator::Rows Evaluator::EvalNode(const Expr& expr, const Grid& grid) {
  switch (expr.kind) {
    case ExprKind::kVectorSelector:
      return EvalSelector(As<VectorSelector>(expr), grid, SelectorValue::kSample);
    case ExprKind::kAggregate:
      return EvalAggregate(As<AggregateExpr>(expr), grid);
    case ExprKind::kBinary:
      return EvalBinary(As<BinaryExpr>(expr), grid);
    case ExprKind::kUnary:
      return EvalUnary(As<UnaryExpr>(expr), grid);
    case ExprKind::kParen:
      return EvalVector(*As<ParenExpr>(expr).expr, grid);
    case ExprKind::kCall:
      return EvalCall(As<Call>(expr), grid);
    case ExprKind::kStepInvariant:
      return EvalStepInvariant(As<StepInvariantExpr>(expr), grid);
    case ExprKind::kNumberLiteral:
    case ExprKind::kStringLiteral:
    case ExprKind::kMatrixSelector:
    case ExprKind::kSubquery:
    case ExprKind::kDuration:
      break;
  }
  return base::Internal("expression is not an instant vector");
}

// Leaves and functions over ranges hand out their rows as they come; other nodes have all of them.
base::Status Evaluator::EvalRows(const Expr& expr, const Grid& grid, const RowSink& sink) {
  SB_RETURN_IF_ERROR(context_.CheckAlive());
  if (grid.count == 0) {
    return base::OkStatus();
  }
  if (const auto* call = TryAs<Call>(&expr)) {
    const std::optional<size_t> range = RangeArgument(*call);
    if (range.has_value() && call->function->id != FunctionId::kAbsentOverTime) {
      return EvalRangeRows(*call, *range, grid, sink);
    }
  }
  if (const auto* selector = TryAs<VectorSelector>(&expr);
      selector != nullptr && !selector->smoothed) {
    const int64_t first = ReferenceTime(selector->time, grid.start_ms) - options_.lookback_ms + 1;
    const int64_t last = ReferenceTime(selector->time, grid.last_ms());
    SB_ASSIGN_OR_RETURN(auto series, Select(selector->matchers, first, last));
    return EvalInstantSeries(series, *selector, grid, SelectorValue::kSample, sink);
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(expr, grid));
  for (StepSeries& row : rows.series) {
    SB_RETURN_IF_ERROR(sink(std::move(row)));
  }
  return base::OkStatus();
}

Evaluator::Rows Evaluator::EvalStepInvariant(const StepInvariantExpr& expr, const Grid& grid) {
  const int64_t weight = queryable_weight_;
  queryable_weight_ *= static_cast<int64_t>(grid.count);
  Rows once = EvalVector(*expr.expr, grid.First());
  queryable_weight_ = weight;
  if (!once.ok() || grid.count == 1) {
    return once;
  }
  StepVector out;
  for (const StepSeries& row : once->series) {
    StepSeries repeated(row.labels, grid.count);
    repeated.drop_name = row.drop_name;
    const query::StepPoint point = row.At(0);
    repeated.Reserve(0, grid.count);
    for (size_t i = 0; i < grid.count; ++i) {
      repeated.Set(i, point);
    }
    out.series.push_back(std::move(repeated));
  }
  return out;
}

Evaluator::Rows Evaluator::EvalUnary(const UnaryExpr& expr, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*expr.expr, grid));
  if (expr.op == UnaryOp::kPlus) {
    return rows;
  }
  for (StepSeries& row : rows.series) {
    DropName(&row);
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (row.IsHistogram(i)) {
        model::Histogram negated = *row.histogram(i);
        model::Multiply(&negated, -1);
        row.SetHistogram(i, std::make_shared<const model::Histogram>(std::move(negated)));
      } else if (row.IsFloat(i)) {
        row.SetFloat(i, -row.value(i));
      }
    }
  }
  if (!options_.delayed_name_removal) {
    SB_RETURN_IF_ERROR(query::MergeSameLabels(&rows));
  }
  return rows;
}

base::Result<std::vector<double>> Evaluator::EvalScalar(const Expr& expr, const Grid& grid) {
  SB_RETURN_IF_ERROR(context_.CheckAlive());
  switch (expr.kind) {
    case ExprKind::kNumberLiteral:
      return std::vector<double>(grid.count, As<NumberLiteral>(expr).value);
    case ExprKind::kParen:
      return EvalScalar(*As<ParenExpr>(expr).expr, grid);
    case ExprKind::kStepInvariant: {
      SB_ASSIGN_OR_RETURN(const std::vector<double> once,
                          EvalScalar(*As<StepInvariantExpr>(expr).expr, grid.First()));
      return std::vector<double>(grid.count, once[0]);
    }
    case ExprKind::kUnary: {
      SB_ASSIGN_OR_RETURN(std::vector<double> values, EvalScalar(*As<UnaryExpr>(expr).expr, grid));
      if (As<UnaryExpr>(expr).op == UnaryOp::kMinus) {
        for (double& v : values) {
          v = -v;
        }
      }
      return values;
    }
    case ExprKind::kBinary:
      return EvalScalarBinary(As<BinaryExpr>(expr), grid);
    case ExprKind::kCall:
      return EvalScalarCall(As<Call>(expr), grid);
    default:
      return base::Internal("expression is not a scalar");
  }
}

base::Result<std::vector<double>> Evaluator::EvalScalarBinary(const BinaryExpr& expr,
                                                              const Grid& grid) {
  if (expr.op == BinaryOp::kTrimUpper || expr.op == BinaryOp::kTrimLower) {
    return base::FailedPrecondition("operator \"" + std::string(BinaryOpName(expr.op)) +
                                    "\" not allowed for Scalar operations");
  }
  SB_ASSIGN_OR_RETURN(std::vector<double> lhs, EvalScalar(*expr.lhs, grid));
  SB_ASSIGN_OR_RETURN(const std::vector<double> rhs, EvalScalar(*expr.rhs, grid));
  for (size_t i = 0; i < lhs.size(); ++i) {
    const FloatResult result = CombineFloats(expr.op, lhs[i], rhs[i]);
    lhs[i] = IsComparison(expr.op) ? (result.keep ? 1 : 0) : result.value;
  }
  return lhs;
}

base::Result<std::vector<double>> Evaluator::EvalScalarCall(const Call& call, const Grid& grid) {
  switch (call.function->id) {
    case FunctionId::kPi:
      return std::vector<double>(grid.count, std::numbers::pi);
    case FunctionId::kTime: {
      std::vector<double> out(grid.count);
      for (size_t i = 0; i < grid.count; ++i) {
        out[i] = static_cast<double>(grid.At(i)) / 1000;
      }
      return out;
    }
    case FunctionId::kMaxOf:
    case FunctionId::kMinOf: {
      SB_ASSIGN_OR_RETURN(std::vector<double> a, EvalScalar(*call.args[0], grid));
      SB_ASSIGN_OR_RETURN(const std::vector<double> b, EvalScalar(*call.args[1], grid));
      const bool largest = call.function->id == FunctionId::kMaxOf;
      for (size_t i = 0; i < a.size(); ++i) {
        a[i] = largest ? GoMax(a[i], b[i]) : GoMin(a[i], b[i]);
      }
      return a;
    }
    case FunctionId::kScalar:
      break;
    default:
      return base::Internal("function is not a scalar: " + std::string(call.function->name));
  }
  // The only float at a step; NaN if there are none or several.
  SB_ASSIGN_OR_RETURN(const StepVector rows, EvalVector(*call.args[0], grid));
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> out(grid.count, kNan);
  for (size_t i = 0; i < grid.count; ++i) {
    size_t found = 0;
    for (const StepSeries& row : rows.series) {
      if (row.IsFloat(i)) {
        out[i] = ++found == 1 ? row.value(i) : kNan;
      }
    }
  }
  return out;
}

}  // namespace sb::promql
