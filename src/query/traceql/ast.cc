// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/ast.h"

#include <array>

namespace sb::traceql {

std::string_view FieldOpText(FieldOp op) {
  static constexpr std::array<std::string_view, 18> kTexts = {
      "&&", "||", "=", "!=", "<", "<=", ">", ">=", "=~",
      "!~", "+",  "-", "*",  "/", "%",  "^", "!",  "-"};
  return kTexts[static_cast<size_t>(op)];
}

bool IsComparison(FieldOp op) {
  return op >= FieldOp::kEqual && op <= FieldOp::kGreaterEqual;
}

bool IsArithmetic(FieldOp op) {
  return op >= FieldOp::kAdd && op <= FieldOp::kPow;
}

std::string_view SpansetOpText(SpansetOp op) {
  static constexpr std::array<std::string_view, 17> kTexts = {
      "&&", "||",  ">",  ">>", "<",   "<<", "~",   "!>", "!>>",
      "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~"};
  return kTexts[static_cast<size_t>(op)];
}

std::string_view AggregateOpText(AggregateOp op) {
  static constexpr std::array<std::string_view, 5> kTexts = {"count", "min", "max", "sum", "avg"};
  return kTexts[static_cast<size_t>(op)];
}

std::string_view MetricsOpText(MetricsOp op) {
  static constexpr std::array<std::string_view, 9> kTexts = {
      "rate",          "count_over_time", "min_over_time",      "max_over_time",
      "avg_over_time", "sum_over_time",   "quantile_over_time", "histogram_over_time",
      "compare"};
  return kTexts[static_cast<size_t>(op)];
}

const Literal* Query::FindHint(std::string_view name) const {
  for (const Hint& hint : hints) {
    if (hint.name == name) {
      return &hint.value;
    }
  }
  return nullptr;
}

}  // namespace sb::traceql
