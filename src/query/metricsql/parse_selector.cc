// SPDX-License-Identifier: Apache-2.0
//
// Selectors, and what may follow any expression: windows, offset, @.
#include <algorithm>
#include <utility>

#include "model/label_set.h"
#include "query/metricsql/parser_internal.h"

namespace sb::metricsql {
namespace {

using Alternatives = std::vector<std::vector<model::Matcher>>;

// All pairs: (a or b) and (c or d).
Alternatives Both(const Alternatives& left, const Alternatives& right) {
  Alternatives out;
  for (const auto& a : left) {
    for (const auto& b : right) {
      out.push_back(a);
      out.back().insert(out.back().end(), b.begin(), b.end());
    }
  }
  return out;
}

constexpr size_t kAlternativesMax = 256;

bool MatchesEverything(const std::vector<model::Matcher>& matchers) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [](const model::Matcher& m) { return m.MatchesEmpty(); });
}

}  // namespace

// A metric name, braces or both. A name that a template has given a meaning stands for its
// selector.
Parser::Parsed Parser::ParseSelector() {
  const int32_t position = Now().position;
  SelectorExpr selector;
  selector.alternatives.emplace_back();
  if (Now().kind == TokenKind::kWord) {
    if (!After().Is("{") && After().Is("(")) {
      return Problem("unknown function \"" + Now().text + "\"");
    }
    selector.alternatives[0].push_back(
        model::Matcher::Equal(std::string(model::kMetricName), Now().text));
    ++at_;
  }
  if (Now().Is("{")) {
    SB_RETURN_IF_ERROR(ParseFilters(&selector));
  }
  for (const auto& matchers : selector.alternatives) {
    if (MatchesEverything(matchers)) {
      return ParseProblem(query_, position,
                          "a selector must contain at least one non-empty matcher");
    }
  }
  return Make(std::move(selector), position);
}

base::Status Parser::ParseFilters(SelectorExpr* selector) {
  SB_RETURN_IF_ERROR(ExpectSymbol("{"));
  Alternatives all;
  Alternatives group{{}};
  while (!TakeSymbol("}")) {
    SB_RETURN_IF_ERROR(ParseFilter(&group));
    if (TakeWord("or")) {
      all.insert(all.end(), group.begin(), group.end());
      group = {{}};
    } else if (!Now().Is("}")) {
      SB_RETURN_IF_ERROR(ExpectSymbol(","));
    }
    if (all.size() + group.size() > kAlternativesMax) {
      return Problem("a selector has too many alternatives");
    }
  }
  all.insert(all.end(), group.begin(), group.end());
  selector->alternatives = Both(selector->alternatives, all);
  return base::OkStatus();
}

// name="value", "metric name", or a template that stands for filters.
base::Status Parser::ParseFilter(Alternatives* group) {
  const Token name = Now();
  if (name.kind != TokenKind::kWord && name.kind != TokenKind::kString) {
    return Unexpected("a label name");
  }
  ++at_;
  static constexpr std::pair<std::string_view, model::MatchType> kTypes[] = {
      {"=", model::MatchType::kEqual},
      {"!=", model::MatchType::kNotEqual},
      {"=~", model::MatchType::kRegex},
      {"!~", model::MatchType::kNotRegex}};
  for (const auto& [symbol, type] : kTypes) {
    if (TakeSymbol(symbol)) {
      std::string value;
      SB_RETURN_IF_ERROR(ParseFilterValue(&value));
      auto matcher = model::Matcher::Create(type, name.text, std::move(value));
      if (!matcher.ok()) {
        return ParseProblem(query_, name.position, matcher.status().message());
      }
      *group = Both(*group, {{*std::move(matcher)}});
      return base::OkStatus();
    }
  }
  if (name.kind == TokenKind::kString) {
    *group = Both(*group, {{model::Matcher::Equal(std::string(model::kMetricName), name.text)}});
    return base::OkStatus();
  }
  const Scope* const found = Find(name.text);
  if (found == nullptr) {
    return Unexpected("=, !=, =~ or !~");
  }
  --at_;
  SB_ASSIGN_OR_RETURN(const ExprPtr expr, Expand(*found));
  const auto* filters = expr->As<SelectorExpr>();
  if (filters == nullptr) {
    return ParseProblem(query_, name.position, name.text + " stands for no label filters");
  }
  *group = Both(*group, filters->alternatives);
  return base::OkStatus();
}

