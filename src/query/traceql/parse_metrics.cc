// SPDX-License-Identifier: Apache-2.0
//
// Metrics functions, their second stages, and hints.
#include <utility>

#include "query/traceql/parser_internal.h"

namespace sb::traceql {

bool Parser::ParseMetricsFunction(MetricsOp op, Pipeline pipeline, Operand* out) {
  auto metrics = std::make_unique<MetricsExpr>();
  metrics->pipeline = std::move(pipeline);
  metrics->function.op = op;
  if (!Expect("(") || !ParseMetricsArguments(&metrics->function) || !Expect(")")) {
    return false;
  }
  if (TakeWord("by") && !ParseAttributeList(&metrics->function.by)) {
    return false;
  }
  *out = Operand();
  out->kind = Operand::Kind::kMetrics;
  out->metrics = std::move(metrics);
  return ParseMetricsFilters(out);
}

bool Parser::ParseMetricsArguments(MetricsFunction* function) {
  switch (function->op) {
    case MetricsOp::kRate:
    case MetricsOp::kCountOverTime:
      return true;
    case MetricsOp::kCompare:
      return ParseCompare(function);
    default:
      break;
  }
  Attribute field;
  if (!ParseAttribute(&field)) {
    return false;
  }
  function->field = std::move(field);
  return function->op != MetricsOp::kQuantileOverTime || ParseQuantiles(function);
}

bool Parser::ParseQuantiles(MetricsFunction* function) {
  if (!Expect(",")) {
    return false;
  }
  do {
    double quantile = 0;
    if (!ParseSignedNumber(&quantile)) {
      return false;
    }
    function->quantiles.push_back(quantile);
  } while (Take(","));
  return true;
}

bool Parser::ParseCompare(MetricsFunction* function) {
  if (!token_.Is("{")) {
    return FailUnexpected("a spanset `{…}`");
  }
  Operand selection;
  if (!ParseSpansetFilter(&selection)) {
    return false;
  }
  function->selection = std::move(selection.spanset);
  if (!Take(",")) {
    return true;
  }
  if (!ParseSignedInt(&function->compare_top)) {
    return false;
  }
  return !Take(",") || (ParseSignedInt(&function->compare_start_ns) && Expect(",") &&
                        ParseSignedInt(&function->compare_end_ns));
}

bool Parser::ParseSignedNumber(double* out) {
  const bool negative = Take("-");
  if (token_.type != TokenType::kInt && token_.type != TokenType::kFloat) {
    return FailUnexpected("a number");
  }
  *out = token_.type == TokenType::kInt ? static_cast<double>(token_.integer) : token_.number;
  *out = negative ? -*out : *out;
  Advance();
  return true;
}

bool Parser::ParseSignedInt(int64_t* out) {
  if (token_.type != TokenType::kInt) {
    return FailUnexpected("a whole number");
  }
  *out = token_.integer;
  Advance();
  return true;
}

// After `|`.
bool Parser::ParseSecondStage(Operand* metrics) {
  const bool is_top = IsWord("topk");
  if (!is_top && !IsWord("bottomk")) {
    return FailUnexpected("topk(n) or bottomk(n)");
  }
  Advance();
  auto stage = std::make_unique<MetricsExpr>();
  stage->kind = is_top ? MetricsExpr::Kind::kTopK : MetricsExpr::Kind::kBottomK;
  if (!Expect("(") || !ParseSignedInt(&stage->k) || !Expect(")")) {
    return false;
  }
  stage->lhs = std::move(metrics->metrics);
  metrics->metrics = std::move(stage);
  return ParseMetricsFilters(metrics);
}

// `> 5`, any number of them. What is compared with is arithmetic of numbers.
bool Parser::ParseMetricsFilters(Operand* metrics) {
  static constexpr std::string_view kComparisons[] = {"=", "!=", "<", "<=", ">", ">="};
  for (;;) {
    bool found = false;
    for (const std::string_view symbol : kComparisons) {
      found = found || token_.Is(symbol);
    }
    if (!found) {
      return true;
    }
    const Token op = token_;
    Advance();
    Operand constant;
    if (!ParseOperators(3, &constant) || !CombineComparison(op, metrics, std::move(constant))) {
      return false;
    }
  }
}

bool Parser::ParseHints(std::vector<Hint>* out) {
  Advance();
  if (!Expect("(")) {
    return false;
  }
  do {
    Hint hint;
    if (token_.type != TokenType::kWord) {
      return FailUnexpected("the name of a hint");
    }
    hint.name = std::string(token_.text);
    Advance();
    if (!Expect("=") || !ParseLiteral(&hint.value)) {
      return false;
    }
    out->push_back(std::move(hint));
  } while (Take(","));
  return Expect(")");
}

}  // namespace sb::traceql
