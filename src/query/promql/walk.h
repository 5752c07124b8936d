// SPDX-License-Identifier: Apache-2.0
//
// Walking a syntax tree, depth first, parents before children. Children come in the order of the
// reference: an aggregation's expression before its parameter; a matrix selector's child is its
// vector selector; duration expressions are no children.
//
//   Inspect(*expr, [&](const Expr& node, const ExprPath& path) { … });   // path: root first
#pragma once

#include <vector>

#include "query/promql/ast.h"

namespace sb::promql {

using ExprPath = std::vector<const Expr*>;

// Calls fn(child) with each direct child, as Expr& or const Expr& as `expr` is.
template <typename E, typename Fn>
void ForEachChild(E& expr, Fn&& fn);

// fn(node, path) for every node; `path` holds the ancestors, the root first.
template <typename Fn>
void Inspect(const Expr& expr, Fn&& fn);

// fn(node) for every node, which fn may change but not replace.
template <typename Fn>
void InspectMutable(Expr& expr, Fn&& fn);

// Deep copy, positions and the evaluator's fields included.
ExprPtr Clone(const Expr& expr);
std::unique_ptr<DurationExpr> CloneDuration(const DurationExpr* maybe_expr);

// The same tree but for positions and the evaluator's fields.
bool SameTree(const Expr& a, const Expr& b);

// Without the parentheses and step-invariant wrappers around it.
const Expr& Unwrapped(const Expr& expr);

// The matchers of every vector selector, in the order of the text.
std::vector<const VectorSelector*> Selectors(const Expr& expr);

// ---------------------------------------------------------------------------------------------

namespace internal {

template <typename E, typename T>
using LikeConst = std::conditional_t<std::is_const_v<E>, const T, T>;

template <typename T, typename E>
LikeConst<E, T>& Cast(E& expr) {
  return static_cast<LikeConst<E, T>&>(expr);
}

template <typename Fn>
void InspectFrom(const Expr& expr, ExprPath& path, Fn& fn) {
  fn(expr, static_cast<const ExprPath&>(path));
  path.push_back(&expr);
  ForEachChild(expr, [&](const Expr& child) { InspectFrom(child, path, fn); });
  path.pop_back();
}

}  // namespace internal

template <typename E, typename Fn>
void ForEachChild(E& expr, Fn&& fn) {
  using internal::Cast;
  using Ref = internal::LikeConst<E, Expr>&;
  auto call = [&](const ExprPtr& child) {
    if (child != nullptr) {
      fn(static_cast<Ref>(*child));
    }
  };
  switch (expr.kind) {
    case ExprKind::kAggregate:
      call(Cast<AggregateExpr>(expr).expr);
      call(Cast<AggregateExpr>(expr).param);
      return;
    case ExprKind::kBinary:
      call(Cast<BinaryExpr>(expr).lhs);
      call(Cast<BinaryExpr>(expr).rhs);
      return;
    case ExprKind::kCall:
      for (const ExprPtr& arg : Cast<Call>(expr).args) {
        call(arg);
      }
      return;
    case ExprKind::kSubquery:
      return call(Cast<SubqueryExpr>(expr).expr);
    case ExprKind::kParen:
      return call(Cast<ParenExpr>(expr).expr);
    case ExprKind::kUnary:
      return call(Cast<UnaryExpr>(expr).expr);
    case ExprKind::kStepInvariant:
      return call(Cast<StepInvariantExpr>(expr).expr);
    case ExprKind::kMatrixSelector:
      fn(static_cast<Ref>(*Cast<MatrixSelector>(expr).selector));
      return;
    case ExprKind::kNumberLiteral:
    case ExprKind::kStringLiteral:
    case ExprKind::kVectorSelector:
    case ExprKind::kDuration:
      return;
  }
}

template <typename Fn>
void Inspect(const Expr& expr, Fn&& fn) {
  ExprPath path;
  internal::InspectFrom(expr, path, fn);
}

template <typename Fn>
void InspectMutable(Expr& expr, Fn&& fn) {
  fn(expr);
  ForEachChild(expr, [&](Expr& child) { InspectMutable(child, fn); });
}

}  // namespace sb::promql
