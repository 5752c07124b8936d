// SPDX-License-Identifier: Apache-2.0
#include "query/promql/walk.h"

#include <bit>
#include <cmath>

namespace sb::promql {
namespace {

ExprPtr CloneOrNull(const ExprPtr& expr) {
  return expr == nullptr ? nullptr : Clone(*expr);
}

TimeModifiers CloneModifiers(const TimeModifiers& time) {
  TimeModifiers copy;
  copy.original_offset_ms = time.original_offset_ms;
  copy.offset_expr = CloneDuration(time.offset_expr.get());
  copy.at_ms = time.at_ms;
  copy.at_anchor = time.at_anchor;
  copy.offset_ms = time.offset_ms;
  return copy;
}

ExprPtr CloneNode(const NumberLiteral& from) {
  auto copy = std::make_unique<NumberLiteral>();
  copy->value = from.value;
  copy->duration = from.duration;
  return copy;
}

ExprPtr CloneNode(const StringLiteral& from) {
  auto copy = std::make_unique<StringLiteral>();
  copy->value = from.value;
  return copy;
}

std::unique_ptr<VectorSelector> CloneSelector(const VectorSelector& from) {
  auto copy = std::make_unique<VectorSelector>();
  copy->range = from.range;
  copy->height = from.height;
  copy->name = from.name;
  copy->matchers = from.matchers;
  copy->time = CloneModifiers(from.time);
  copy->anchored = from.anchored;
  copy->smoothed = from.smoothed;
  copy->bypass_empty_matcher_check = from.bypass_empty_matcher_check;
  copy->skip_histogram_buckets = from.skip_histogram_buckets;
  return copy;
}

ExprPtr CloneNode(const MatrixSelector& from) {
  auto copy = std::make_unique<MatrixSelector>();
  copy->selector = CloneSelector(*from.selector);
  copy->range_ms = from.range_ms;
  copy->range_expr = CloneDuration(from.range_expr.get());
  return copy;
}

ExprPtr CloneNode(const SubqueryExpr& from) {
  auto copy = std::make_unique<SubqueryExpr>();
  copy->expr = Clone(*from.expr);
  copy->range_ms = from.range_ms;
  copy->range_expr = CloneDuration(from.range_expr.get());
  copy->step_ms = from.step_ms;
  copy->step_expr = CloneDuration(from.step_expr.get());
  copy->time = CloneModifiers(from.time);
  return copy;
}

ExprPtr CloneNode(const AggregateExpr& from) {
  auto copy = std::make_unique<AggregateExpr>();
  copy->op = from.op;
  copy->expr = Clone(*from.expr);
  copy->param = CloneOrNull(from.param);
  copy->grouping = from.grouping;
  copy->without = from.without;
  return copy;
}

ExprPtr CloneNode(const BinaryExpr& from) {
  auto copy = std::make_unique<BinaryExpr>();
  copy->op = from.op;
  copy->lhs = Clone(*from.lhs);
  copy->rhs = Clone(*from.rhs);
  copy->matching = from.matching;
  copy->return_bool = from.return_bool;
  return copy;
}

ExprPtr CloneNode(const UnaryExpr& from) {
  auto copy = std::make_unique<UnaryExpr>();
  copy->op = from.op;
  copy->expr = Clone(*from.expr);
  return copy;
}

ExprPtr CloneNode(const ParenExpr& from) {
  auto copy = std::make_unique<ParenExpr>();
  copy->expr = Clone(*from.expr);
  return copy;
}

ExprPtr CloneNode(const Call& from) {
  auto copy = std::make_unique<Call>();
  copy->function = from.function;
  for (const ExprPtr& arg : from.args) {
    copy->args.push_back(Clone(*arg));
  }
  return copy;
}

ExprPtr CloneNode(const StepInvariantExpr& from) {
  auto copy = std::make_unique<StepInvariantExpr>();
  copy->expr = Clone(*from.expr);
  return copy;
}

ExprPtr CloneWithoutRange(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kNumberLiteral:
      return CloneNode(As<NumberLiteral>(expr));
    case ExprKind::kStringLiteral:
      return CloneNode(As<StringLiteral>(expr));
    case ExprKind::kVectorSelector:
      return CloneSelector(As<VectorSelector>(expr));
    case ExprKind::kMatrixSelector:
      return CloneNode(As<MatrixSelector>(expr));
    case ExprKind::kSubquery:
      return CloneNode(As<SubqueryExpr>(expr));
    case ExprKind::kAggregate:
      return CloneNode(As<AggregateExpr>(expr));
    case ExprKind::kBinary:
      return CloneNode(As<BinaryExpr>(expr));
    case ExprKind::kUnary:
      return CloneNode(As<UnaryExpr>(expr));
    case ExprKind::kParen:
      return CloneNode(As<ParenExpr>(expr));
    case ExprKind::kCall:
      return CloneNode(As<Call>(expr));
    case ExprKind::kDuration:
      return CloneDuration(&As<DurationExpr>(expr));
    case ExprKind::kStepInvariant:
      return CloneNode(As<StepInvariantExpr>(expr));
  }
  return nullptr;
}

bool SameNumber(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameOptionalNumber(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a.has_value() || SameNumber(*a, *b));
}

bool SameMaybe(const Expr* a, const Expr* b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || SameTree(*a, *b));
}

