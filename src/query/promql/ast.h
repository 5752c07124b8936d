// SPDX-License-Identifier: Apache-2.0
//
// The syntax tree of a query. The parser (parser.h) builds it and checks its types; the evaluator
// resolves duration expressions and effective offsets in place, then reads it.
//
//   base::Result<ExprPtr> expr = ParseExpr("sum by (job) (rate(x[5m]))");
//   switch ((*expr)->kind) {
//     case ExprKind::kAggregate: { const auto& a = As<AggregateExpr>(**expr); … }
//   …
//
// Every node carries the range of the query text it came from. A tree is at most kExprDepthMax
// high, so that code may recurse over it. Times are milliseconds. Threads: plain data; a tree that
// nobody changes may be read by many. Source: promql/parser/ast.go of the reference.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "model/matcher.h"
#include "query/promql/function.h"
#include "query/promql/operators.h"
#include "query/promql/position.h"

namespace sb::promql {

inline constexpr int kExprDepthMax = 1000;

enum class ExprKind : uint8_t {
  kNumberLiteral,
  kStringLiteral,
  kVectorSelector,
  kMatrixSelector,
  kSubquery,
  kAggregate,
  kBinary,
  kUnary,
  kParen,
  kCall,
  kDuration,
  kStepInvariant,
};

struct Expr {
  const ExprKind kind;
  int16_t height = 1;  // levels from here down, at most kExprDepthMax
  PositionRange range;

  explicit Expr(ExprKind k) : kind(k) {}
  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;
  virtual ~Expr() = default;

  ValueType type() const;
};

using ExprPtr = std::unique_ptr<Expr>;

// The node as its concrete type; the wrong type is a bug. TryAs answers null instead.
template <typename T>
const T& As(const Expr& expr) {
  SB_CHECK(expr.kind == T::kKind);
  return static_cast<const T&>(expr);
}
template <typename T>
T& As(Expr& expr) {
  SB_CHECK(expr.kind == T::kKind);
  return static_cast<T&>(expr);
}
template <typename T>
const T* TryAs(const Expr* expr) {
  return expr != nullptr && expr->kind == T::kKind ? static_cast<const T*>(expr) : nullptr;
}
template <typename T>
T* TryAs(Expr* expr) {
  return expr != nullptr && expr->kind == T::kKind ? static_cast<T*>(expr) : nullptr;
}

struct NumberLiteral : Expr {
  static constexpr ExprKind kKind = ExprKind::kNumberLiteral;
  NumberLiteral() : Expr(kKind) {}
  double value = 0;
  bool duration = false;  // written as a duration (5m); the value is in seconds
};

struct StringLiteral : Expr {
  static constexpr ExprKind kKind = ExprKind::kStringLiteral;
  StringLiteral() : Expr(kKind) {}
  std::string value;
};

// Arithmetic on durations, in seconds: in brackets and after `offset`. Known only at evaluation,
// since step() and range() depend on the query's parameters. Operands are NumberLiteral or
// DurationExpr.
struct DurationExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kDuration;
  DurationExpr() : Expr(kKind) {}
  DurationOp op = DurationOp::kAdd;
  ExprPtr lhs;           // null for the signs, step() and range()
  ExprPtr rhs;           // null for step() and range()
  bool wrapped = false;  // in parentheses
};

enum class AtAnchor : uint8_t { kNone, kStart, kEnd };

// What `offset` and `@` set on a selector or subquery.
struct TimeModifiers {
  int64_t original_offset_ms = 0;             // as written
  std::unique_ptr<DurationExpr> offset_expr;  // as written, when it is an expression
  std::optional<int64_t> at_ms;          // `@ 1.5`; the evaluator fills it for @ start(), end()
  AtAnchor at_anchor = AtAnchor::kNone;  // `@ start()`, `@ end()`
  int64_t offset_ms = 0;                 // the evaluator's: effective offset
};

struct VectorSelector : Expr {
  static constexpr ExprKind kKind = ExprKind::kVectorSelector;
  VectorSelector() : Expr(kKind) {}
  std::string name;                      // the metric name before the braces; may be empty
  std::vector<model::Matcher> matchers;  // all, the one for `name` last
  TimeModifiers time;
  bool anchored = false;
  bool smoothed = false;
  bool bypass_empty_matcher_check = false;  // the second argument of info()
  bool skip_histogram_buckets = false;      // the evaluator's: only count and sum are needed
};

struct MatrixSelector : Expr {
  static constexpr ExprKind kKind = ExprKind::kMatrixSelector;
  MatrixSelector() : Expr(kKind) {}
  std::unique_ptr<VectorSelector> selector;  // holds the offset, @ and anchored or smoothed
  int64_t range_ms = 0;
  std::unique_ptr<DurationExpr> range_expr;  // when set, range_ms is for the evaluator to fill
};

struct SubqueryExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kSubquery;
  SubqueryExpr() : Expr(kKind) {}
  ExprPtr expr;
  int64_t range_ms = 0;
  std::unique_ptr<DurationExpr> range_expr;
  int64_t step_ms = 0;  // 0: the default step
  std::unique_ptr<DurationExpr> step_expr;
  TimeModifiers time;
};

struct AggregateExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kAggregate;
  AggregateExpr() : Expr(kKind) {}
  AggregateOp op = AggregateOp::kSum;
  ExprPtr expr;
  ExprPtr param;  // null unless the operator takes one
  std::vector<std::string> grouping;
  bool without = false;
};

enum class MatchCardinality : uint8_t { kOneToOne, kManyToOne, kOneToMany, kManyToMany };
// "one-to-one", "many-to-one", …
std::string_view MatchCardinalityName(MatchCardinality card);

struct VectorMatching {
  MatchCardinality card = MatchCardinality::kOneToOne;
  std::vector<std::string> labels;
  bool on = false;                   // match on `labels`; else on all but these
  std::vector<std::string> include;  // of group_left() or group_right()
  std::optional<double> fill_left;
  std::optional<double> fill_right;
};

struct BinaryExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kBinary;
  BinaryExpr() : Expr(kKind) {}
  BinaryOp op = BinaryOp::kAdd;
  ExprPtr lhs;
  ExprPtr rhs;
  std::optional<VectorMatching> matching;  // set if and only if both sides are instant vectors
  bool return_bool = false;
};

struct UnaryExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kUnary;
  UnaryExpr() : Expr(kKind) {}
  UnaryOp op = UnaryOp::kPlus;
  ExprPtr expr;
};

struct ParenExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kParen;
  ParenExpr() : Expr(kKind) {}
  ExprPtr expr;
};

struct Call : Expr {
  static constexpr ExprKind kKind = ExprKind::kCall;
  Call() : Expr(kKind) {}
  const Function* function = nullptr;  // never null in a parsed tree; static storage
  std::vector<ExprPtr> args;
};

// Wraps what has the same value at every step. The parser never makes one; it is the evaluator's.
struct StepInvariantExpr : Expr {
  static constexpr ExprKind kKind = ExprKind::kStepInvariant;
  StepInvariantExpr() : Expr(kKind) {}
  ExprPtr expr;
};

}  // namespace sb::promql
