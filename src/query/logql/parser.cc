// SPDX-License-Identifier: Apache-2.0
#include "query/logql/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "query/logql/parser_internal.h"
#include "query/logql/printer.h"

namespace sb::logql {
namespace {

struct BinaryToken {
  BinaryOp op;
  int precedence;
};

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

std::optional<BinaryToken> BinaryOf(const Token& token) {
  switch (token.type) {
    case TokenType::kIdentifier: {
      const std::string word = LowerAscii(token.text);
      if (word == "or") {
        return BinaryToken{BinaryOp::kOr, 1};
      }
      if (word == "and") {
        return BinaryToken{BinaryOp::kAnd, 2};
      }
      if (word == "unless") {
        return BinaryToken{BinaryOp::kUnless, 2};
      }
      return std::nullopt;
    }
    case TokenType::kDoubleEqual:
      return BinaryToken{BinaryOp::kEqual, 3};
    case TokenType::kNotEqual:
      return BinaryToken{BinaryOp::kNotEqual, 3};
    case TokenType::kGreater:
      return BinaryToken{BinaryOp::kGreater, 3};
    case TokenType::kGreaterEqual:
      return BinaryToken{BinaryOp::kGreaterEqual, 3};
    case TokenType::kLess:
      return BinaryToken{BinaryOp::kLess, 3};
    case TokenType::kLessEqual:
      return BinaryToken{BinaryOp::kLessEqual, 3};
    case TokenType::kAdd:
      return BinaryToken{BinaryOp::kAdd, 4};
    case TokenType::kSub:
      return BinaryToken{BinaryOp::kSub, 4};
    case TokenType::kMul:
      return BinaryToken{BinaryOp::kMul, 5};
    case TokenType::kDiv:
      return BinaryToken{BinaryOp::kDiv, 5};
    case TokenType::kMod:
      return BinaryToken{BinaryOp::kMod, 5};
    case TokenType::kPow:
      return BinaryToken{BinaryOp::kPow, 6};
    default:
      return std::nullopt;
  }
}

template <typename Op>
std::optional<Op> OpNamed(std::string_view name, Op last, std::string_view (*text)(Op)) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (text(static_cast<Op>(i)) == name) {
      return static_cast<Op>(i);
    }
  }
  return std::nullopt;
}

bool IsUtf8Text(std::string_view text, size_t* broken) {
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3
                          : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    bool good = length > 0 && at + length <= text.size();
    for (size_t i = 1; good && i < length; ++i) {
      good = (static_cast<unsigned char>(text[at + i]) & 0xC0) == 0x80;
    }
    if (!good) {
      *broken = at;
      return false;
    }
    at += length;
  }
  return true;
}

bool NeedsUnwrap(RangeOp op) {
  return op >= RangeOp::kSum && op <= RangeOp::kLast;
}

bool AllowsGrouping(RangeOp op) {
  return op >= RangeOp::kAvg && op <= RangeOp::kLast;
}

bool TakesParameter(AggregateOp op) {
  return op == AggregateOp::kTopk || op == AggregateOp::kBottomk || op == AggregateOp::kApproxTopk;
}

}  // namespace

bool Parser::AtWord(std::string_view lower) const {
  return token_.type == TokenType::kIdentifier && LowerAscii(token_.text) == lower;
}

Token Parser::Take() {
  Token taken = std::move(token_);
  token_ = std::move(following_);
  following_ = lexer_.Next();
  return taken;
}

bool Parser::TakeIf(TokenType type) {
  if (failed() || !At(type)) {
    return false;
  }
  Take();
  return true;
}

bool Parser::Expect(TokenType type) {
  if (failed()) {
    return false;
  }
  if (!At(type)) {
    Unexpected(TokenName(type));
    return false;
  }
  Take();
  return true;
}

bool Parser::ExpectWord(std::string* word) {
  if (failed()) {
    return false;
  }
  if (!At(TokenType::kIdentifier)) {
    Unexpected(TokenName(TokenType::kIdentifier));
    return false;
  }
  *word = Take().text;
  return true;
}

bool Parser::ExpectString(std::string* text) {
  if (failed()) {
    return false;
  }
  if (!At(TokenType::kString)) {
    Unexpected(TokenName(TokenType::kString));
    return false;
  }
  *text = Take().text;
  return true;
}

void Parser::Unexpected(std::string_view expecting) {
  if (At(TokenType::kError)) {
    FailAt(token_.position, token_.text);
    return;
  }
  std::string what(TokenName(token_.type));
  if (At(TokenType::kIdentifier)) {
    what += " " + token_.text;
  }
  FailAt(token_.position, expecting.empty()
                              ? fmt::format("syntax error: unexpected {}", what)
                              : fmt::format("syntax error: unexpected {}, expecting {}", what,
                                            expecting));
}

