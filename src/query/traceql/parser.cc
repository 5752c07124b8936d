// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/parser.h"

#include <algorithm>

#include "query/traceql/parser_internal.h"
#include "query/traceql/unquote.h"
#include "query/traceql/validate.h"
#include "query/traceql/word_literal.h"

namespace sb::traceql {

bool Parser::Take(std::string_view symbol) {
  if (!token_.Is(symbol)) {
    return false;
  }
  Advance();
  return true;
}

bool Parser::TakeWord(std::string_view word) {
  if (!IsWord(word)) {
    return false;
  }
  Advance();
  return true;
}

bool Parser::Expect(std::string_view symbol) {
  return Take(symbol) || FailUnexpected("`" + std::string(symbol) + "`");
}

bool Parser::Fail(size_t offset, std::string message) {
  if (!failed_) {
    failed_ = true;
    error_offset_ = offset;
    error_ = std::move(message);
  }
  return false;
}

bool Parser::FailUnexpected(std::string_view wanted) {
  if (token_.type == TokenType::kError) {
    return Fail(token_.offset, std::string(token_.text));
  }
  const std::string found = token_.type == TokenType::kEof
                                ? "the end of the query"
                                : QuoteForQuery(text_.substr(token_.offset, token_.text.size()));
  return Fail(token_.offset, "unexpected " + found + ", expected " + std::string(wanted));
}

base::Status Parser::ErrorStatus() const {
  const std::string_view before = text_.substr(0, error_offset_);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t newline = before.rfind('\n');
  const size_t column =
      newline == std::string_view::npos ? error_offset_ + 1 : error_offset_ - newline;
  return base::InvalidArgument("parse error at line " + std::to_string(line) + ", col " +
                               std::to_string(column) + ": " + error_);
}

base::Result<Query> Parser::ParseQuery() {
  Query query;
  Operand top;
  if (!ParseElements(&top, false)) {
    return ErrorStatus();
  }
  if (top.kind == Operand::Kind::kMetrics) {
    query.metrics = std::move(top.metrics);
  } else {
    SpansetExpr& spanset = *top.spanset;
    if (spanset.kind == SpansetExpr::Kind::kPipeline) {
      query.pipeline = std::move(*spanset.pipeline);
    } else {
      Stage stage;
      stage.spanset = std::move(top.spanset);
      query.pipeline.stages.push_back(std::move(stage));
    }
  }
  if (IsWord("with") && !ParseHints(&query.hints)) {
    return ErrorStatus();
  }
  if (token_.type != TokenType::kEof) {
    FailUnexpected("an operator or the end of the query");
    return ErrorStatus();
  }
  return query;
}

base::Result<Query> Parse(std::string_view text) {
  if (text.size() > kQueryBytesMax) {
    return base::InvalidArgument("the query is longer than " + std::to_string(kQueryBytesMax) +
                                 " bytes: " + std::to_string(text.size()));
  }
  return Parser(text).ParseQuery();
}

base::Result<Query> ParseAndValidate(std::string_view text) {
  SB_ASSIGN_OR_RETURN(Query query, Parse(text));
  SB_RETURN_IF_ERROR(Validate(&query));
  return query;
}

namespace {

void CollectEqualities(const FieldExpr& expr,
                       std::vector<std::pair<Attribute, Literal>>* conditions) {
  if (expr.kind != FieldExpr::Kind::kBinary) {
    return;
  }
  if (expr.op == FieldOp::kAnd) {
    CollectEqualities(*expr.lhs, conditions);
    CollectEqualities(*expr.rhs, conditions);
    return;
  }
  if (expr.op == FieldOp::kEqual && expr.lhs->kind == FieldExpr::Kind::kAttribute &&
      expr.rhs->kind == FieldExpr::Kind::kLiteral) {
    conditions->emplace_back(expr.lhs->attribute, expr.rhs->literal);
  }
}

// The literal that `token` is, with its words (status and kind names, booleans).
bool LiteralOf(const Token& token, Literal* out) {
  switch (token.type) {
    case TokenType::kString:
      *out = {ValueType::kString, 0, 0, std::string(token.text)};
      return true;
    case TokenType::kInt:
      *out = {ValueType::kInt, token.integer, 0, ""};
      return true;
    case TokenType::kFloat:
      *out = {ValueType::kFloat, 0, token.number, ""};
      return true;
    case TokenType::kDuration:
      *out = {ValueType::kDuration, token.integer, 0, ""};
      return true;
    case TokenType::kWord:
      return WordLiteral(token.text, out);
    default:
      return false;
  }
}

// Text that does not parse: every `attribute = literal` in it, as long as there is no || .
std::vector<std::pair<Attribute, Literal>> ScanEqualities(std::string_view text) {
  std::vector<std::pair<Attribute, Literal>> conditions;
  Lexer lexer(text);
  Attribute attribute;
  int matched = 0;  // 1: an attribute, 2: and "="
  for (Token t = lexer.Next(); t.type != TokenType::kEof && t.type != TokenType::kError;
       t = lexer.Next()) {
    if (t.Is("||") || t.Is("!")) {
      return {};
    }
    Literal literal;
    const auto word = t.type == TokenType::kWord ? UnscopedIntrinsic(t.text) : std::nullopt;
    if (t.type == TokenType::kAttribute || word.has_value()) {
      attribute = t.attribute;
      if (word.has_value()) {
        attribute = {AttributeScope::kAny, *word, false, std::string(t.text)};
      }
      matched = 1;
    } else if (matched == 1 && t.Is("=")) {
      matched = 2;
    } else {
      if (matched == 2 && LiteralOf(t, &literal)) {
        conditions.emplace_back(attribute, std::move(literal));
      }
      matched = 0;
    }
  }
  return conditions;
}

}  // namespace

std::vector<std::pair<Attribute, Literal>> EqualityConditions(std::string_view unfinished) {
  if (unfinished.size() > kQueryBytesMax) {
    return {};
  }
  base::Result<Query> query = Parse(unfinished);
  if (!query.ok()) {
    return ScanEqualities(unfinished);
  }
  std::vector<std::pair<Attribute, Literal>> conditions;
  if (query->metrics == nullptr && query->pipeline.stages.size() == 1) {
    const Stage& stage = query->pipeline.stages[0];
    if (stage.kind == Stage::Kind::kSpanset && stage.spanset->kind == SpansetExpr::Kind::kFilter &&
        stage.spanset->filter != nullptr) {
      CollectEqualities(*stage.spanset->filter, &conditions);
    }
  }
  return conditions;
}

}  // namespace sb::traceql
