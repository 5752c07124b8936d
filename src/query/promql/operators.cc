// SPDX-License-Identifier: Apache-2.0
#include "query/promql/operators.h"

#include "base/check.h"

namespace sb::promql {

std::string_view BinaryOpName(BinaryOp op) {
  static constexpr std::string_view kNames[] = {"+",     "-",   "*",  "/",      "%",  "^",
                                                "atan2", "==",  "!=", ">",      "<",  ">=",
                                                "<=",    "and", "or", "unless", "</", ">/"};
  const auto i = static_cast<size_t>(op);
  SB_CHECK(i < std::size(kNames));
  return kNames[i];
}

bool IsComparison(BinaryOp op) {
  return op >= BinaryOp::kEqual && op <= BinaryOp::kLessOrEqual;
}

bool IsSetOperator(BinaryOp op) {
  return op >= BinaryOp::kAnd && op <= BinaryOp::kUnless;
}

std::string_view UnaryOpName(UnaryOp op) {
  return op == UnaryOp::kMinus ? "-" : "+";
}

std::string_view AggregateOpName(AggregateOp op) {
  static constexpr std::string_view kNames[] = {
      "avg", "bottomk", "count",    "count_values", "group",  "limit_ratio", "limitk",
      "max", "min",     "quantile", "stddev",       "stdvar", "sum",         "topk"};
  const auto i = static_cast<size_t>(op);
  SB_CHECK(i < std::size(kNames));
  return kNames[i];
}

bool HasParameter(AggregateOp op) {
  switch (op) {
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk:
    case AggregateOp::kCountValues:
    case AggregateOp::kQuantile:
    case AggregateOp::kLimitk:
    case AggregateOp::kLimitRatio:
      return true;
    default:
      return false;
  }
}

std::string_view DurationOpName(DurationOp op) {
  static constexpr std::string_view kNames[] = {"+", "-", "*",      "/",      "%",    "^",
                                                "+", "-", "min_of", "max_of", "step", "range"};
  const auto i = static_cast<size_t>(op);
  SB_CHECK(i < std::size(kNames));
  return kNames[i];
}

}  // namespace sb::promql
