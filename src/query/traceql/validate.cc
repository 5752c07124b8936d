// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/validate.h"

#include <re2/re2.h>

#include <optional>
#include <string>

#include "query/traceql/printer.h"
#include "query/traceql/regex.h"

namespace sb::traceql {
namespace {

// The type of every value of an expression; nothing if it is known only when a span is seen.
using Type = std::optional<ValueType>;

bool IsNumericType(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kFloat || type == ValueType::kDuration;
}

bool TypesMatch(Type a, Type b) {
  if (!a.has_value() || !b.has_value() || *a == *b) {
    return true;
  }
  return *a == ValueType::kNil || *b == ValueType::kNil || (IsNumericType(*a) && IsNumericType(*b));
}

bool OperatorTakes(FieldOp op, Type type) {
  if (!type.has_value()) {
    return true;
  }
  const bool equality = op == FieldOp::kEqual || op == FieldOp::kNotEqual;
  switch (*type) {
    case ValueType::kBool:
      return equality || op == FieldOp::kAnd || op == FieldOp::kOr;
    case ValueType::kInt:
    case ValueType::kFloat:
    case ValueType::kDuration:
      return IsComparison(op) || IsArithmetic(op);
    case ValueType::kString:
      return IsComparison(op) || op == FieldOp::kRegex || op == FieldOp::kNotRegex;
    default:
      return equality;
  }
}

Type TypeOf(const FieldExpr& expr) {
  switch (expr.kind) {
    case FieldExpr::Kind::kLiteral:
      return expr.literal.type;
    case FieldExpr::Kind::kAttribute:
      return expr.attribute.FixedType();
    case FieldExpr::Kind::kUnary:
      return expr.op == FieldOp::kNot ? Type(ValueType::kBool) : TypeOf(*expr.lhs);
    case FieldExpr::Kind::kBinary:
      break;
  }
  if (!IsArithmetic(expr.op)) {
    return ValueType::kBool;
  }
  const Type lhs = TypeOf(*expr.lhs);
  return lhs.has_value() ? lhs : TypeOf(*expr.rhs);
}

bool DependsOnSpan(const FieldExpr& expr) {
  switch (expr.kind) {
    case FieldExpr::Kind::kLiteral:
      return false;
    case FieldExpr::Kind::kAttribute:
      return true;
    case FieldExpr::Kind::kUnary:
      return DependsOnSpan(*expr.lhs);
    case FieldExpr::Kind::kBinary:
      break;
  }
  return DependsOnSpan(*expr.lhs) || DependsOnSpan(*expr.rhs);
}

// `status = nil` can never be true, which is not what was meant. A root has no parentID.
base::Status CheckNil(const FieldExpr& expr) {
  const auto is_nil = [](const FieldExpr& e) {
    return e.kind == FieldExpr::Kind::kLiteral && e.literal.type == ValueType::kNil;
  };
  const auto always_there = [](const FieldExpr& e) {
    return e.kind == FieldExpr::Kind::kAttribute &&
           (e.attribute.intrinsic != Intrinsic::kNone || e.attribute.IsServiceName()) &&
           e.attribute.intrinsic != Intrinsic::kParentId &&
           e.attribute.intrinsic != Intrinsic::kParentSpan && !e.attribute.of_parent;
  };
  if (expr.op == FieldOp::kEqual && ((is_nil(*expr.lhs) && always_there(*expr.rhs)) ||
                                     (is_nil(*expr.rhs) && always_there(*expr.lhs)))) {
    return base::InvalidArgument("every span has this, it is never nil: " + Print(expr));
  }
  return base::OkStatus();
}

base::Status CheckField(FieldExpr* expr);

base::Status CheckBinary(FieldExpr* expr) {
  SB_RETURN_IF_ERROR(CheckField(expr->lhs.get()));
  SB_RETURN_IF_ERROR(CheckField(expr->rhs.get()));
  const Type lhs = TypeOf(*expr->lhs);
  const Type rhs = TypeOf(*expr->rhs);
  if (!TypesMatch(lhs, rhs)) {
    return base::InvalidArgument("the two sides have types that do not compare: " + Print(*expr));
  }
  if (!OperatorTakes(expr->op, lhs) || !OperatorTakes(expr->op, rhs)) {
    return base::InvalidArgument("`" + std::string(FieldOpText(expr->op)) +
                                 "` is not defined for these types: " + Print(*expr));
  }
  SB_RETURN_IF_ERROR(CheckNil(*expr));
  const bool is_regex = expr->op == FieldOp::kRegex || expr->op == FieldOp::kNotRegex;
  if (is_regex && expr->rhs->kind == FieldExpr::Kind::kLiteral) {
    SB_ASSIGN_OR_RETURN(expr->regex, CompileRegex(expr->rhs->literal.text));
  }
  return base::OkStatus();
}

base::Status CheckField(FieldExpr* expr) {
  switch (expr->kind) {
    case FieldExpr::Kind::kLiteral:
    case FieldExpr::Kind::kAttribute:
      return base::OkStatus();
    case FieldExpr::Kind::kUnary: {
      SB_RETURN_IF_ERROR(CheckField(expr->lhs.get()));
      const Type type = TypeOf(*expr->lhs);
      const bool fits = !type.has_value() || (expr->op == FieldOp::kNot ? *type == ValueType::kBool
                                                                        : IsNumericType(*type));
      return fits ? base::OkStatus()
                  : base::InvalidArgument("`" + std::string(FieldOpText(expr->op)) +
                                          "` is not defined for this type: " + Print(*expr));
    }
    case FieldExpr::Kind::kBinary:
      break;
  }
  return CheckBinary(expr);
}

base::Status CheckPipeline(Pipeline* pipeline);

base::Status CheckSpanset(SpansetExpr* expr) {
  switch (expr->kind) {
    case SpansetExpr::Kind::kPipeline:
      return CheckPipeline(expr->pipeline.get());
    case SpansetExpr::Kind::kOperation:
      SB_RETURN_IF_ERROR(CheckSpanset(expr->lhs.get()));
      return CheckSpanset(expr->rhs.get());
    case SpansetExpr::Kind::kFilter:
      break;
  }
  if (expr->filter == nullptr) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(CheckField(expr->filter.get()));
  const Type type = TypeOf(*expr->filter);
  if (type.has_value() && *type != ValueType::kBool) {
    return base::InvalidArgument("what stands in braces must be a condition: " + Print(*expr));
  }
  return base::OkStatus();
}

base::Status CheckScalar(ScalarExpr* expr) {
  switch (expr->kind) {
    case ScalarExpr::Kind::kLiteral:
      return base::OkStatus();
    case ScalarExpr::Kind::kBinary:
      SB_RETURN_IF_ERROR(CheckScalar(expr->lhs.get()));
      return CheckScalar(expr->rhs.get());
    case ScalarExpr::Kind::kPipeline:
      SB_RETURN_IF_ERROR(CheckPipeline(expr->pipeline.get()));
      return CheckScalar(expr->lhs.get());
    case ScalarExpr::Kind::kAggregate:
      break;
  }
  if (expr->field == nullptr) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(CheckField(expr->field.get()));
  const Type type = TypeOf(*expr->field);
  if (type.has_value() && !IsNumericType(*type)) {
    return base::InvalidArgument("an aggregate needs a number: " + Print(*expr));
  }
  if (!DependsOnSpan(*expr->field)) {
    return base::InvalidArgument("an aggregate must depend on the span: " + Print(*expr));
  }
  return base::OkStatus();
}

base::Status CheckStage(Stage* stage) {
  switch (stage->kind) {
    case Stage::Kind::kSpanset:
      return CheckSpanset(stage->spanset.get());
    case Stage::Kind::kScalarFilter:
      SB_RETURN_IF_ERROR(CheckScalar(stage->lhs.get()));
      return CheckScalar(stage->rhs.get());
    case Stage::Kind::kGroup:
      SB_RETURN_IF_ERROR(CheckField(stage->group.get()));
      return DependsOnSpan(*stage->group)
                 ? base::OkStatus()
                 : base::InvalidArgument("by() must depend on the span: " + Print(*stage->group));
    case Stage::Kind::kSelect:
    case Stage::Kind::kCoalesce:
      break;
  }
  return base::OkStatus();
}

base::Status CheckPipeline(Pipeline* pipeline) {
  for (Stage& stage : pipeline->stages) {
    SB_RETURN_IF_ERROR(CheckStage(&stage));
  }
  return base::OkStatus();
}

base::Status CheckFunction(MetricsFunction* function) {
  if (function->by.size() > kGroupByMax) {
    return base::InvalidArgument("by() takes at most " + std::to_string(kGroupByMax) +
                                 " attributes: " + std::to_string(function->by.size()));
  }
  if (function->field.has_value()) {
    const Type type = function->field->FixedType();
    if (type.has_value() && !IsNumericType(*type)) {
      return base::InvalidArgument(std::string(MetricsOpText(function->op)) +
                                   "() needs a number: " + function->field->Text());
    }
  }
  for (const double quantile : function->quantiles) {
    if (!(quantile >= 0 && quantile <= 1)) {
      return base::InvalidArgument("a quantile must be between 0 and 1: " + FloatText(quantile));
    }
  }
  if (function->selection == nullptr) {
    return base::OkStatus();
  }
  if (function->compare_top <= 0) {
    return base::InvalidArgument("compare() needs a number of values above 0: " +
                                 std::to_string(function->compare_top));
  }
  if (function->compare_end_ns < function->compare_start_ns) {
    return base::InvalidArgument("compare() ends before it starts: " +
                                 std::to_string(function->compare_end_ns));
  }
  return CheckSpanset(function->selection.get());
}

bool IsCompare(const MetricsExpr& expr) {
  return expr.kind == MetricsExpr::Kind::kQuery && expr.function.op == MetricsOp::kCompare;
}

base::Status CheckMetrics(MetricsExpr* expr) {
  if (expr->kind == MetricsExpr::Kind::kQuery) {
    SB_RETURN_IF_ERROR(CheckPipeline(&expr->pipeline));
    return CheckFunction(&expr->function);
  }
  for (MetricsExpr* child : {expr->lhs.get(), expr->rhs.get()}) {
    if (child == nullptr) {
      continue;
    }
    SB_RETURN_IF_ERROR(CheckMetrics(child));
    if (IsCompare(*child)) {
      return base::InvalidArgument("nothing can be done with the result of compare(): " +
                                   Print(*expr));
    }
  }
  const bool is_top =
      expr->kind == MetricsExpr::Kind::kTopK || expr->kind == MetricsExpr::Kind::kBottomK;
  if (is_top && expr->k <= 0) {
    return base::InvalidArgument("topk() and bottomk() need a number above 0: " +
                                 std::to_string(expr->k));
  }
  return base::OkStatus();
}

}  // namespace

base::Status Validate(Query* query) {
  return query->metrics != nullptr ? CheckMetrics(query->metrics.get())
                                   : CheckPipeline(&query->pipeline);
}

}  // namespace sb::traceql
