// SPDX-License-Identifier: Apache-2.0
//
// Operators, calls, aggregations and literals.
#include <optional>
#include <utility>

#include "model/label_name.h"
#include "query/promql/literals.h"
#include "query/promql/parser_internal.h"

namespace sb::promql {
namespace {

// Binding strength, the weakest first. A sign binds like a multiplication: -1^2 is -(1^2).
constexpr int kPowPrecedence = 6;

struct BinaryOpRule {
  BinaryOp op;
  int precedence;
};

std::optional<BinaryOpRule> BinaryOpOf(TokenType type) {
  switch (type) {
    case TokenType::kOr:
      return BinaryOpRule{BinaryOp::kOr, 1};
    case TokenType::kAnd:
      return BinaryOpRule{BinaryOp::kAnd, 2};
    case TokenType::kUnless:
      return BinaryOpRule{BinaryOp::kUnless, 2};
    case TokenType::kEqual:
      return BinaryOpRule{BinaryOp::kEqual, 3};
    case TokenType::kNotEqual:
      return BinaryOpRule{BinaryOp::kNotEqual, 3};
    case TokenType::kGreater:
      return BinaryOpRule{BinaryOp::kGreater, 3};
    case TokenType::kLess:
      return BinaryOpRule{BinaryOp::kLess, 3};
    case TokenType::kGreaterOrEqual:
      return BinaryOpRule{BinaryOp::kGreaterOrEqual, 3};
    case TokenType::kLessOrEqual:
      return BinaryOpRule{BinaryOp::kLessOrEqual, 3};
    case TokenType::kTrimUpper:
      return BinaryOpRule{BinaryOp::kTrimUpper, 3};
    case TokenType::kTrimLower:
      return BinaryOpRule{BinaryOp::kTrimLower, 3};
    case TokenType::kAdd:
      return BinaryOpRule{BinaryOp::kAdd, 4};
    case TokenType::kSub:
      return BinaryOpRule{BinaryOp::kSub, 4};
    case TokenType::kMul:
      return BinaryOpRule{BinaryOp::kMul, 5};
    case TokenType::kDiv:
      return BinaryOpRule{BinaryOp::kDiv, 5};
    case TokenType::kMod:
      return BinaryOpRule{BinaryOp::kMod, 5};
    case TokenType::kAtan2:
      return BinaryOpRule{BinaryOp::kAtan2, 5};
    case TokenType::kPow:
      return BinaryOpRule{BinaryOp::kPow, kPowPrecedence};
    default:
      return std::nullopt;
  }
}

AggregateOp AggregateOpOf(TokenType type) {
  // Both enumerations list the aggregations by name.
  const int i = static_cast<int>(type) - static_cast<int>(TokenType::kAvg);
  return static_cast<AggregateOp>(i);
}
static_assert(static_cast<int>(TokenType::kTopk) - static_cast<int>(TokenType::kAvg) ==
              static_cast<int>(AggregateOp::kTopk));

bool StartsExpression(TokenType type) {
  switch (type) {
    case TokenType::kNumber:
    case TokenType::kDuration:
    case TokenType::kString:
    case TokenType::kLeftParen:
    case TokenType::kLeftBrace:
    case TokenType::kAdd:
    case TokenType::kSub:
      return true;
    default:
      return IsMetricWord(type);
  }
}

}  // namespace

bool IsMetricWord(TokenType type) {
  switch (type) {
    case TokenType::kIdentifier:
    case TokenType::kMetricIdentifier:
    case TokenType::kAnd:
    case TokenType::kOr:
    case TokenType::kUnless:
    case TokenType::kBy:
    case TokenType::kWithout:
    case TokenType::kOffset:
    case TokenType::kAnchored:
    case TokenType::kSmoothed:
    case TokenType::kFill:
    case TokenType::kFillLeft:
    case TokenType::kFillRight:
      return true;
    default:
      return IsAggregator(type) || IsFunctionWord(type);
  }
}

bool IsLabelWord(TokenType type) {
  return IsMetricWord(type) || IsKeyword(type) || type == TokenType::kAtan2;
}

ExprPtr Parser::ParseBinary(int min_precedence) {
  const DepthScope depth(this);
  if (!depth.ok()) {
    return nullptr;
  }
  ExprPtr lhs = ParseUnary();
  while (lhs != nullptr) {
    const std::optional<BinaryOpRule> rule = BinaryOpOf(token_.type);
    if (!rule.has_value() || rule->precedence < min_precedence) {
      return lhs;
    }
    Advance();
    lhs = ParseBinaryRest(std::move(lhs), rule->op, rule->precedence);
  }
  return nullptr;
}

ExprPtr Parser::ParseBinaryRest(ExprPtr lhs, BinaryOp op, int precedence) {
  auto binary = std::make_unique<BinaryExpr>();
  binary->op = op;
  binary->matching.emplace();
  if (!ParseBinaryModifiers(binary.get())) {
    return nullptr;
  }
  // Only the power associates to the right.
  ExprPtr rhs = ParseBinary(op == BinaryOp::kPow ? precedence : precedence + 1);
  if (rhs == nullptr) {
    return nullptr;
  }
  binary->range = MergeRanges(lhs->range, rhs->range);
  binary->lhs = std::move(lhs);
  binary->rhs = std::move(rhs);
  if (!LimitHeight(binary.get(), binary->lhs.get(), binary->rhs.get())) {
    return nullptr;
  }
  return binary;
}

bool Parser::ParseBinaryModifiers(BinaryExpr* binary) {
  VectorMatching& matching = *binary->matching;
  binary->return_bool = TakeIf(TokenType::kBool);
  if (At(TokenType::kOn) || At(TokenType::kIgnoring)) {
    matching.on = At(TokenType::kOn);
    Advance();
    if (!ParseGroupingLabels(&matching.labels)) {
      return false;
    }
    if (At(TokenType::kGroupLeft) || At(TokenType::kGroupRight)) {
      matching.card =
          At(TokenType::kGroupLeft) ? MatchCardinality::kManyToOne : MatchCardinality::kOneToMany;
      Advance();
      if (At(TokenType::kLeftParen) && !ParseGroupingLabels(&matching.include)) {
        return false;
      }
    }
  }
  return ParseFill(&matching);
}

bool Parser::ParseFill(VectorMatching* matching) {
  double value = 0;
  if (TakeIf(TokenType::kFill)) {
    if (!ParseFillValue(&value)) {
      return false;
    }
    matching->fill_left = value;
    matching->fill_right = value;
    return true;
  }
  for (int i = 0; i < 2; ++i) {
    const bool left = At(TokenType::kFillLeft) && !matching->fill_left.has_value();
    const bool right = At(TokenType::kFillRight) && !matching->fill_right.has_value();
    if (!left && !right) {
      break;
    }
    Advance();
    if (!ParseFillValue(&value)) {
      return false;
    }
    (left ? matching->fill_left : matching->fill_right) = value;
  }
  return true;
}

bool Parser::ParseFillValue(double* value) {
  if (!Expect(TokenType::kLeftParen)) {
    return false;
  }
  const bool negative = At(TokenType::kSub);
  if (negative || At(TokenType::kAdd)) {
    Advance();
  }
  if (!AtNumber()) {
    return Unexpected();
  }
  const double number = TakeNumber();
  *value = negative ? -number : number;
  return Expect(TokenType::kRightParen);
}

ExprPtr Parser::ParseUnary() {
  if (!At(TokenType::kAdd) && !At(TokenType::kSub)) {
    ExprPtr primary = ParsePrimary();
    return primary == nullptr ? nullptr : ParsePostfix(std::move(primary));
  }
  const Token sign = token_;
  Advance();
  ExprPtr expr = ParseBinary(kPowPrecedence);
  if (expr == nullptr) {
    return nullptr;
  }
  if (auto* number = TryAs<NumberLiteral>(expr.get())) {
    number->value = sign.type == TokenType::kSub ? -number->value : number->value;
    number->range.start = sign.range.start;
    return expr;
  }
  auto unary = std::make_unique<UnaryExpr>();
  unary->op = sign.type == TokenType::kSub ? UnaryOp::kMinus : UnaryOp::kPlus;
  unary->range = MergeRanges(sign.range, expr->range);
  unary->expr = std::move(expr);
  if (!LimitHeight(unary.get(), unary->expr.get())) {
    return nullptr;
  }
  return unary;
}

ExprPtr Parser::ParsePrimary() {
  switch (token_.type) {
    case TokenType::kNumber:
    case TokenType::kDuration:
      return ParseNumberLiteral();
    case TokenType::kString:
      return ParseStringLiteral();
    case TokenType::kLeftParen:
      return ParseParen();
    case TokenType::kLeftBrace:
      return ParseSelector(nullptr);
    default:
      return ParseWord();
  }
}

// A call, an aggregation or a metric: what follows the word decides, since all words but a few name
// metrics too.
ExprPtr Parser::ParseWord() {
  const Token word = token_;
  if (!IsMetricWord(word.type)) {
    Unexpected();
    return nullptr;
  }
  Advance();
  const bool callable = word.type == TokenType::kIdentifier || IsFunctionWord(word.type);
  if (callable && At(TokenType::kLeftParen)) {
    return ParseCall(word);
  }
  if (IsAggregator(word.type) &&
      (At(TokenType::kLeftParen) || At(TokenType::kBy) || At(TokenType::kWithout))) {
    return ParseAggregate(word);
  }
  return ParseSelector(&word);
}

ExprPtr Parser::ParseNumberLiteral() {
  auto number = std::make_unique<NumberLiteral>();
  number->range = token_.range;
  number->duration = At(TokenType::kDuration);
  number->value = TakeNumber();
  return number;
}

ExprPtr Parser::ParseStringLiteral() {
  auto literal = std::make_unique<StringLiteral>();
  literal->range = token_.range;
  literal->value = UnquoteString(token_.text);
  Advance();
  return literal;
}

ExprPtr Parser::ParseParen() {
  const int32_t start = token_.range.start;
  Advance();
  auto paren = std::make_unique<ParenExpr>();
  paren->expr = ParseBinary(0);
  if (paren->expr == nullptr || !Expect(TokenType::kRightParen)) {
    return nullptr;
  }
  paren->range = From(start);
  if (!LimitHeight(paren.get(), paren->expr.get())) {
    return nullptr;
  }
  return paren;
}

ExprPtr Parser::ParseCall(const Token& name) {
  auto call = std::make_unique<Call>();
  if (!ParseArguments(&call->args)) {
    return nullptr;
  }
  call->range = From(name.range.start);
  std::string lower(name.text);
  if (name.type != TokenType::kIdentifier) {
    for (char& c : lower) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  call->function = FindFunction(lower);
  if (call->function == nullptr) {
    Fail(name.range, "unknown function with name " + model::QuoteString(name.text));
  }
  for (const ExprPtr& arg : call->args) {
    if (!LimitHeight(call.get(), arg.get())) {
      return nullptr;
    }
  }
  return call;
}

bool Parser::ParseArguments(std::vector<ExprPtr>* args) {
  if (!Expect(TokenType::kLeftParen)) {
    return false;
  }
  if (TakeIf(TokenType::kRightParen)) {
    return true;
  }
  while (true) {
    ExprPtr arg = ParseBinary(0);
    if (arg == nullptr) {
      return false;
    }
    args->push_back(std::move(arg));
    if (!At(TokenType::kComma)) {
      return Expect(TokenType::kRightParen);
    }
    const PositionRange comma = token_.range;
    Advance();
    if (!StartsExpression(token_.type)) {
      if (!At(TokenType::kError)) {
        Fail(comma, "trailing commas not allowed in function call args");
      }
      return Unexpected();
    }
  }
}

ExprPtr Parser::ParseAggregate(const Token& name) {
  const ContextScope context(this, {"aggregation", ""});
  auto aggregate = std::make_unique<AggregateExpr>();
  aggregate->op = AggregateOpOf(name.type);
  aggregate->range = name.range;
  bool modified = false;
  if (!At(TokenType::kLeftParen)) {
    modified = true;
    if (!ParseAggregateModifier(aggregate.get())) {
      return nullptr;
    }
  }
  std::vector<ExprPtr> args;
  if (!ParseArguments(&args)) {
    return nullptr;
  }
  if (!modified && (At(TokenType::kBy) || At(TokenType::kWithout)) &&
      !ParseAggregateModifier(aggregate.get())) {
    return nullptr;
  }
  aggregate->range.end = last_end_;
  return FinishAggregate(std::move(aggregate), std::move(args));
}

bool Parser::ParseAggregateModifier(AggregateExpr* aggregate) {
  aggregate->without = At(TokenType::kWithout);
  Advance();
  return ParseGroupingLabels(&aggregate->grouping);
}

ExprPtr Parser::FinishAggregate(std::unique_ptr<AggregateExpr> aggregate,
                                std::vector<ExprPtr> args) {
  const size_t wanted = HasParameter(aggregate->op) ? 2 : 1;
  if (args.empty()) {
    Fail(aggregate->range, "no arguments for aggregate expression provided");
  } else if (args.size() != wanted) {
    Fail(aggregate->range,
         "wrong number of arguments for aggregate expression provided, expected " +
             std::to_string(wanted) + ", got " + std::to_string(args.size()));
  }
  if (args.size() != wanted) {
    return nullptr;
  }
  aggregate->expr = std::move(args.back());
  if (wanted == 2) {
    aggregate->param = std::move(args.front());
  }
  if (!LimitHeight(aggregate.get(), aggregate->expr.get(), aggregate->param.get())) {
    return nullptr;
  }
  return aggregate;
}

bool Parser::ParseGroupingLabels(std::vector<std::string>* labels) {
  if (!At(TokenType::kLeftParen)) {
    return Unexpected("grouping opts", "\"(\"");
  }
  Advance();
  if (TakeIf(TokenType::kRightParen)) {
    return true;
  }
  while (true) {
    if (!ParseGroupingLabel(labels)) {
      return false;
    }
    if (TakeIf(TokenType::kRightParen)) {
      return true;
    }
    if (!TakeIf(TokenType::kComma)) {
      return Unexpected("grouping opts", "\",\" or \")\"");
    }
    if (TakeIf(TokenType::kRightParen)) {
      return true;
    }
  }
}

bool Parser::ParseGroupingLabel(std::vector<std::string>* labels) {
  std::string name;
  if (At(TokenType::kString)) {
    name = UnquoteString(token_.text);
  } else if (IsLabelWord(token_.type)) {
    name = std::string(token_.text);
  } else {
    return Unexpected("grouping opts", "label");
  }
  if (name.empty() || !model::IsValidUtf8(name)) {
    Fail(token_.range, "invalid label name for grouping: " + model::QuoteString(name));
  }
  Advance();
  labels->push_back(std::move(name));
  return true;
}

}  // namespace sb::promql
