// SPDX-License-Identifier: Apache-2.0
//
// The parser's state, shared by its files: parser.cc (metric expressions), parse_log.cc (selectors,
// stages). Private to this module. After an error all functions return at once with `failed()`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/logql/lexer.h"
#include "query/logql/parser.h"
#include "query/logql/token.h"

namespace sb::logql {

class Parser {
 public:
  Parser(std::string_view query, const ParseOptions& options)
      : query_(query), options_(options), lexer_(query) {
    token_ = lexer_.Next();
    following_ = lexer_.Next();
  }

  base::Result<ExprPtr> ParseAll();
  base::Result<std::unique_ptr<LogExpr>> ParseAllLog();
  base::Result<std::vector<model::Matcher>> ParseAllSelector();

 private:
  class DepthScope;

  // Tokens.
  bool At(TokenType type) const { return token_.type == type; }
  bool AtWord(std::string_view lower) const;  // an identifier, in any case
  bool FollowedBy(TokenType type) const { return following_.type == type; }
  Token Take();
  bool TakeIf(TokenType type);
  bool Expect(TokenType type);
  bool ExpectWord(std::string* word);
  bool ExpectString(std::string* text);
  bool failed() const { return error_.has_value(); }
  void Unexpected(std::string_view expecting = {});
  void FailAt(int32_t position, std::string_view message);
  void Fail(std::string_view message);  // without a place
  base::Status Error() const { return base::InvalidArgument(error_.value()); }
  void ExpectEnd();

  // parser.cc: metric expressions.
  ExprPtr ParseExpr(int min_precedence);
  ExprPtr ParseOperand();
  ExprPtr ParseWordOperand();
  ExprPtr ParseNumber();
  ExprPtr ParseVector();
  ExprPtr ParseLabelReplace();
  ExprPtr ParseAggregate(AggregateOp op);
  void ParseAggregateArguments(AggregateExpr* expr, bool* has_parameter);
  void CheckAggregate(const AggregateExpr& expr, bool has_parameter, const Token& parameter);
  ExprPtr ParseRange(RangeOp op);
  void CheckRange(const RangeExpr& expr);
  void ParseMatching(BinaryExpr* expr);
  ExprPtr MakeBinary(std::unique_ptr<BinaryExpr> expr);
  bool ParseLabelList(std::vector<std::string>* labels);
  bool AtGrouping() const { return AtWord("by") || AtWord("without"); }
  std::optional<Grouping> ParseGrouping();

  // parse_log.cc: selectors and stages.
  std::unique_ptr<LogExpr> ParseLog(RangeExpr* range);
  void ParseLogParts(LogExpr* log, RangeExpr* range);
  void ParseRangePart(RangeExpr* range);
  std::vector<model::Matcher> ParseMatchers();
  bool ParseMatcher(std::vector<model::Matcher>* out);
  void CheckMatchers(const std::vector<model::Matcher>& matchers);
  std::optional<model::Matcher> MakeMatcher(TokenType type, std::string name, std::string value);
  bool AtLineFilter() const;
  Stage ParseLineFilter();
  bool ParseAlternative(LineFilter* filter);
  void ParseStage(LogExpr* log, RangeExpr* range);
  Stage ParseNamedStage(std::string_view name);
  void ParseExtractions(Stage* stage);
  void ParseFormats(Stage* stage);
  void ParseChoices(Stage* stage);
  Unwrap ParseUnwrap();
  LabelFilter ParseLabelFilter(int min_precedence);
  LabelFilter ParseLabelOperand();
  LabelFilter ParseComparison();
  void ParseComparisonValue(LabelFilter* filter);

  const std::string_view query_;
  const ParseOptions options_;
  Lexer lexer_;
  Token token_;
  Token following_;
  int depth_ = 0;
  std::optional<std::string> error_;
};

// Counts nesting, fails beyond kDepthMax.
class Parser::DepthScope {
 public:
  explicit DepthScope(Parser* parser) : parser_(parser) {
    if (++parser_->depth_ > kDepthMax) {
      parser_->FailAt(parser_->token_.position, "the query is nested too deeply");
    }
  }
  ~DepthScope() { --parser_->depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;

 private:
  Parser* const parser_;
};

}  // namespace sb::logql
