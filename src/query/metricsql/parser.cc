// SPDX-License-Identifier: Apache-2.0
//
// Operators, calls and aggregations.
#include "query/metricsql/parser.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "query/metricsql/function_kind.h"
#include "query/metricsql/parser_internal.h"

namespace sb::metricsql {
namespace {

constexpr int kPowPrecedence = 9;

struct OpRule {
  std::string_view text;
  BinaryOp op;
  int precedence;
};
constexpr OpRule kOpRules[] = {{"default", BinaryOp::kDefault, 1},
                               {"if", BinaryOp::kIf, 2},
                               {"ifnot", BinaryOp::kIfNot, 2},
                               {"or", BinaryOp::kOr, 3},
                               {"and", BinaryOp::kAnd, 4},
                               {"unless", BinaryOp::kUnless, 4},
                               {"==", BinaryOp::kEqual, 6},
                               {"!=", BinaryOp::kNotEqual, 6},
                               {">", BinaryOp::kGreater, 6},
                               {"<", BinaryOp::kLess, 6},
                               {">=", BinaryOp::kGreaterOrEqual, 6},
                               {"<=", BinaryOp::kLessOrEqual, 6},
                               {"+", BinaryOp::kAdd, 7},
                               {"-", BinaryOp::kSub, 7},
                               {"*", BinaryOp::kMul, 8},
                               {"/", BinaryOp::kDiv, 8},
                               {"%", BinaryOp::kMod, 8},
                               {"atan2", BinaryOp::kAtan2, 8},
                               {"^", BinaryOp::kPow, kPowPrecedence}};

const OpRule* RuleOf(const Token& token) {
  for (const OpRule& rule : kOpRules) {
    if (token.Is(rule.text) || token.IsWord(rule.text)) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace

Parser::Parser(std::string_view query, std::vector<Token> tokens)
    : query_(query), own_tokens_(std::move(tokens)), tokens_(&own_tokens_) {
  DefineBuiltins();
}

bool Parser::TakeSymbol(std::string_view symbol) {
  const bool found = Now().Is(symbol);
  at_ += found ? 1 : 0;
  return found;
}

bool Parser::TakeWord(std::string_view lower) {
  const bool found = Now().IsWord(lower);
  at_ += found ? 1 : 0;
  return found;
}

base::Status Parser::Problem(std::string_view message) const {
  return ParseProblem(query_, Now().position, message);
}

base::Status Parser::Unexpected(std::string_view wanted) const {
  const Token& token = Now();
  const std::string what = token.kind == TokenKind::kEof ? "end of input"
                           : token.kind == TokenKind::kNumber || token.kind == TokenKind::kDuration
                               ? "number"
                               : "\"" + token.text + "\"";
  return Problem("unexpected " + what + ", expected " + std::string(wanted));
}

base::Status Parser::ExpectSymbol(std::string_view symbol) {
  return TakeSymbol(symbol) ? base::OkStatus() : Unexpected("\"" + std::string(symbol) + "\"");
}

base::Result<ExprPtr> Parser::ParseQuery() {
  SB_ASSIGN_OR_RETURN(ExprPtr expr, ParseBinary(0));
  if (Now().kind != TokenKind::kEof) {
    return Unexpected("an operator or the end of the query");
  }
  return expr;
}

Parser::Parsed Parser::ParseBinary(int min_precedence) {
  const DepthScope depth(this);
  if (!depth.ok()) {
    return Problem("the query is nested too deeply");
  }
  SB_ASSIGN_OR_RETURN(ExprPtr lhs, ParseUnary());
  while (true) {
    const OpRule* const rule = RuleOf(Now());
    if (rule == nullptr || rule->precedence < min_precedence) {
      return lhs;
    }
    const int32_t position = Now().position;
    ++at_;
    SB_ASSIGN_OR_RETURN(lhs, ParseBinaryRest(std::move(lhs), rule->op, rule->precedence, position));
  }
}

Parser::Parsed Parser::ParseBinaryRest(ExprPtr lhs, BinaryOp op, int precedence, int32_t position) {
  BinaryExpr binary;
  binary.op = op;
  SB_RETURN_IF_ERROR(ParseBinaryModifiers(&binary));
  SB_ASSIGN_OR_RETURN(binary.rhs, ParseBinary(op == BinaryOp::kPow ? precedence : precedence + 1));
  binary.lhs = std::move(lhs);
  binary.keep_metric_names = TakeWord("keep_metric_names");
  const auto* left = binary.lhs->As<StringExpr>();
  const auto* right = binary.rhs->As<StringExpr>();
  if (op == BinaryOp::kAdd && left != nullptr && right != nullptr) {
    return Make(StringExpr{left->value + right->value}, position);
  }
  return Make(std::move(binary), position);
}

base::Status Parser::ParseBinaryModifiers(BinaryExpr* binary) {
  if (TakeWord("bool")) {
    if (!IsComparison(binary->op)) {
      return Problem("bool may only follow a comparison");
    }
    binary->return_bool = true;
  }
  if (Now().IsWord("on") || Now().IsWord("ignoring")) {
    binary->on = Now().IsWord("on");
    ++at_;
    SB_RETURN_IF_ERROR(ParseNames(&binary->labels));
  }
  if (!Now().IsWord("group_left") && !Now().IsWord("group_right")) {
    return base::OkStatus();
  }
  if (IsSetOperator(binary->op)) {
    return Problem("group_left and group_right make no sense with a set operator");
  }
  binary->join = Now().IsWord("group_left") ? Join::kGroupLeft : Join::kGroupRight;
  ++at_;
  if (Now().Is("(")) {
    SB_RETURN_IF_ERROR(ParseNames(&binary->include));
  }
  if (TakeWord("prefix")) {
    if (Now().kind != TokenKind::kString) {
      return Unexpected("the prefix as a string");
    }
    binary->prefix = Now().text;
    ++at_;
  }
  return base::OkStatus();
}

// ("a", b, *) without a check of the names' form.
base::Status Parser::ParseNames(std::vector<std::string>* names) {
  SB_RETURN_IF_ERROR(ExpectSymbol("("));
  while (!TakeSymbol(")")) {
    if (TakeSymbol("*")) {
      names->emplace_back("*");
    } else if (Now().kind == TokenKind::kWord || Now().kind == TokenKind::kString) {
      names->push_back(Now().text);
      ++at_;
    } else {
      return Unexpected("a label name");
    }
    if (!Now().Is(")")) {
      SB_RETURN_IF_ERROR(ExpectSymbol(","));
    }
  }
  return base::OkStatus();
}

Parser::Parsed Parser::ParseUnary() {
  const int32_t position = Now().position;
  if (TakeSymbol("+")) {
    return ParseBinary(kPowPrecedence);
  }
  if (!TakeSymbol("-")) {
    SB_ASSIGN_OR_RETURN(ExprPtr primary, ParsePrimary());
    return ParsePostfix(std::move(primary));
  }
  SB_ASSIGN_OR_RETURN(ExprPtr expr, ParseBinary(kPowPrecedence));
  if (const auto* number = expr->As<NumberExpr>()) {
    return Make(NumberExpr{-number->value}, position);
  }
  if (const auto* duration = expr->As<DurationExpr>()) {
    return Make(DurationExpr{{-duration->value.ms, -duration->value.steps}}, position);
  }
  BinaryExpr negative;
  negative.op = BinaryOp::kSub;
  SB_ASSIGN_OR_RETURN(negative.lhs, Make(NumberExpr{0}, position));
  negative.rhs = std::move(expr);
  return Make(std::move(negative), position);
}

Parser::Parsed Parser::ParsePrimary() {
  const Token& token = Now();
  switch (token.kind) {
    case TokenKind::kNumber:
      ++at_;
      return Make(NumberExpr{token.number}, token.position);
    case TokenKind::kDuration:
      ++at_;
      return Make(DurationExpr{token.duration}, token.position);
    case TokenKind::kString:
      ++at_;
      return Make(StringExpr{token.text}, token.position);
    case TokenKind::kWord:
      return ParseWord();
    case TokenKind::kSymbol:
      if (token.Is("(")) {
        return ParseParens();
      }
      if (token.Is("{")) {
        return ParseSelector();
      }
      break;
    case TokenKind::kEof:
      break;
  }
  return Unexpected("an expression");
}

Parser::Parsed Parser::ParseWord() {
  const Token& word = Now();
  if (word.IsWord("with") && After().Is("(")) {
    return ParseWith();
  }
  if (const Scope* const found = Find(word.text)) {
    const bool callable = found->value == nullptr && found->definition.params.has_value();
    if (callable == After().Is("(")) {
      return Expand(*found);
    }
  }
  const std::string lower = LowerCase(word.text);
  if (After().Is("(") ||
      (IsAggregateName(lower) && (After().IsWord("by") || After().IsWord("without")))) {
    return IsAggregateName(lower) ? ParseAggregate() : ParseCall();
  }
  if ((lower == "inf" || lower == "nan") && !After().Is("{")) {
    ++at_;
    return Make(NumberExpr{lower == "inf" ? std::numeric_limits<double>::infinity()
                                          : std::numeric_limits<double>::quiet_NaN()},
                word.position);
  }
  return ParseSelector();
}

// (a) is a itself, (a, b) the union of both.
Parser::Parsed Parser::ParseParens() {
  const int32_t position = Now().position;
  CallExpr call;
  call.name = "union";
  SB_RETURN_IF_ERROR(ParseArguments(&call.args));
  ExprPtr expr;
  if (call.args.size() == 1) {
    expr = std::move(call.args[0]);
  } else {
    SB_ASSIGN_OR_RETURN(expr, Make(std::move(call), position));
  }
  return TakeWord("keep_metric_names") ? KeepNames(std::move(expr)) : Parsed(std::move(expr));
}

Parser::Parsed Parser::KeepNames(ExprPtr expr) const {
  if (const auto* call = expr->As<CallExpr>()) {
    CallExpr copy = *call;
    copy.keep_metric_names = true;
    return Make(std::move(copy), expr->position);
  }
  if (const auto* binary = expr->As<BinaryExpr>()) {
    BinaryExpr copy = *binary;
    copy.keep_metric_names = true;
    return Make(std::move(copy), expr->position);
  }
  return Problem("keep_metric_names may only follow a function or an operation");
}

base::Status Parser::ParseArguments(std::vector<ExprPtr>* args) {
  SB_RETURN_IF_ERROR(ExpectSymbol("("));
  while (!TakeSymbol(")")) {
    SB_ASSIGN_OR_RETURN(ExprPtr arg, ParseBinary(0));
    args->push_back(std::move(arg));
    if (!Now().Is(")")) {
      SB_RETURN_IF_ERROR(ExpectSymbol(","));
    }
  }
  return base::OkStatus();
}

Parser::Parsed Parser::ParseCall() {
  const int32_t position = Now().position;
  CallExpr call;
  call.name = LowerCase(Now().text);
  if (!IsFunctionName(call.name)) {
    return Problem("unknown function \"" + Now().text + "\"");
  }
  ++at_;
  SB_RETURN_IF_ERROR(ParseArguments(&call.args));
  call.keep_metric_names = TakeWord("keep_metric_names");
  return Make(std::move(call), position);
}

Parser::Parsed Parser::ParseAggregate() {
  const int32_t position = Now().position;
  AggregateExpr aggregate;
  aggregate.name = LowerCase(Now().text);
  ++at_;
  SB_RETURN_IF_ERROR(ParseAggregateModifiers(&aggregate));
  SB_RETURN_IF_ERROR(ParseArguments(&aggregate.args));
  SB_RETURN_IF_ERROR(ParseAggregateModifiers(&aggregate));
  if (aggregate.args.empty()) {
    return ParseProblem(query_, position, aggregate.name + "() needs an argument");
  }
  return Make(std::move(aggregate), position);
}

base::Status Parser::ParseAggregateModifiers(AggregateExpr* aggregate) {
  if (Now().IsWord("by") || Now().IsWord("without")) {
    if (aggregate->without || !aggregate->grouping.empty()) {
      return Problem("by and without may stand only once");
    }
    aggregate->without = Now().IsWord("without");
    ++at_;
    SB_RETURN_IF_ERROR(ParseNames(&aggregate->grouping));
  }
  if (!TakeWord("limit")) {
    return base::OkStatus();
  }
  if (Now().kind != TokenKind::kNumber || !(Now().number >= 0) || Now().number > 1e9) {
    return Unexpected("the number of series after limit");
  }
  aggregate->limit = static_cast<int64_t>(Now().number);
  ++at_;
  return base::OkStatus();
}

base::Result<ExprPtr> ParseExpr(std::string_view query) {
  if (query.size() > kQueryBytesMax) {
    return base::InvalidArgument("query is too long: more than " + std::to_string(kQueryBytesMax) +
                                 " bytes");
  }
  SB_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(query));
  return Parser(query, std::move(tokens)).ParseQuery();
}

}  // namespace sb::metricsql
