// SPDX-License-Identifier: Apache-2.0
//
// Parser is the recursive descent behind parser.h; nobody else includes this header.
//
// A template is kept as the place of its body among the tokens, and parsed again wherever it is
// used, with its parameters bound. It sees the templates that were defined before it, never itself,
// so expansion ends.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/metricsql/lexer.h"
#include "query/metricsql/parser.h"

namespace sb::metricsql {

class Parser {
 public:
  Parser(std::string_view query, std::vector<Token> tokens);

  base::Result<ExprPtr> ParseQuery();

 private:
  using Parsed = base::Result<ExprPtr>;
  struct Scope;
  struct Template {
    const std::vector<Token>* tokens = nullptr;
    size_t body = 0;
    std::optional<std::vector<std::string>> params;  // set: a function
    const Scope* scope = nullptr;                    // what the body sees
  };
  struct Scope {
    const Scope* parent = nullptr;
    std::string name;
    Template definition;
    ExprPtr value;  // set: a parameter
  };
  class DepthScope;

  // Tokens.
  const Token& Now() const { return (*tokens_)[at_]; }
  const Token& After() const { return (*tokens_)[std::min(at_ + 1, tokens_->size() - 1)]; }
  bool TakeSymbol(std::string_view symbol);
  bool TakeWord(std::string_view lower);
  base::Status ExpectSymbol(std::string_view symbol);
  base::Status Problem(std::string_view message) const;
  base::Status Unexpected(std::string_view wanted) const;
  // A new node, unless the tree has become too high or too large.
  template <typename T>
  Parsed Make(T node, int32_t position) const;

  // parser.cc
  Parsed ParseBinary(int min_precedence);
  Parsed ParseBinaryRest(ExprPtr lhs, BinaryOp op, int precedence, int32_t position);
  base::Status ParseBinaryModifiers(BinaryExpr* binary);
  Parsed ParseUnary();
  Parsed ParsePrimary();
  Parsed ParseWord();
  Parsed ParseParens();
  Parsed ParseCall();
  Parsed ParseAggregate();
  base::Status ParseAggregateModifiers(AggregateExpr* aggregate);
  base::Status ParseArguments(std::vector<ExprPtr>* args);
  base::Status ParseNames(std::vector<std::string>* names);
  Parsed KeepNames(ExprPtr expr) const;

  // parse_selector.cc
  Parsed ParseSelector();
  base::Status ParseFilters(SelectorExpr* selector);
  base::Status ParseFilter(std::vector<std::vector<model::Matcher>>* group);
  base::Status ParseFilterValue(std::string* value);
  Parsed ParsePostfix(ExprPtr expr);
  base::Status ParseBrackets(RollupExpr* rollup);
  base::Status ParseDuration(Duration* out);
  base::Status ParseOffset(RollupExpr* rollup);

  // parse_with.cc
  void DefineBuiltins();
  Parsed ParseWith();
  base::Status ParseDefinition();
  base::Status SkipBody();
  const Scope* Find(std::string_view name) const;
  Parsed Expand(const Scope& found);
  Parsed ParseBody(const Template& definition, const Scope* scope);
  const Scope* AddScope(Scope scope);

  const std::string_view query_;
  const std::vector<Token> own_tokens_;
  const std::vector<Token>* tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  int expansions_ = 0;
  const Scope* scope_ = nullptr;  // innermost
  std::vector<std::unique_ptr<const Scope>> scopes_;
};

// Counts nesting while it lives.
class Parser::DepthScope {
 public:
  explicit DepthScope(Parser* parser) : parser_(parser) { ++parser_->depth_; }
  ~DepthScope() { --parser_->depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;
  bool ok() const { return parser_->depth_ <= kHeightMax; }

 private:
  Parser* const parser_;
};

template <typename T>
Parser::Parsed Parser::Make(T node, int32_t position) const {
  ExprPtr expr = MakeExpr(std::move(node), position);
  if (expr->height > kHeightMax) {
    return Problem("the query is nested too deeply");
  }
  if (expr->weight > kWeightMax) {
    return Problem("the query is too large with its WITH templates expanded");
  }
  return expr;
}

}  // namespace sb::metricsql