void Parser::FailAt(int32_t position, std::string_view message) {
  if (failed()) {
    return;
  }
  const std::string_view before = query_.substr(0, static_cast<size_t>(position));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t start = before.rfind('\n');
  const size_t column = start == std::string_view::npos ? before.size() + 1 : before.size() - start;
  error_ = fmt::format("parse error at line {}, col {}: {}", line, column, message);
}

void Parser::Fail(std::string_view message) {
  if (!failed()) {
    error_ = fmt::format("parse error : {}", message);
  }
}

void Parser::ExpectEnd() {
  if (!failed() && !At(TokenType::kEnd)) {
    Unexpected();
  }
}

base::Result<ExprPtr> Parser::ParseAll() {
  ExprPtr expr = ParseExpr(0);
  ExpectEnd();
  if (failed()) {
    return Error();
  }
  return expr;
}

ExprPtr Parser::ParseExpr(int min_precedence) {
  const DepthScope depth(this);
  ExprPtr lhs = failed() ? nullptr : ParseOperand();
  while (!failed()) {
    const std::optional<BinaryToken> op = BinaryOf(token_);
    if (!op.has_value() || op->precedence < min_precedence || lhs->kind == ExprKind::kLog) {
      if (op.has_value() && lhs->kind == ExprKind::kLog) {
        Fail(fmt::format("unexpected type for left leg of binary operation ({}): a log query",
                         BinaryOpText(op->op)));
      }
      break;
    }
    auto expr = std::make_unique<BinaryExpr>();
    expr->op = op->op;
    expr->position = Take().position;
    ParseMatching(expr.get());
    const bool right_associative = op->op == BinaryOp::kPow;
    ExprPtr rhs = failed() ? nullptr : ParseExpr(op->precedence + (right_associative ? 0 : 1));
    if (failed()) {
      return nullptr;
    }
    if (rhs->kind == ExprKind::kLog) {
      Fail(fmt::format("unexpected type for right leg of binary operation ({}): a log query",
                       BinaryOpText(op->op)));
      return nullptr;
    }
    expr->lhs = std::move(lhs);
    expr->rhs = std::move(rhs);
    lhs = MakeBinary(std::move(expr));
  }
  return lhs;
}

// Folds literals; refuses them beside and, or, unless.
ExprPtr Parser::MakeBinary(std::unique_ptr<BinaryExpr> expr) {
  const auto* left = expr->lhs->kind == ExprKind::kNumber
                         ? static_cast<const NumberExpr*>(expr->lhs.get())
                         : nullptr;
  const auto* right = expr->rhs->kind == ExprKind::kNumber
                          ? static_cast<const NumberExpr*>(expr->rhs.get())
                          : nullptr;
  if (IsSetOp(expr->op) && (left != nullptr || right != nullptr)) {
    Fail(fmt::format("unexpected literal for {} leg of logical/set binary operation ({}): {:f}",
                     left != nullptr ? "left" : "right", BinaryOpText(expr->op),
                     left != nullptr ? left->value : right->value));
    return nullptr;
  }
  if (left != nullptr && right != nullptr) {
    auto folded =
        std::make_unique<NumberExpr>(FoldNumbers(expr->op, left->value, right->value));
    folded->position = expr->lhs->position;
    return folded;
  }
  return expr;
}

void Parser::ParseMatching(BinaryExpr* expr) {
  if (AtWord("bool")) {
    if (!IsComparison(expr->op)) {
      Unexpected();
      return;
    }
    Take();
    expr->return_bool = true;
  }
  if (!AtWord("on") && !AtWord("ignoring")) {
    return;
  }
  expr->matching.on = AtWord("on");
  Take();
  if (!ParseLabelList(&expr->matching.labels)) {
    return;
  }
  if (!AtWord("group_left") && !AtWord("group_right")) {
    return;
  }
  if (IsSetOp(expr->op)) {
    Fail(fmt::format("no grouping allowed for \"{}\" operation", BinaryOpText(expr->op)));
    return;
  }
  expr->matching.side = AtWord("group_left") ? GroupSide::kLeft : GroupSide::kRight;
  Take();
  if (At(TokenType::kOpenParen)) {
    // `group_left (a, b)` names labels, `group_left (sum(…))` is followed by the operand.
    Lexer ahead(query_.substr(static_cast<size_t>(token_.position)));
    ahead.Next();
    const Token first = ahead.Next();
    const Token second = ahead.Next();
    if (first.type == TokenType::kCloseParen ||
        (first.type == TokenType::kIdentifier && (second.type == TokenType::kComma ||
                                                  second.type == TokenType::kCloseParen))) {
      ParseLabelList(&expr->matching.include);
    }
  }
}