// A string, a template that stands for one, or several joined with +.
base::Status Parser::ParseFilterValue(std::string* value) {
  do {
    if (Now().kind == TokenKind::kString) {
      *value += Now().text;
      ++at_;
      continue;
    }
    const Scope* const found = Now().kind == TokenKind::kWord ? Find(Now().text) : nullptr;
    if (found == nullptr) {
      return Unexpected("a string");
    }
    SB_ASSIGN_OR_RETURN(const ExprPtr expr, Expand(*found));
    const auto* text = expr->As<StringExpr>();
    if (text == nullptr) {
      return Problem("the template before stands for no string");
    }
    *value += text->value;
  } while (TakeSymbol("+"));
  return base::OkStatus();
}

Parser::Parsed Parser::ParsePostfix(ExprPtr expr) {
  while (true) {
    const int32_t position = Now().position;
    const bool brackets = Now().Is("[");
    if (!brackets && !Now().Is("@") && !Now().IsWord("offset")) {
      return expr;
    }
    RollupExpr rollup;
    // One node holds what belongs to one expression: x[5m] offset 1h @ 5.
    const auto* before = expr->As<RollupExpr>();
    const bool reuse = before != nullptr && !brackets &&
                       !(Now().Is("@") ? before->at != nullptr : before->offset.has_value());
    if (reuse) {
      rollup = *before;
    } else {
      rollup.expr = expr;
    }
    if (brackets) {
      SB_RETURN_IF_ERROR(ParseBrackets(&rollup));
    } else if (TakeSymbol("@")) {
      SB_ASSIGN_OR_RETURN(rollup.at, ParsePrimary());
    } else {
      SB_RETURN_IF_ERROR(ParseOffset(&rollup));
    }
    SB_ASSIGN_OR_RETURN(expr, Make(std::move(rollup), position));
  }
}

base::Status Parser::ParseBrackets(RollupExpr* rollup) {
  // x @ 5 [5m] and x offset 1h [5m]: the window belongs inside.
  if (const auto* inner = rollup->expr->As<RollupExpr>();
      inner != nullptr && !inner->window.has_value() && !inner->subquery &&
      inner->expr->As<SelectorExpr>() != nullptr) {
    *rollup = RollupExpr(*inner);
  }
  SB_RETURN_IF_ERROR(ExpectSymbol("["));
  if (!Now().Is(":") && !Now().Is("]")) {
    rollup->window.emplace();
    SB_RETURN_IF_ERROR(ParseDuration(&*rollup->window));
  }
  if (TakeSymbol(":")) {
    rollup->subquery = true;
    if (!Now().Is("]")) {
      rollup->step.emplace();
      SB_RETURN_IF_ERROR(ParseDuration(&*rollup->step));
    }
  }
  return ExpectSymbol("]");
}

// A number is one of seconds. What Grafana has not filled in means one step.
base::Status Parser::ParseDuration(Duration* out) {
  const bool negative = TakeSymbol("-");
  if (Now().kind == TokenKind::kDuration) {
    *out = Now().duration;
  } else if (Now().kind == TokenKind::kNumber) {
    *out = Duration{Now().number * 1000, 0};
  } else if (Now().kind == TokenKind::kWord &&
             (Now().text == "$__interval" || Now().text == "$__rate_interval")) {
    *out = Duration{0, 1};
  } else {
    const Scope* const found = Now().kind == TokenKind::kWord ? Find(Now().text) : nullptr;
    if (found == nullptr) {
      return Unexpected("a duration");
    }
    SB_ASSIGN_OR_RETURN(const ExprPtr expr, Expand(*found));
    --at_;
    if (const auto* duration = expr->As<DurationExpr>()) {
      *out = duration->value;
    } else if (const auto* number = expr->As<NumberExpr>()) {
      *out = Duration{number->value * 1000, 0};
    } else {
      return Unexpected("a duration");
    }
  }
  ++at_;
  constexpr double kDurationMsMax = 1e14;  // three thousand years
  if (!(out->ms >= -kDurationMsMax && out->ms <= kDurationMsMax && out->steps <= 1e6)) {
    return Problem("duration out of range");
  }
  if (negative) {
    *out = Duration{-out->ms, -out->steps};
  }
  return base::OkStatus();
}

base::Status Parser::ParseOffset(RollupExpr* rollup) {
  ++at_;
  rollup->offset.emplace();
  return ParseDuration(&*rollup->offset);
}

}  // namespace sb::metricsql
