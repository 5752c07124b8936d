// SPDX-License-Identifier: Apache-2.0
//
// Parser is the recursive descent behind parser.h; nobody else includes this header.
//
// It stops at the first syntax error, but goes on after an error of meaning (an unknown function, a
// broken regular expression), so that the first error in the order of the text is the one reported.
// Which words an "unexpected …" error adds depends on the construct around it: the innermost
// ErrorContext, as in the grammar of the reference.
//
// Functions return null or false after a syntax error, which is then in error_.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/promql/ast.h"
#include "query/promql/lexer.h"
#include "query/promql/parser.h"

namespace sb::promql {

class Parser {
 public:
  explicit Parser(std::string_view query);

  ExprPtr ParseQuery();
  std::unique_ptr<VectorSelector> ParseLoneSelector();
  // The label set at the start of the text, and where it ends. `adjacent`: braces must follow the
  // name at once, and more text may follow.
  std::optional<model::LabelSet> ParseLabelSet(bool adjacent, size_t* end);

  // The first error, if any.
  const std::optional<ParseError>& error() const { return error_; }

 private:
  struct ErrorContext {
    std::string_view where;
    std::string_view expected;
  };
  class ContextScope;
  class DepthScope;

  // Tokens.
  void Advance();
  bool At(TokenType type) const { return token_.type == type; }
  bool TakeIf(TokenType type);
  bool Expect(TokenType type);  // takes it, or fails in the current context
  PositionRange From(int32_t start) const { return {start, last_end_}; }

  // Errors. Unexpected() always answers false.
  bool Unexpected();
  bool Unexpected(std::string_view where, std::string_view expected);
  void Fail(PositionRange range, std::string message);
  bool LimitHeight(Expr* parent, const Expr* a, const Expr* b = nullptr);

  // Expressions, in parse_expression.cc.
  ExprPtr ParseBinary(int min_precedence);
  ExprPtr ParseBinaryRest(ExprPtr lhs, BinaryOp op, int precedence);
  bool ParseBinaryModifiers(BinaryExpr* binary);
  bool ParseFill(VectorMatching* matching);
  bool ParseFillValue(double* value);
  ExprPtr ParseUnary();
  ExprPtr ParsePrimary();
  ExprPtr ParseWord();
  ExprPtr ParseNumberLiteral();
  ExprPtr ParseStringLiteral();
  ExprPtr ParseParen();
  ExprPtr ParseCall(const Token& name);
  bool ParseArguments(std::vector<ExprPtr>* args);
  ExprPtr ParseAggregate(const Token& name);
  bool ParseAggregateModifier(AggregateExpr* aggregate);
  ExprPtr FinishAggregate(std::unique_ptr<AggregateExpr> aggregate, std::vector<ExprPtr> args);
  bool ParseGroupingLabels(std::vector<std::string>* labels);
  bool ParseGroupingLabel(std::vector<std::string>* labels);

  // Selectors and what follows them, in parse_selector.cc.
  std::unique_ptr<VectorSelector> ParseSelector(const Token* maybe_name);
  bool ParseMatchers(std::vector<model::Matcher>* matchers);
  bool ParseMatcher(std::vector<model::Matcher>* matchers);
  bool ParseMatcherValue(const Token& label, std::string name,
                         std::vector<model::Matcher>* matchers);
  bool ParseLabels(model::LabelSetBuilder* labels, size_t* end);
  bool ParseLabel(model::LabelSetBuilder* labels);
  ExprPtr ParsePostfix(ExprPtr expr);
  ExprPtr ParseBrackets(ExprPtr expr);
  ExprPtr MakeMatrixSelector(ExprPtr expr, ExprPtr range, int32_t bracket);
  ExprPtr ParseSubqueryStep(ExprPtr expr, ExprPtr range);
  bool ParseOffset(Expr* expr);
  bool ParseAt(Expr* expr);
  bool ParseAtAnchor(Expr* expr);
  void SetTimestamp(Expr* expr, double seconds);
  TimeModifiers* ModifiersForAt(Expr* expr);
  void SetExtended(Expr* expr, bool anchored);

  // Durations, in parse_duration.cc.
  ExprPtr ParseDurationExpr(int min_precedence);
  ExprPtr ParseDurationRest(ExprPtr lhs, int min_precedence);
  ExprPtr ParseDurationOperand();
  ExprPtr ParseDurationLiteral();
  ExprPtr ParseDurationCall();
  ExprPtr ParseDurationParen();
  ExprPtr ParsePositiveDuration();
  ExprPtr ParseOffsetDuration();
  ExprPtr ParseSignedOffsetDuration();
  ExprPtr MakeDurationBinary(DurationOp op, PositionRange op_range, ExprPtr lhs, ExprPtr rhs);
  ExprPtr ApplySign(const Token& sign, ExprPtr expr);

  // Literals.
  bool AtNumber() const { return At(TokenType::kNumber) || At(TokenType::kDuration); }
  double TakeNumber();  // in seconds, if it is a duration

  const std::string_view query_;
  Lexer lexer_;
  Token token_;           // not yet taken
  int32_t last_end_ = 0;  // of the last token taken
  int depth_ = 0;
  const ErrorContext* context_ = nullptr;
  std::optional<ParseError> error_;
};

// Names the innermost construct for errors, while it lives.
class Parser::ContextScope {
 public:
  ContextScope(Parser* parser, ErrorContext context)
      : parser_(parser), context_(context), outer_(parser->context_) {
    parser_->context_ = &context_;
  }
  ~ContextScope() { parser_->context_ = outer_; }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  Parser* const parser_;
  const ErrorContext context_;
  const ErrorContext* const outer_;
};

// Counts nesting; !ok() once it is too deep, with the error set.
class Parser::DepthScope {
 public:
  explicit DepthScope(Parser* parser);
  ~DepthScope() { --parser_->depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;
  bool ok() const { return ok_; }

 private:
  Parser* const parser_;
  bool ok_;
};

// Whether the word can name a label in grouping options.
bool IsLabelWord(TokenType type);
// Whether the word can name a metric.
bool IsMetricWord(TokenType type);

}  // namespace sb::promql
