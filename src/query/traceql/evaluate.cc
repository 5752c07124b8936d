// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/evaluate.h"

#include <re2/re2.h>

#include <cmath>

#include "query/traceql/printer.h"
#include "query/traceql/regex.h"

namespace sb::traceql {
namespace {

constexpr size_t kRegexesMax = 100;

bool OrderHolds(FieldOp op, std::partial_ordering order) {
  switch (op) {
    case FieldOp::kEqual:
      return order == 0;
    case FieldOp::kNotEqual:
      return order != 0;
    case FieldOp::kLess:
      return order < 0;
    case FieldOp::kLessEqual:
      return order <= 0;
    case FieldOp::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool IsEquality(FieldOp op) {
  return op == FieldOp::kEqual || op == FieldOp::kNotEqual;
}

bool CompareScalars(FieldOp op, const Value& a, const Value& b) {
  const bool ordered = a.type == ValueType::kString || a.IsNumeric();
  if (!ordered && !IsEquality(op)) {
    return false;
  }
  const auto order = Compare(a, b);
  return order.has_value() && OrderHolds(op, *order);
}

FieldOp Mirrored(FieldOp op) {
  switch (op) {
    case FieldOp::kLess:
      return FieldOp::kGreater;
    case FieldOp::kLessEqual:
      return FieldOp::kGreaterEqual;
    case FieldOp::kGreater:
      return FieldOp::kLess;
    case FieldOp::kGreaterEqual:
      return FieldOp::kLessEqual;
    default:
      return op;
  }
}

// Any element; for != no element may be equal, and one must be of a type that compares.
bool CompareArray(FieldOp op, const Value& array, const Value& scalar) {
  if (op != FieldOp::kNotEqual) {
    for (const Value& element : array.elements) {
      if (CompareScalars(op, element, scalar)) {
        return true;
      }
    }
    return false;
  }
  bool comparable = false;
  for (const Value& element : array.elements) {
    if (CompareScalars(FieldOp::kEqual, element, scalar)) {
      return false;
    }
    comparable = comparable || Compare(element, scalar).has_value();
  }
  return comparable;
}

bool IsNilLiteral(const FieldExpr& expr) {
  return expr.kind == FieldExpr::Kind::kLiteral && expr.literal.type == ValueType::kNil;
}

// Two's complement wraps around instead of being undefined.
int64_t Wrap(uint64_t value) {
  return static_cast<int64_t>(value);
}

int64_t IntegerArithmetic(FieldOp op, int64_t a, int64_t b) {
  const auto ua = static_cast<uint64_t>(a);
  const auto ub = static_cast<uint64_t>(b);
  switch (op) {
    case FieldOp::kAdd:
      return Wrap(ua + ub);
    case FieldOp::kSub:
      return Wrap(ua - ub);
    case FieldOp::kMul:
      return Wrap(ua * ub);
    case FieldOp::kDiv:
      return b == -1 ? Wrap(0 - ua) : a / b;
    default:
      return b == -1 ? 0 : a % b;
  }
}

double FloatArithmetic(FieldOp op, double a, double b) {
  switch (op) {
    case FieldOp::kAdd:
      return a + b;
    case FieldOp::kSub:
      return a - b;
    case FieldOp::kMul:
      return a * b;
    case FieldOp::kDiv:
      return a / b;
    case FieldOp::kMod:
      return std::fmod(a, b);
    default:
      return std::pow(a, b);
  }
}

}  // namespace

bool CompareValues(FieldOp op, const Value& a, const Value& b) {
  if (a.is_nil() || b.is_nil()) {
    return false;
  }
  const bool a_array = a.type == ValueType::kArray;
  const bool b_array = b.type == ValueType::kArray;
  if (a_array && b_array) {
    return IsEquality(op) && Identical(a, b) == (op == FieldOp::kEqual);
  }
  if (a_array) {
    return CompareArray(op, a, b);
  }
  return b_array ? CompareArray(Mirrored(op), b, a) : CompareScalars(op, a, b);
}

Value Arithmetic(FieldOp op, const Value& a, const Value& b, bool* by_zero) {
  if (!a.IsNumeric() || !b.IsNumeric()) {
    return Value::Nil();
  }
  if ((op == FieldOp::kDiv || op == FieldOp::kMod) && b.AsNumber() == 0) {
    *by_zero = true;
    return Value::Nil();
  }
  const bool integers = a.type != ValueType::kFloat && b.type != ValueType::kFloat;
  const bool durations = a.type == ValueType::kDuration || b.type == ValueType::kDuration;
  // A quotient of durations is no duration, and 1h / 2s is not to be truncated.
  if (integers && op != FieldOp::kPow && !(durations && op == FieldOp::kDiv)) {
    const int64_t result = IntegerArithmetic(op, a.integer, b.integer);
    return durations ? Value::Duration(result) : Value::Int(result);
  }
  const double result = FloatArithmetic(op, a.AsNumber(), b.AsNumber());
  if (integers && !durations && std::fabs(result) < 9e18) {
    return Value::Int(static_cast<int64_t>(result));
  }
  return Value::Float(result);
}

const re2::RE2* FieldEvaluator::RegexOf(const FieldExpr& expr, const Value& pattern) {
  if (expr.regex != nullptr) {
    return expr.regex.get();
  }
  if (pattern.type != ValueType::kString) {
    return nullptr;
  }
  const auto found = regexes_.find(pattern.text);
  if (found != regexes_.end()) {
    return found->second.get();
  }
  if (regexes_.size() >= kRegexesMax) {
    regexes_.clear();
  }
  const auto compiled = CompileRegex(pattern.text);
  // A pattern out of the data that is none matches nothing.
  auto regex = compiled.ok() ? *compiled : nullptr;
  return regexes_.emplace(std::string(pattern.text), std::move(regex)).first->second.get();
}

Value FieldEvaluator::EvaluateRegex(const FieldExpr& expr, const Value& lhs, const Value& rhs) {
  const re2::RE2* regex = RegexOf(expr, rhs);
  if (regex == nullptr) {
    return Value::Bool(false);
  }
  const bool wanted = expr.op == FieldOp::kRegex;
  if (lhs.type == ValueType::kString) {
    return Value::Bool(MatchesWhole(*regex, lhs.text) == wanted);
  }
  bool any_text = false;
  bool any_match = false;
  for (const Value& element : lhs.elements) {
    if (element.type == ValueType::kString) {
      any_text = true;
      any_match = any_match || MatchesWhole(*regex, element.text);
    }
  }
  return Value::Bool(any_text && any_match == wanted);
}

Value FieldEvaluator::EvaluateBinary(const FieldExpr& expr, const Value* slots) {
  if (expr.op == FieldOp::kAnd) {
    return Value::Bool(Holds(*expr.lhs, slots) && Holds(*expr.rhs, slots));
  }
  if (expr.op == FieldOp::kOr) {
    return Value::Bool(Holds(*expr.lhs, slots) || Holds(*expr.rhs, slots));
  }
  const Value lhs = Evaluate(*expr.lhs, slots);
  const Value rhs = Evaluate(*expr.rhs, slots);
  if (expr.op == FieldOp::kRegex || expr.op == FieldOp::kNotRegex) {
    return EvaluateRegex(expr, lhs, rhs);
  }
  if (IsArithmetic(expr.op)) {
    bool by_zero = false;
    const Value result = Arithmetic(expr.op, lhs, rhs, &by_zero);
    if (by_zero && status_.ok()) {
      status_ = base::InvalidArgument("division by zero: " + Print(expr));
    }
    return result;
  }
  if (IsEquality(expr.op) && (IsNilLiteral(*expr.lhs) || IsNilLiteral(*expr.rhs))) {
    return Value::Bool((lhs.is_nil() && rhs.is_nil()) == (expr.op == FieldOp::kEqual));
  }
  return Value::Bool(CompareValues(expr.op, lhs, rhs));
}

Value FieldEvaluator::Evaluate(const FieldExpr& expr, const Value* slots) {
  switch (expr.kind) {
    case FieldExpr::Kind::kLiteral:
      return expr.literal.value();
    case FieldExpr::Kind::kAttribute:
      return slots[expr.slot];
    case FieldExpr::Kind::kBinary:
      return EvaluateBinary(expr, slots);
    case FieldExpr::Kind::kUnary:
      break;
  }
  const Value operand = Evaluate(*expr.lhs, slots);
  if (expr.op == FieldOp::kNot) {
    return operand.type == ValueType::kBool ? Value::Bool(operand.integer == 0)
                                            : Value::Bool(false);
  }
  Value negated = operand;
  negated.integer = Wrap(0 - static_cast<uint64_t>(operand.integer));
  negated.number = -operand.number;
  return operand.IsNumeric() ? negated : Value::Nil();
}

}  // namespace sb::traceql