bool Parser::ParseLabelList(std::vector<std::string>* labels) {
  if (!Expect(TokenType::kOpenParen)) {
    return false;
  }
  while (!failed() && !At(TokenType::kCloseParen)) {
    std::string label;
    if (!At(TokenType::kIdentifier) || FollowedBy(TokenType::kOpenParen)) {
      Unexpected("IDENTIFIER or )");
      return false;
    }
    labels->push_back(Take().text);
    if (!TakeIf(TokenType::kComma)) {
      break;
    }
  }
  return Expect(TokenType::kCloseParen);
}

std::optional<Grouping> Parser::ParseGrouping() {
  Grouping grouping;
  grouping.without = AtWord("without");
  Take();
  if (!ParseLabelList(&grouping.labels)) {
    return std::nullopt;
  }
  return grouping;
}

ExprPtr Parser::ParseOperand() {
  switch (token_.type) {
    case TokenType::kOpenBrace:
      return ParseLog(nullptr);
    case TokenType::kNumber:
    case TokenType::kAdd:
    case TokenType::kSub:
      return ParseNumber();
    case TokenType::kIdentifier:
      return ParseWordOperand();
    case TokenType::kOpenParen: {
      const DepthScope depth(this);
      if (failed()) {
        return nullptr;
      }
      Take();
      ExprPtr inner = ParseExpr(0);
      Expect(TokenType::kCloseParen);
      if (!failed() && inner->kind == ExprKind::kLog) {
        // `({…} |= "a") | json`: stages may follow.
        ParseLogParts(static_cast<LogExpr*>(inner.get()), nullptr);
      }
      return failed() ? nullptr : std::move(inner);
    }
    default:
      Unexpected();
      return nullptr;
  }
}

ExprPtr Parser::ParseNumber() {
  const int32_t position = token_.position;
  const bool negative = At(TokenType::kSub);
  if (At(TokenType::kAdd) || negative) {
    Take();
  }
  if (!At(TokenType::kNumber)) {
    Unexpected(TokenName(TokenType::kNumber));
    return nullptr;
  }
  const double value = Take().number;
  auto expr = std::make_unique<NumberExpr>(negative ? -value : value);
  expr->position = position;
  return expr;
}

ExprPtr Parser::ParseWordOperand() {
  const std::string word = LowerAscii(token_.text);
  if (const auto op = OpNamed(word, RangeOp::kAbsent, &RangeOpText);
      op.has_value() && FollowedBy(TokenType::kOpenParen)) {
    return ParseRange(*op);
  }
  if (const auto op = OpNamed(word, AggregateOp::kSortDesc, &AggregateOpText); op.has_value()) {
    const std::string next = LowerAscii(following_.text);
    if (FollowedBy(TokenType::kOpenParen) ||
        (FollowedBy(TokenType::kIdentifier) && (next == "by" || next == "without"))) {
      return ParseAggregate(*op);
    }
  }
  if (word == "vector" && FollowedBy(TokenType::kOpenParen)) {
    return ParseVector();
  }
  if (word == "label_replace" && FollowedBy(TokenType::kOpenParen)) {
    return ParseLabelReplace();
  }
  Unexpected();
  return nullptr;
}

ExprPtr Parser::ParseVector() {
  const int32_t position = Take().position;
  Take();
  ExprPtr number;
  if (At(TokenType::kNumber) || At(TokenType::kAdd) || At(TokenType::kSub)) {
    number = ParseNumber();
  } else {
    Unexpected(TokenName(TokenType::kNumber));
  }
  Expect(TokenType::kCloseParen);
  if (failed()) {
    return nullptr;
  }
  auto expr = std::make_unique<VectorExpr>(static_cast<NumberExpr*>(number.get())->value);
  expr->position = position;
  return expr;
}

ExprPtr Parser::ParseLabelReplace() {
  auto expr = std::make_unique<LabelReplaceExpr>();
  expr->position = Take().position;
  Take();
  expr->operand = ParseExpr(0);
  for (std::string* text :
       {&expr->destination, &expr->replacement, &expr->source, &expr->regex}) {
    Expect(TokenType::kComma);
    ExpectString(text);
  }
  Expect(TokenType::kCloseParen);
  if (failed()) {
    return nullptr;
  }
  if (expr->operand->kind == ExprKind::kLog) {
    Fail("label_replace needs a metric query");
    return nullptr;
  }
  if (const auto regex =
          model::Matcher::Create(model::MatchType::kRegex, "regex", expr->regex);
      !regex.ok()) {
    Fail(fmt::format("invalid regex in label_replace: {}", regex.status().message()));
    return nullptr;
  }
  return expr;
}