bool SameModifiers(const TimeModifiers& a, const TimeModifiers& b) {
  return a.original_offset_ms == b.original_offset_ms &&
         SameMaybe(a.offset_expr.get(), b.offset_expr.get()) && a.at_ms == b.at_ms &&
         a.at_anchor == b.at_anchor;
}

// Matchers are printed sorted, so their order is no part of the tree.
bool SameMatchers(const std::vector<model::Matcher>& a, const std::vector<model::Matcher>& b) {
  if (a.size() != b.size()) {
    return false;
  }
  std::vector<bool> used(b.size(), false);
  for (const model::Matcher& wanted : a) {
    size_t i = 0;
    while (i < b.size() && (used[i] || !(b[i] == wanted))) {
      ++i;
    }
    if (i == b.size()) {
      return false;
    }
    used[i] = true;
  }
  return true;
}

bool SameNode(const VectorSelector& a, const VectorSelector& b) {
  return a.name == b.name && SameMatchers(a.matchers, b.matchers) &&
         SameModifiers(a.time, b.time) && a.anchored == b.anchored && a.smoothed == b.smoothed;
}

bool SameNode(const MatrixSelector& a, const MatrixSelector& b) {
  return SameNode(*a.selector, *b.selector) && a.range_ms == b.range_ms &&
         SameMaybe(a.range_expr.get(), b.range_expr.get());
}

bool SameNode(const SubqueryExpr& a, const SubqueryExpr& b) {
  return SameTree(*a.expr, *b.expr) && a.range_ms == b.range_ms && a.step_ms == b.step_ms &&
         SameMaybe(a.range_expr.get(), b.range_expr.get()) &&
         SameMaybe(a.step_expr.get(), b.step_expr.get()) && SameModifiers(a.time, b.time);
}

bool SameNode(const AggregateExpr& a, const AggregateExpr& b) {
  return a.op == b.op && a.without == b.without && a.grouping == b.grouping &&
         SameTree(*a.expr, *b.expr) && SameMaybe(a.param.get(), b.param.get());
}

bool SameMatching(const std::optional<VectorMatching>& a, const std::optional<VectorMatching>& b) {
  if (!a.has_value() || !b.has_value()) {
    return a.has_value() == b.has_value();
  }
  return a->card == b->card && a->labels == b->labels && a->on == b->on &&
         a->include == b->include && SameOptionalNumber(a->fill_left, b->fill_left) &&
         SameOptionalNumber(a->fill_right, b->fill_right);
}

bool SameNode(const BinaryExpr& a, const BinaryExpr& b) {
  return a.op == b.op && a.return_bool == b.return_bool && SameMatching(a.matching, b.matching) &&
         SameTree(*a.lhs, *b.lhs) && SameTree(*a.rhs, *b.rhs);
}

