// SPDX-License-Identifier: Apache-2.0
//
// WITH (x = …, f(a, b) = …) expression: definitions and their expansion.
#include <tuple>
#include <utility>

#include "base/check.h"
#include "query/metricsql/parser_internal.h"

namespace sb::metricsql {
namespace {

// Functions that the language itself defines by templates.
constexpr std::string_view kBuiltins =
    "WITH (ru(freev, maxv) = clamp_min(maxv - clamp_min(freev, 0), 0) / clamp_min(maxv, 0) * 100,"
    "ttf(freev) = smooth_exponential(clamp_max(clamp_max(-freev, 0) / "
    "clamp_max(deriv_fast(freev), 0), 365 * 24 * 3600), clamp_max(step() / 300, 1)),"
    "range_median(q) = range_quantile(0.5, q),"
    "alias(q, name) = label_set(q, \"__name__\", name)) 1";

constexpr int kExpansionsMax = 5'000;

const std::vector<Token>& BuiltinTokens() {
  static const std::vector<Token>& tokens = *new std::vector<Token>([] {
    base::Result<std::vector<Token>> cut = Tokenize(kBuiltins);
    SB_CHECK(cut.ok());
    return *std::move(cut);
  }());
  return tokens;
}

}  // namespace

const Parser::Scope* Parser::AddScope(Scope scope) {
  scopes_.push_back(std::make_unique<const Scope>(std::move(scope)));
  return scopes_.back().get();
}

const Parser::Scope* Parser::Find(std::string_view name) const {
  for (const Scope* scope = scope_; scope != nullptr; scope = scope->parent) {
    if (scope->name == name) {
      return scope;
    }
  }
  return nullptr;
}

void Parser::DefineBuiltins() {
  tokens_ = &BuiltinTokens();
  at_ = 2;  // after WITH (
  do {
    SB_CHECK(ParseDefinition().ok());
  } while (TakeSymbol(","));
  tokens_ = &own_tokens_;
  at_ = 0;
}

Parser::Parsed Parser::ParseWith() {
  const DepthScope depth(this);
  if (!depth.ok()) {
    return Problem("the query is nested too deeply");
  }
  const Scope* const outer = scope_;
  at_ += 2;
  while (!TakeSymbol(")")) {
    SB_RETURN_IF_ERROR(ParseDefinition());
    if (!Now().Is(")")) {
      SB_RETURN_IF_ERROR(ExpectSymbol(","));
    }
  }
  Parsed expr = ParseBinary(0);
  scope_ = outer;
  return expr;
}

// x = body, f(a, b) = body. The body is read when it is used.
base::Status Parser::ParseDefinition() {
  if (Now().kind != TokenKind::kWord) {
    return Unexpected("the name of a template");
  }
  Scope scope;
  scope.name = Now().text;
  scope.parent = scope_;
  scope.definition.tokens = tokens_;
  scope.definition.scope = scope_;
  ++at_;
  if (Now().Is("(")) {
    scope.definition.params.emplace();
    SB_RETURN_IF_ERROR(ParseNames(&*scope.definition.params));
  }
  SB_RETURN_IF_ERROR(ExpectSymbol("="));
  scope.definition.body = at_;
  SB_RETURN_IF_ERROR(SkipBody());
  scope_ = AddScope(std::move(scope));
  return base::OkStatus();
}

// To the comma or parenthesis that ends the definition.
base::Status Parser::SkipBody() {
  int open = 0;
  while (true) {
    const Token& token = Now();
    if (token.kind == TokenKind::kEof) {
      return Unexpected("\")\"");
    }
    if (token.Is("(") || token.Is("{") || token.Is("[")) {
      ++open;
    } else if (open == 0 && (token.Is(",") || token.Is(")"))) {
      return base::OkStatus();
    } else if (token.Is(")") || token.Is("}") || token.Is("]")) {
      --open;
    }
    ++at_;
  }
}

// The next token is the template's name.
Parser::Parsed Parser::Expand(const Scope& found) {
  if (++expansions_ > kExpansionsMax) {
    return Problem("too many uses of WITH templates");
  }
  const std::string name = Now().text;
  ++at_;
  if (found.value != nullptr) {
    if (Now().Is("{") && found.value->As<SelectorExpr>() != nullptr) {
      SelectorExpr narrowed = *found.value->As<SelectorExpr>();
      SB_RETURN_IF_ERROR(ParseFilters(&narrowed));
      return Make(std::move(narrowed), found.value->position);
    }
    return found.value;
  }
  const Template& definition = found.definition;
  const Scope* inner = definition.scope;
  if (definition.params.has_value()) {
    std::vector<ExprPtr> args;
    SB_RETURN_IF_ERROR(ParseArguments(&args));
    if (args.size() != definition.params->size()) {
      return Problem("the template " + name + " takes " +
                     std::to_string(definition.params->size()) + " arguments, not " +
                     std::to_string(args.size()));
    }
    for (size_t i = 0; i < args.size(); ++i) {
      inner = AddScope({inner, (*definition.params)[i], {}, args[i]});
    }
  }
  SB_ASSIGN_OR_RETURN(ExprPtr expr, ParseBody(definition, inner));
  if (Now().Is("{") && expr->As<SelectorExpr>() != nullptr) {
    SelectorExpr narrowed = *expr->As<SelectorExpr>();
    SB_RETURN_IF_ERROR(ParseFilters(&narrowed));
    return Make(std::move(narrowed), expr->position);
  }
  return expr;
}

Parser::Parsed Parser::ParseBody(const Template& definition, const Scope* scope) {
  const auto saved = std::tuple(tokens_, at_, scope_);
  tokens_ = definition.tokens;
  at_ = definition.body;
  scope_ = scope;
  // Braces alone are filters for use in selectors; they may match everything.
  Parsed expr = base::Internal("");
  if (Now().Is("{")) {
    SelectorExpr filters;
    filters.alternatives.emplace_back();
    const int32_t position = Now().position;
    const base::Status read = ParseFilters(&filters);
    expr = read.ok() ? Make(std::move(filters), position) : Parsed(read);
  }
  if (!expr.ok() || (!Now().Is(",") && !Now().Is(")"))) {
    at_ = definition.body;
    expr = ParseBinary(0);
  }
  if (expr.ok() && !Now().Is(",") && !Now().Is(")")) {
    expr = Unexpected("an operator or the end of the template");
  }
  std::tie(tokens_, at_, scope_) = saved;
  return expr;
}

}  // namespace sb::metricsql
