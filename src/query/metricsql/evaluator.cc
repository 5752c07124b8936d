// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/evaluator.h"

#include <algorithm>
#include <utility>

namespace sb::metricsql {
namespace {

RowSet ScalarRows(double value, const Grid& grid) {
  RowSet out;
  out.rows.push_back({model::LabelSet(), Values(grid.count, value)});
  return out;
}

}  // namespace

base::Result<RowSet> Evaluator::Eval(const Expr& expr, const Grid& grid) {
  SB_RETURN_IF_ERROR(with_.context.CheckAlive());
  SB_ASSIGN_OR_RETURN(RowSet rows, EvalNode(expr, grid));
  SB_RETURN_IF_ERROR(rows.Charge(with_.context));
  return rows;
}

base::Result<RowSet> Evaluator::EvalNode(const Expr& expr, const Grid& grid) {
  if (const auto* number = expr.As<NumberExpr>()) {
    return ScalarRows(number->value, grid);
  }
  if (const auto* duration = expr.As<DurationExpr>()) {
    return ScalarRows(static_cast<double>(duration->value.At(grid.step_ms)) / 1000, grid);
  }
  if (const auto* binary = expr.As<BinaryExpr>()) {
    return EvalBinary(*binary, grid);
  }
  if (const auto* aggregate = expr.As<AggregateExpr>()) {
    return EvalAggregate(*aggregate, expr.position, grid);
  }
  if (const auto* call = expr.As<CallExpr>()) {
    return EvalCall(expr, *call, grid);
  }
  if (expr.As<StringExpr>() != nullptr) {
    return base::InvalidArgument("a string cannot stand for series: \"" +
                                 expr.As<StringExpr>()->value + "\"");
  }
  return EvalRange(expr, grid);
}

base::Result<RowSet> Evaluator::EvalCall(const Expr& expr, const CallExpr& call, const Grid& grid) {
  const TransformFunction* const transform = FindTransform(call.name);
  if (transform == nullptr) {
    return EvalRollup(call, expr.position, grid);
  }
  const TransformArgs args{call, grid, *this};
  if (call.args.size() < transform->args_min ||
      (transform->args_max != kAnyCount && call.args.size() > transform->args_max)) {
    return args.Problem("wrong number of arguments: " + std::to_string(call.args.size()));
  }
  SB_ASSIGN_OR_RETURN(RowSet rows, transform->fn(args));
  if (!transform->keeps_name && !call.keep_metric_names) {
    for (Row& row : rows.rows) {
      row.labels = row.labels.WithoutMetricName();
    }
  }
  return rows;
}

base::Result<Values> Evaluator::EvalScalar(const Expr& expr, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(RowSet rows, Eval(expr, grid));
  if (rows.rows.size() != 1) {
    return base::InvalidArgument("a number was expected, not " + std::to_string(rows.rows.size()) +
                                 " series");
  }
  return std::move(rows.rows[0].values);
}

base::Result<std::vector<std::string>> Evaluator::Texts(const Expr& expr) {
  std::vector<std::string> out;
  if (const auto* text = expr.As<StringExpr>()) {
    out.push_back(text->value);
    return out;
  }
  const auto* call = expr.As<CallExpr>();
  if (call == nullptr || call->name != "union") {
    return base::InvalidArgument("a string was expected as argument");
  }
  for (const ExprPtr& arg : call->args) {
    const auto* text = arg->As<StringExpr>();
    if (text == nullptr) {
      return base::InvalidArgument("strings were expected in the parentheses");
    }
    out.push_back(text->value);
  }
  return out;
}

size_t TransformArgs::size() const {
  return call.args.size();
}

base::Result<RowSet> TransformArgs::Rows(size_t i) const {
  return evaluator.Eval(*call.args[i], grid);
}

base::Result<Values> TransformArgs::Scalar(size_t i) const {
  base::Result<Values> values = evaluator.EvalScalar(*call.args[i], grid);
  return values.ok() ? std::move(values) : base::Result<Values>(Problem(values.status().message()));
}

base::Result<Values> TransformArgs::ScalarOr(size_t i, double otherwise) const {
  return i < call.args.size() ? Scalar(i) : base::Result<Values>(Values(grid.count, otherwise));
}

base::Result<std::string> TransformArgs::Text(size_t i) const {
  const auto* text = call.args[i]->As<StringExpr>();
  if (text == nullptr) {
    return Problem("argument " + std::to_string(i + 1) + " must be a string");
  }
  return text->value;
}

base::Status TransformArgs::Problem(std::string_view message) const {
  return base::InvalidArgument(call.name + "(): " + std::string(message));
}

}  // namespace sb::metricsql
