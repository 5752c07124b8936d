// SPDX-License-Identifier: Apache-2.0
//
// Durations in brackets and after `offset`. In brackets the whole arithmetic is allowed. After
// `offset` a literal, a sign with a literal, a call or a signed parenthesis ends the duration, so
// that `x offset 5m + y` and `x offset -2 ^ 2` are operations on vectors; only what starts with a
// parenthesis or with two signs goes on.
#include <optional>
#include <utility>

#include "query/promql/literals.h"
#include "query/promql/parser_internal.h"

namespace sb::promql {
namespace {

constexpr int kDurationPowPrecedence = 3;

struct DurationOpRule {
  DurationOp op;
  int precedence;
};

std::optional<DurationOpRule> DurationOpOf(TokenType type) {
  switch (type) {
    case TokenType::kAdd:
      return DurationOpRule{DurationOp::kAdd, 1};
    case TokenType::kSub:
      return DurationOpRule{DurationOp::kSub, 1};
    case TokenType::kMul:
      return DurationOpRule{DurationOp::kMul, 2};
    case TokenType::kDiv:
      return DurationOpRule{DurationOp::kDiv, 2};
    case TokenType::kMod:
      return DurationOpRule{DurationOp::kMod, 2};
    case TokenType::kPow:
      return DurationOpRule{DurationOp::kPow, kDurationPowPrecedence};
    default:
      return std::nullopt;
  }
}

bool IsSign(TokenType type) {
  return type == TokenType::kAdd || type == TokenType::kSub;
}

bool IsDurationCall(TokenType type) {
  return type == TokenType::kStep || type == TokenType::kRange || type == TokenType::kMinOf ||
         type == TokenType::kMaxOf;
}

bool IsUnwrappedBinary(const DurationExpr* maybe_expr) {
  return maybe_expr != nullptr && maybe_expr->op <= DurationOp::kPow && !maybe_expr->wrapped;
}

bool IsZero(const Expr& expr) {
  const auto* number = TryAs<NumberLiteral>(&expr);
  return number != nullptr && number->value == 0;
}

}  // namespace

ExprPtr Parser::ParseDurationExpr(int min_precedence) {
  const DepthScope depth(this);
  if (!depth.ok()) {
    return nullptr;
  }
  ExprPtr lhs = ParseDurationOperand();
  return lhs == nullptr ? nullptr : ParseDurationRest(std::move(lhs), min_precedence);
}

ExprPtr Parser::ParseDurationRest(ExprPtr lhs, int min_precedence) {
  while (lhs != nullptr) {
    const std::optional<DurationOpRule> rule = DurationOpOf(token_.type);
    if (!rule.has_value() || rule->precedence < min_precedence) {
      return lhs;
    }
    const PositionRange op_range = token_.range;
    Advance();
    ExprPtr rhs =
        ParseDurationExpr(rule->op == DurationOp::kPow ? rule->precedence : rule->precedence + 1);
    if (rhs == nullptr) {
      return nullptr;
    }
    lhs = MakeDurationBinary(rule->op, op_range, std::move(lhs), std::move(rhs));
  }
  return nullptr;
}

ExprPtr Parser::MakeDurationBinary(DurationOp op, PositionRange op_range, ExprPtr lhs,
                                   ExprPtr rhs) {
  if (op == DurationOp::kDiv && IsZero(*rhs)) {
    Fail(op_range, "division by zero");
  } else if (op == DurationOp::kMod && IsZero(*rhs)) {
    Fail(op_range, "modulo by zero");
  }
  auto duration = std::make_unique<DurationExpr>();
  duration->op = op;
  duration->range = MergeRanges(lhs->range, rhs->range);
  duration->lhs = std::move(lhs);
  duration->rhs = std::move(rhs);
  if (!LimitHeight(duration.get(), duration->lhs.get(), duration->rhs.get())) {
    return nullptr;
  }
  return duration;
}

ExprPtr Parser::ParseDurationOperand() {
  if (IsSign(token_.type)) {
    const Token sign = token_;
    Advance();
    ExprPtr expr = ParseDurationExpr(kDurationPowPrecedence);
    return expr == nullptr ? nullptr : ApplySign(sign, std::move(expr));
  }
  if (AtNumber()) {
    return ParseDurationLiteral();
  }
  if (IsDurationCall(token_.type)) {
    return ParseDurationCall();
  }
  if (At(TokenType::kLeftParen)) {
    return ParseDurationParen();
  }
  Unexpected();
  return nullptr;
}

ExprPtr Parser::ParseDurationLiteral() {
  auto number = std::make_unique<NumberLiteral>();
  number->range = token_.range;
  number->duration = At(TokenType::kDuration);
  number->value = TakeNumber();
  if (!DurationSecondsInRange(number->value)) {
    Fail(number->range, "duration out of range");
    number->value = 0;  // what follows the error may convert it
  }
  return number;
}

ExprPtr Parser::ParseDurationCall() {
  auto call = std::make_unique<DurationExpr>();
  const Token name = token_;
  Advance();
  if (!Expect(TokenType::kLeftParen)) {
    return nullptr;
  }
  if (name.type == TokenType::kMinOf || name.type == TokenType::kMaxOf) {
    call->op = name.type == TokenType::kMinOf ? DurationOp::kMinOf : DurationOp::kMaxOf;
    call->lhs = ParseDurationExpr(0);
    if (call->lhs == nullptr || !Expect(TokenType::kComma)) {
      return nullptr;
    }
    call->rhs = ParseDurationExpr(0);
    if (call->rhs == nullptr) {
      return nullptr;
    }
  } else {
    call->op = name.type == TokenType::kStep ? DurationOp::kStep : DurationOp::kRange;
  }
  if (!Expect(TokenType::kRightParen)) {
    return nullptr;
  }
  call->range = From(name.range.start);
  if (!LimitHeight(call.get(), call->lhs.get(), call->rhs.get())) {
    return nullptr;
  }
  return call;
}

// A literal has no mark for its parentheses, so it is wrapped in a plus sign that is not printed.
ExprPtr Parser::ParseDurationParen() {
  const int32_t start = token_.range.start;
  Advance();
  ExprPtr inner = ParseDurationExpr(0);
  if (inner == nullptr || !Expect(TokenType::kRightParen)) {
    return nullptr;
  }
  if (auto* duration = TryAs<DurationExpr>(inner.get())) {
    duration->wrapped = true;
    return inner;
  }
  auto wrapper = std::make_unique<DurationExpr>();
  wrapper->op = DurationOp::kPlus;
  wrapper->wrapped = true;
  wrapper->range = From(start);
  wrapper->rhs = std::move(inner);
  if (!LimitHeight(wrapper.get(), wrapper->rhs.get())) {
    return nullptr;
  }
  return wrapper;
}

// Literals take the sign themselves; a plus before anything else changes nothing.
ExprPtr Parser::ApplySign(const Token& sign, ExprPtr expr) {
  const bool negative = sign.type == TokenType::kSub;
  if (auto* number = TryAs<NumberLiteral>(expr.get())) {
    number->value = negative ? -number->value : number->value;
    number->range.start = sign.range.start;
    return expr;
  }
  if (!negative) {
    return expr;
  }
  auto duration = std::make_unique<DurationExpr>();
  duration->op = DurationOp::kMinus;
  duration->range = MergeRanges(sign.range, expr->range);
  duration->rhs = std::move(expr);
  if (!LimitHeight(duration.get(), duration->rhs.get())) {
    return nullptr;
  }
  return duration;
}

ExprPtr Parser::ParsePositiveDuration() {
  ExprPtr duration = ParseDurationExpr(0);
  const auto* number = TryAs<NumberLiteral>(duration.get());
  if (number == nullptr || error_.has_value()) {
    return duration;
  }
  // Less than a millisecond cannot be told from nothing.
  if (number->value <= 0 || SecondsToMs(number->value) <= 0) {
    Fail(number->range, "duration must be greater than 0");
  }
  return duration;
}

ExprPtr Parser::ParseOffsetDuration() {
  if (IsSign(token_.type)) {
    return ParseSignedOffsetDuration();
  }
  if (AtNumber()) {
    return ParseDurationLiteral();
  }
  if (IsDurationCall(token_.type)) {
    return ParseDurationCall();
  }
  return ParseDurationExpr(0);
}

ExprPtr Parser::ParseSignedOffsetDuration() {
  const Token sign = token_;
  Advance();
  ExprPtr expr;
  if (!IsSign(token_.type)) {
    expr = ParseDurationOperand();
    return expr == nullptr ? nullptr : ApplySign(sign, std::move(expr));
  }
  expr = ParseDurationExpr(kDurationPowPrecedence);
  if (expr == nullptr) {
    return nullptr;
  }
  expr = ApplySign(sign, std::move(expr));
  expr = expr == nullptr ? nullptr : ParseDurationRest(std::move(expr), 0);
  // Without parentheses the printed text would end earlier when it is parsed again.
  if (auto* duration = TryAs<DurationExpr>(expr.get()); IsUnwrappedBinary(duration)) {
    duration->wrapped = true;
  } else if (duration != nullptr && duration->op == DurationOp::kMinus &&
             IsUnwrappedBinary(TryAs<DurationExpr>(duration->rhs.get()))) {
    duration->wrapped = true;
  }
  return expr;
}

}  // namespace sb::promql
