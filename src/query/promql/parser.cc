// SPDX-License-Identifier: Apache-2.0
#include "query/promql/parser.h"

#include <algorithm>
#include <utility>

#include "query/promql/literals.h"
#include "query/promql/parser_internal.h"
#include "query/promql/type_check.h"

namespace sb::promql {
namespace {

bool IsTooLong(std::string_view query, ParseError* error) {
  if (query.size() <= kQueryBytesMax) {
    return false;
  }
  error->range = {0, 0};
  error->message = "query is too long: more than " + std::to_string(kQueryBytesMax) + " bytes";
  return true;
}

base::Status ErrorStatus(const ParseError& error, std::string_view query) {
  return base::InvalidArgument(error.ToString(query));
}

}  // namespace

std::string ParseError::ToString(std::string_view query) const {
  return StartPosition(range, query) + ": parse error: " + message;
}

Parser::Parser(std::string_view query) : query_(query), lexer_(query) {
  token_ = lexer_.Next();
}

void Parser::Advance() {
  last_end_ = token_.range.end;
  token_ = lexer_.Next();
}

bool Parser::TakeIf(TokenType type) {
  if (!At(type)) {
    return false;
  }
  Advance();
  return true;
}

bool Parser::Expect(TokenType type) {
  return TakeIf(type) || Unexpected();
}

bool Parser::Unexpected() {
  return context_ == nullptr ? Unexpected("", "") : Unexpected(context_->where, context_->expected);
}

bool Parser::Unexpected(std::string_view where, std::string_view expected) {
  if (At(TokenType::kError)) {
    Fail(token_.range, std::string(token_.text));
  } else {
    std::string message = "unexpected " + DescribeToken(token_);
    if (!where.empty()) {
      message.append(" in ").append(where);
    }
    if (!expected.empty()) {
      message.append(", expected ").append(expected);
    }
    Fail(token_.range, std::move(message));
  }
  return false;
}

void Parser::Fail(PositionRange range, std::string message) {
  if (!error_.has_value()) {
    error_ = ParseError{range, std::move(message)};
  }
}

Parser::DepthScope::DepthScope(Parser* parser)
    : parser_(parser), ok_(++parser->depth_ <= kExprDepthMax) {
  if (!ok_) {
    parser_->Fail(parser_->token_.range, "expression is nested too deeply: more than " +
                                             std::to_string(kExprDepthMax) + " levels");
  }
}

bool Parser::LimitHeight(Expr* parent, const Expr* a, const Expr* b) {
  const int below = std::max<int>(a == nullptr ? 0 : a->height, b == nullptr ? 0 : b->height);
  parent->height = static_cast<int16_t>(std::max<int>(parent->height, below + 1));
  if (parent->height <= kExprDepthMax) {
    return true;
  }
  Fail(parent->range,
       "expression is nested too deeply: more than " + std::to_string(kExprDepthMax) + " levels");
  return false;
}

double Parser::TakeNumber() {
  const Token token = token_;
  Advance();
  if (token.type == TokenType::kDuration) {
    const base::Result<int64_t> ms = ParseDurationMs(token.text);
    if (!ms.ok()) {
      Fail(token.range, std::string(ms.status().message()));
      return 0;
    }
    return static_cast<double>(*ms / 1000) + static_cast<double>(*ms % 1000) / 1000;
  }
  const base::Result<double> number = ParseNumber(token.text);
  if (!number.ok()) {
    Fail(token.range, "error parsing number: " + std::string(number.status().message()));
    return 0;
  }
  return *number;
}

ExprPtr Parser::ParseQuery() {
  if (At(TokenType::kEof)) {
    Fail({0, 0}, "no expression found in input");
    return nullptr;
  }
  ExprPtr expr = ParseBinary(0);
  if (expr != nullptr && !At(TokenType::kEof)) {
    Unexpected();
  }
  return error_.has_value() ? nullptr : std::move(expr);
}

ExprPtr ParseExpr(std::string_view query, ParseError* error) {
  if (IsTooLong(query, error)) {
    return nullptr;
  }
  Parser parser(query);
  ExprPtr expr = parser.ParseQuery();
  if (expr == nullptr) {
    *error = *parser.error();
    return nullptr;
  }
  if (std::optional<ParseError> type_error = CheckTypes(expr.get(), query)) {
    *error = *std::move(type_error);
    return nullptr;
  }
  return expr;
}

base::Result<ExprPtr> ParseExpr(std::string_view query) {
  ParseError error;
  ExprPtr expr = ParseExpr(query, &error);
  if (expr == nullptr) {
    return ErrorStatus(error, query);
  }
  return expr;
}

base::Result<std::vector<model::Matcher>> ParseMetricSelector(std::string_view selector) {
  ParseError error;
  if (IsTooLong(selector, &error)) {
    return ErrorStatus(error, selector);
  }
  Parser parser(selector);
  std::unique_ptr<VectorSelector> parsed = parser.ParseLoneSelector();
  if (parser.error().has_value()) {
    return ErrorStatus(*parser.error(), selector);
  }
  return std::move(parsed->matchers);
}

base::Result<model::LabelSet> ParseMetric(std::string_view metric) {
  ParseError error;
  if (IsTooLong(metric, &error)) {
    return ErrorStatus(error, metric);
  }
  Parser parser(metric);
  size_t end = 0;
  std::optional<model::LabelSet> labels = parser.ParseLabelSet(false, &end);
  if (!labels.has_value()) {
    return ErrorStatus(*parser.error(), metric);
  }
  return *std::move(labels);
}

}  // namespace sb::promql
