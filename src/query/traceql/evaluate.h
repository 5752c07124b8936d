// SPDX-License-Identifier: Apache-2.0
//
// Field expressions of one span. The attributes of an expression are read from slots: values that
// were loaded before, in the order of a SlotPlan (slots.h), to which the expression is bound.
//
//   FieldEvaluator evaluator;
//   if (evaluator.Holds(*filter, slots)) …
//   SB_RETURN_IF_ERROR(evaluator.status());       // a division by zero somewhere
//
// A missing attribute is nil; a comparison with it is false whatever the operator, except for the
// literal nil. Values of types that do not compare are neither equal nor different. Threads: one.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/status.h"
#include "query/traceql/arena.h"
#include "query/traceql/ast.h"

namespace sb::traceql {

class FieldEvaluator {
 public:
  Value Evaluate(const FieldExpr& expr, const Value* slots);
  bool Holds(const FieldExpr& expr, const Value* slots) {
    const Value value = Evaluate(expr, slots);
    return value.type == ValueType::kBool && value.integer != 0;
  }
  // kInvalidArgument once something was divided by zero.
  const base::Status& status() const { return status_; }

 private:
  Value EvaluateBinary(const FieldExpr& expr, const Value* slots);
  Value EvaluateRegex(const FieldExpr& expr, const Value& lhs, const Value& rhs);
  const re2::RE2* RegexOf(const FieldExpr& expr, const Value& pattern);

  base::Status status_;
  std::map<std::string, std::shared_ptr<const re2::RE2>, std::less<>> regexes_;
};

// = != < <= > >= of two values, with the rules for nil, types and arrays.
bool CompareValues(FieldOp op, const Value& a, const Value& b);
// + - * / % ^; nil if one is no number. Division by zero sets `*by_zero`.
Value Arithmetic(FieldOp op, const Value& a, const Value& b, bool* by_zero);

}  // namespace sb::traceql