bool SameNode(const Call& a, const Call& b) {
  if (a.function != b.function || a.args.size() != b.args.size()) {
    return false;
  }
  for (size_t i = 0; i < a.args.size(); ++i) {
    if (!SameTree(*a.args[i], *b.args[i])) {
      return false;
    }
  }
  return true;
}

bool SameNode(const DurationExpr& a, const DurationExpr& b) {
  return a.op == b.op && a.wrapped == b.wrapped && SameMaybe(a.lhs.get(), b.lhs.get()) &&
         SameMaybe(a.rhs.get(), b.rhs.get());
}

}  // namespace

std::unique_ptr<DurationExpr> CloneDuration(const DurationExpr* maybe_expr) {
  if (maybe_expr == nullptr) {
    return nullptr;
  }
  auto copy = std::make_unique<DurationExpr>();
  copy->range = maybe_expr->range;
  copy->height = maybe_expr->height;
  copy->op = maybe_expr->op;
  copy->lhs = CloneOrNull(maybe_expr->lhs);
  copy->rhs = CloneOrNull(maybe_expr->rhs);
  copy->wrapped = maybe_expr->wrapped;
  return copy;
}

ExprPtr Clone(const Expr& expr) {
  ExprPtr copy = CloneWithoutRange(expr);
  copy->range = expr.range;
  copy->height = expr.height;
  return copy;
}

bool SameTree(const Expr& a, const Expr& b) {
  if (a.kind != b.kind) {
    return false;
  }
  switch (a.kind) {
    case ExprKind::kNumberLiteral:
      return SameNumber(As<NumberLiteral>(a).value, As<NumberLiteral>(b).value) &&
             As<NumberLiteral>(a).duration == As<NumberLiteral>(b).duration;
    case ExprKind::kStringLiteral:
      return As<StringLiteral>(a).value == As<StringLiteral>(b).value;
    case ExprKind::kVectorSelector:
      return SameNode(As<VectorSelector>(a), As<VectorSelector>(b));
    case ExprKind::kMatrixSelector:
      return SameNode(As<MatrixSelector>(a), As<MatrixSelector>(b));
    case ExprKind::kSubquery:
      return SameNode(As<SubqueryExpr>(a), As<SubqueryExpr>(b));
    case ExprKind::kAggregate:
      return SameNode(As<AggregateExpr>(a), As<AggregateExpr>(b));
    case ExprKind::kBinary:
      return SameNode(As<BinaryExpr>(a), As<BinaryExpr>(b));
    case ExprKind::kUnary:
      return As<UnaryExpr>(a).op == As<UnaryExpr>(b).op &&
             SameTree(*As<UnaryExpr>(a).expr, *As<UnaryExpr>(b).expr);
    case ExprKind::kParen:
      return SameTree(*As<ParenExpr>(a).expr, *As<ParenExpr>(b).expr);
    case ExprKind::kCall:
      return SameNode(As<Call>(a), As<Call>(b));
    case ExprKind::kDuration:
      return SameNode(As<DurationExpr>(a), As<DurationExpr>(b));
    case ExprKind::kStepInvariant:
      return SameTree(*As<StepInvariantExpr>(a).expr, *As<StepInvariantExpr>(b).expr);
  }
  return false;
}

const Expr& Unwrapped(const Expr& expr) {
  const Expr* at = &expr;
  while (true) {
    if (const auto* paren = TryAs<ParenExpr>(at)) {
      at = paren->expr.get();
    } else if (const auto* invariant = TryAs<StepInvariantExpr>(at)) {
      at = invariant->expr.get();
    } else {
      return *at;
    }
  }
}

std::vector<const VectorSelector*> Selectors(const Expr& expr) {
  std::vector<const VectorSelector*> selectors;
  Inspect(expr, [&](const Expr& node, const ExprPath&) {
    if (const auto* selector = TryAs<VectorSelector>(&node)) {
      selectors.push_back(selector);
    }
  });
  return selectors;
}

}  // namespace sb::promql
