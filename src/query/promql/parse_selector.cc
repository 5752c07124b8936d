// SPDX-License-Identifier: Apache-2.0
//
// Vector selectors, label sets, and what follows a selector: brackets, offset, @, anchored,
// smoothed.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "model/label_name.h"
#include "query/promql/literals.h"
#include "query/promql/parser_internal.h"

namespace sb::promql {
namespace {

// 2^53 ms, some 285,000 years: beyond it milliseconds are no longer exact.
constexpr double kTimestampSecondsMax = 9.007199254740992e12;

std::string FormatFixed(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  return fmt::format("{:f}", value);
}

TimeModifiers* ModifiersOf(Expr* expr) {
  if (auto* selector = TryAs<VectorSelector>(expr)) {
    return &selector->time;
  }
  if (auto* matrix = TryAs<MatrixSelector>(expr)) {
    return &matrix->selector->time;
  }
  if (auto* subquery = TryAs<SubqueryExpr>(expr)) {
    return &subquery->time;
  }
  return nullptr;
}

std::unique_ptr<DurationExpr> AsDuration(ExprPtr expr) {
  return std::unique_ptr<DurationExpr>(&As<DurationExpr>(*expr.release()));
}

// A literal goes to `ms`, anything else to `expr`.
void SetDuration(ExprPtr parsed, int64_t* ms, std::unique_ptr<DurationExpr>* expr) {
  if (const auto* number = TryAs<NumberLiteral>(parsed.get())) {
    *ms = SecondsToMs(number->value);
  } else {
    *expr = AsDuration(std::move(parsed));
  }
}

}  // namespace

std::unique_ptr<VectorSelector> Parser::ParseLoneSelector() {
  std::unique_ptr<VectorSelector> selector;
  if (At(TokenType::kLeftBrace)) {
    selector = ParseSelector(nullptr);
  } else if (IsMetricWord(token_.type)) {
    const Token name = token_;
    Advance();
    selector = ParseSelector(&name);
  } else {
    Unexpected();
  }
  if (selector != nullptr && !At(TokenType::kEof)) {
    Unexpected();
  }
  return selector;
}

std::unique_ptr<VectorSelector> Parser::ParseSelector(const Token* maybe_name) {
  auto selector = std::make_unique<VectorSelector>();
  const int32_t start = maybe_name != nullptr ? maybe_name->range.start : token_.range.start;
  if (At(TokenType::kLeftBrace) && !ParseMatchers(&selector->matchers)) {
    return nullptr;
  }
  if (maybe_name != nullptr) {
    selector->name = std::string(maybe_name->text);
    selector->matchers.push_back(
        model::Matcher::Equal(std::string(model::kMetricName), selector->name));
  }
  selector->range = From(start);
  return selector;
}

bool Parser::ParseMatchers(std::vector<model::Matcher>* matchers) {
  Advance();
  while (!TakeIf(TokenType::kRightBrace)) {
    if (!ParseMatcher(matchers)) {
      return false;
    }
    if (!At(TokenType::kComma) && !At(TokenType::kRightBrace)) {
      return Unexpected("label matching", "\",\" or \"}\"");
    }
    TakeIf(TokenType::kComma);
  }
  return true;
}

bool Parser::ParseMatcher(std::vector<model::Matcher>* matchers) {
  const Token label = token_;
  if (!At(TokenType::kIdentifier) && !At(TokenType::kString)) {
    return Unexpected("label matching", "identifier or \"}\"");
  }
  Advance();
  const bool quoted = label.type == TokenType::kString;
  std::string name = quoted ? UnquoteString(label.text) : std::string(label.text);
  switch (token_.type) {
    case TokenType::kAssign:
    case TokenType::kNotEqual:
    case TokenType::kEqualRegex:
    case TokenType::kNotEqualRegex:
      return ParseMatcherValue(label, std::move(name), matchers);
    default:
      break;
  }
  if (!quoted) {
    return Unexpected("label matching", "label matching operator");
  }
  matchers->push_back(model::Matcher::Equal(std::string(model::kMetricName), std::move(name)));
  return true;
}

bool Parser::ParseMatcherValue(const Token& label, std::string name,
                               std::vector<model::Matcher>* matchers) {
  model::MatchType type = model::MatchType::kEqual;
  if (At(TokenType::kNotEqual)) {
    type = model::MatchType::kNotEqual;
  } else if (At(TokenType::kEqualRegex)) {
    type = model::MatchType::kRegex;
  } else if (At(TokenType::kNotEqualRegex)) {
    type = model::MatchType::kNotRegex;
  }
  Advance();
  if (!At(TokenType::kString)) {
    return Unexpected("label matching", "string");
  }
  base::Result<model::Matcher> matcher =
      model::Matcher::Create(type, std::move(name), UnquoteString(token_.text));
  if (matcher.ok()) {
    matchers->push_back(*std::move(matcher));
  } else {
    Fail(MergeRanges(label.range, token_.range), std::string(matcher.status().message()));
  }
  Advance();
  return true;
}

std::optional<model::LabelSet> Parser::ParseLabelSet(bool adjacent, size_t* end) {
  model::LabelSetBuilder labels;
  std::string name;
  if (IsMetricWord(token_.type)) {
    name = std::string(token_.text);
    *end = static_cast<size_t>(token_.range.end);
    if (!adjacent || (*end < query_.size() && query_[*end] == '{')) {
      Advance();
    }
  } else if (!At(TokenType::kLeftBrace)) {
    Unexpected();
    return std::nullopt;
  }
  if (At(TokenType::kLeftBrace) && !ParseLabels(&labels, end)) {
    return std::nullopt;
  }
  if (!adjacent) {
    if (At(TokenType::kRightBrace)) {
      Advance();
    }
    if (!At(TokenType::kEof)) {
      Unexpected();
    }
  }
  if (error_.has_value()) {
    return std::nullopt;
  }
  if (!name.empty()) {
    labels.Set(model::kMetricName, name);
  }
  return labels.Build();
}

// Stops at the closing brace without taking it: what follows it may be another language.
bool Parser::ParseLabels(model::LabelSetBuilder* labels, size_t* end) {
  Advance();
  while (!At(TokenType::kRightBrace)) {
    if (!ParseLabel(labels)) {
      return false;
    }
    if (!At(TokenType::kComma) && !At(TokenType::kRightBrace)) {
      return Unexpected("label set", "\",\" or \"}\"");
    }
    TakeIf(TokenType::kComma);
  }
  *end = static_cast<size_t>(token_.range.end);
  return true;
}

bool Parser::ParseLabel(model::LabelSetBuilder* labels) {
  const Token label = token_;
  if (!At(TokenType::kIdentifier) && !At(TokenType::kString)) {
    return Unexpected("label set", "identifier or \"}\"");
  }
  Advance();
  const bool quoted = label.type == TokenType::kString;
  const std::string name = quoted ? UnquoteString(label.text) : std::string(label.text);
  if (!At(TokenType::kAssign)) {
    if (!quoted) {
      return Unexpected("label set", "\"=\"");
    }
    labels->Set(model::kMetricName, name);
    return true;
  }
  Advance();
  if (!At(TokenType::kString)) {
    return Unexpected("label set", "string");
  }
  labels->Set(name, UnquoteString(token_.text));
  Advance();
  return true;
}

ExprPtr Parser::ParsePostfix(ExprPtr expr) {
  while (expr != nullptr) {
    switch (token_.type) {
      case TokenType::kLeftBracket:
        expr = ParseBrackets(std::move(expr));
        break;
      case TokenType::kOffset:
        expr = ParseOffset(expr.get()) ? std::move(expr) : nullptr;
        break;
      case TokenType::kAt:
        expr = ParseAt(expr.get()) ? std::move(expr) : nullptr;
        break;
      case TokenType::kAnchored:
      case TokenType::kSmoothed: {
        const bool anchored = At(TokenType::kAnchored);
        Advance();
        SetExtended(expr.get(), anchored);
        break;
      }
      default:
        return expr;
    }
  }
  return nullptr;
}

ExprPtr Parser::ParseBrackets(ExprPtr expr) {
  const int32_t bracket = token_.range.start;
  Advance();
  ExprPtr range;
  {
    const ContextScope context(
        this, {"subquery or range selector", "number, duration, step(), or range()"});
    range = ParsePositiveDuration();
  }
  if (range == nullptr) {
    return nullptr;
  }
  if (At(TokenType::kColon)) {
    return ParseSubqueryStep(std::move(expr), std::move(range));
  }
  if (!At(TokenType::kRightBracket)) {
    Unexpected("subquery or range", "\":\" or \"]\"");
    return nullptr;
  }
  Advance();
  return MakeMatrixSelector(std::move(expr), std::move(range), bracket);
}

ExprPtr Parser::MakeMatrixSelector(ExprPtr expr, ExprPtr range, int32_t bracket) {
  const auto* selector = TryAs<VectorSelector>(expr.get());
  if (selector == nullptr) {
    Fail(From(bracket), "ranges only allowed for vector selectors");
    return nullptr;
  }
  const TimeModifiers& time = selector->time;
  if (time.original_offset_ms != 0 || time.offset_expr != nullptr) {
    Fail(From(bracket), "no offset modifiers allowed before range");
  } else if (time.at_ms.has_value() || time.at_anchor != AtAnchor::kNone) {
    Fail(From(bracket), "no @ modifiers allowed before range");
  }
  auto matrix = std::make_unique<MatrixSelector>();
  matrix->range = From(expr->range.start);
  matrix->height = static_cast<int16_t>(expr->height + 1);
  SetDuration(std::move(range), &matrix->range_ms, &matrix->range_expr);
  matrix->selector.reset(&As<VectorSelector>(*expr.release()));
  return matrix;
}

ExprPtr Parser::ParseSubqueryStep(ExprPtr expr, ExprPtr range) {
  Advance();
  auto subquery = std::make_unique<SubqueryExpr>();
  if (!At(TokenType::kRightBracket)) {
    const ContextScope context(
        this, {"subquery selector", "number, duration, step(), range(), or \"]\""});
    ExprPtr step = ParsePositiveDuration();
    if (step == nullptr) {
      return nullptr;
    }
    SetDuration(std::move(step), &subquery->step_ms, &subquery->step_expr);
  }
  if (!At(TokenType::kRightBracket)) {
    Unexpected("subquery selector", "\"]\"");
    return nullptr;
  }
  Advance();
  SetDuration(std::move(range), &subquery->range_ms, &subquery->range_expr);
  subquery->range = From(expr->range.start);
  subquery->expr = std::move(expr);
  if (!LimitHeight(subquery.get(), subquery->expr.get())) {
    return nullptr;
  }
  return subquery;
}

bool Parser::ParseOffset(Expr* expr) {
  Advance();
  ExprPtr offset;
  {
    const ContextScope context(this, {"offset", "number, duration, step(), or range()"});
    offset = ParseOffsetDuration();
  }
  if (offset == nullptr) {
    return false;
  }
  TimeModifiers* time = ModifiersOf(expr);
  if (time == nullptr) {
    Fail(expr->range,
         "offset modifier must be preceded by an instant vector selector or range vector selector "
         "or a subquery");
    return true;
  }
  if (time->original_offset_ms != 0 || time->offset_expr != nullptr) {
    Fail(expr->range, "offset may not be set multiple times");
  }
  SetDuration(std::move(offset), &time->original_offset_ms, &time->offset_expr);
  expr->range.end = last_end_;
  return true;
}

bool Parser::ParseAt(Expr* expr) {
  Advance();
  if (At(TokenType::kStart) || At(TokenType::kEnd)) {
    return ParseAtAnchor(expr);
  }
  const bool negative = At(TokenType::kSub);
  if (negative || At(TokenType::kAdd)) {
    Advance();
  }
  if (!AtNumber()) {
    return Unexpected("@", "timestamp");
  }
  const double seconds = TakeNumber();
  SetTimestamp(expr, negative ? -seconds : seconds);
  return true;
}

bool Parser::ParseAtAnchor(Expr* expr) {
  const AtAnchor anchor = At(TokenType::kStart) ? AtAnchor::kStart : AtAnchor::kEnd;
  Advance();
  const ContextScope context(this, {"@", "timestamp"});
  if (!Expect(TokenType::kLeftParen) || !Expect(TokenType::kRightParen)) {
    return false;
  }
  if (TimeModifiers* time = ModifiersForAt(expr)) {
    time->at_anchor = anchor;
    expr->range.end = last_end_;
  }
  return true;
}

void Parser::SetTimestamp(Expr* expr, double seconds) {
  if (!(std::fabs(seconds) <= kTimestampSecondsMax)) {  // NaN too
    Fail(expr->range, "timestamp out of bounds for @ modifier: " + FormatFixed(seconds));
    return;
  }
  if (TimeModifiers* time = ModifiersForAt(expr)) {
    time->at_ms = static_cast<int64_t>(std::round(seconds * 1000));
    expr->range.end = last_end_;
  }
}

// Null, with the error set, if `expr` cannot have @ or has it already.
TimeModifiers* Parser::ModifiersForAt(Expr* expr) {
  TimeModifiers* time = ModifiersOf(expr);
  if (time == nullptr) {
    Fail(expr->range,
         "@ modifier must be preceded by an instant vector selector or range vector selector or a "
         "subquery");
    return nullptr;
  }
  if (time->at_ms.has_value() || time->at_anchor != AtAnchor::kNone) {
    Fail(expr->range, "@ <timestamp> may not be set multiple times");
    return nullptr;
  }
  return time;
}

void Parser::SetExtended(Expr* expr, bool anchored) {
  const std::string name = anchored ? "anchored" : "smoothed";
  auto* selector = TryAs<VectorSelector>(expr);
  if (auto* matrix = TryAs<MatrixSelector>(expr)) {
    selector = matrix->selector.get();
  }
  if (selector == nullptr) {
    Fail(expr->range, expr->kind == ExprKind::kSubquery
                          ? name + " modifier is not supported for subqueries"
                          : name + " modifier not implemented");
    return;
  }
  (anchored ? selector->anchored : selector->smoothed) = true;
  if (selector->anchored && selector->smoothed) {
    Fail(expr->range, "anchored and smoothed modifiers cannot be used together");
  }
  expr->range.end = last_end_;
}

}  // namespace sb::promql