ExprPtr Parser::ParseAggregate(AggregateOp op) {
  auto expr = std::make_unique<AggregateExpr>();
  expr->op = op;
  expr->position = Take().position;
  if (AtGrouping()) {
    expr->grouping = ParseGrouping();
  }
  if (!Expect(TokenType::kOpenParen)) {
    return nullptr;
  }
  Token parameter;
  bool has_parameter = false;
  if (At(TokenType::kNumber) && FollowedBy(TokenType::kComma)) {
    parameter = Take();
    Take();
    has_parameter = true;
  }
  expr->operand = ParseExpr(0);
  Expect(TokenType::kCloseParen);
  if (!failed() && AtGrouping()) {
    if (expr->grouping.has_value()) {
      Unexpected();
      return nullptr;
    }
    expr->grouping = ParseGrouping();
  }
  if (failed()) {
    return nullptr;
  }
  CheckAggregate(*expr, has_parameter, parameter);
  expr->parameter = has_parameter ? static_cast<int64_t>(parameter.number) : 0;
  return failed() ? nullptr : std::move(expr);
}

void Parser::CheckAggregate(const AggregateExpr& expr, bool has_parameter,
                            const Token& parameter) {
  const std::string_view name = AggregateOpText(expr.op);
  if (expr.operand->kind == ExprKind::kLog) {
    FailAt(expr.position, fmt::format("syntax error: {} needs a metric query, got a log query",
                                      name));
    return;
  }
  if (!TakesParameter(expr.op)) {
    if (has_parameter) {
      Fail(fmt::format("unsupported parameter for operation {}({},", name, parameter.text));
    } else if ((expr.op == AggregateOp::kSort || expr.op == AggregateOp::kSortDesc) &&
               expr.grouping.has_value()) {
      Fail("sort and sort_desc doesn't allow grouping by");
    }
    return;
  }
  if (!has_parameter) {
    Fail(fmt::format("parameter required for operation {}", name));
    return;
  }
  if (parameter.number != std::floor(parameter.number) || std::fabs(parameter.number) > 1e9) {
    Fail(fmt::format("invalid parameter {}({},", name, parameter.text));
  } else if (parameter.number <= 0) {
    Fail(fmt::format("invalid parameter (must be greater than 0) {}({},", name, parameter.text));
  } else if (expr.op == AggregateOp::kApproxTopk && expr.grouping.has_value()) {
    Fail("grouping not allowed for approx_topk aggregation");
  }
}

ExprPtr Parser::ParseRange(RangeOp op) {
  auto expr = std::make_unique<RangeExpr>();
  expr->op = op;
  expr->position = Take().position;
  Take();
  if (At(TokenType::kNumber)) {
    expr->parameter = Take().number;
    Expect(TokenType::kComma);
  }
  if (failed()) {
    return nullptr;
  }
  expr->log = ParseLog(expr.get());
  if (!failed() && expr->range_ns == 0) {
    Unexpected(TokenName(TokenType::kRange));
  }
  Expect(TokenType::kCloseParen);
  if (!failed() && AtGrouping()) {
    expr->grouping = ParseGrouping();
  }
  if (!failed()) {
    CheckRange(*expr);
  }
  return failed() ? nullptr : std::move(expr);
}

void Parser::CheckRange(const RangeExpr& expr) {
  const std::string_view name = RangeOpText(expr.op);
  if (expr.parameter.has_value() && expr.op != RangeOp::kQuantile) {
    Fail(fmt::format("parameter {} not supported for operation {}",
                     FormatNumber(*expr.parameter), name));
  } else if (!expr.parameter.has_value() && expr.op == RangeOp::kQuantile) {
    Fail(fmt::format("parameter required for operation {}", name));
  } else if (expr.grouping.has_value() && !AllowsGrouping(expr.op)) {
    Fail(fmt::format("grouping not allowed for {} aggregation", name));
  } else if (!expr.unwrap.has_value() &&
             (NeedsUnwrap(expr.op) || expr.op == RangeOp::kRateCounter)) {
    Fail(fmt::format("invalid aggregation {} without unwrap", name));
  } else if (expr.unwrap.has_value() &&
             (expr.op == RangeOp::kCount || expr.op == RangeOp::kBytes ||
              expr.op == RangeOp::kBytesRate)) {
    Fail(fmt::format("invalid aggregation {} with unwrap", name));
  }
}

base::Result<ExprPtr> Parse(std::string_view query, const ParseOptions& options) {
  if (query.size() > kQueryBytesMax) {
    return base::InvalidArgument(fmt::format(
        "parse error : the query has {} bytes, the limit is {}", query.size(), kQueryBytesMax));
  }
  size_t broken = 0;
  if (!IsUtf8Text(query, &broken)) {
    return base::InvalidArgument(
        fmt::format("parse error at line 1, col {}: invalid UTF-8 encoding", broken + 1));
  }
  return Parser(query, options).ParseAll();
}

}  // namespace sb::logql
