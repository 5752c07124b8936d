// SPDX-License-Identifier: Apache-2.0
#include "query/logql/ast.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace sb::logql {

std::string_view LineOpText(LineOp op) {
  static constexpr std::array<std::string_view, 6> kText = {"|=", "!=", "|~", "!~", "|>", "!>"};
  return kText.at(static_cast<size_t>(op));
}

bool IsNegative(LineOp op) {
  return op == LineOp::kNotContains || op == LineOp::kNotMatch || op == LineOp::kNotPattern;
}

std::string_view CompareOpText(CompareOp op) {
  static constexpr std::array<std::string_view, 6> kText = {"==", "!=", "<", "<=", ">", ">="};
  return kText.at(static_cast<size_t>(op));
}

std::string_view ConversionText(Conversion conversion) {
  static constexpr std::array<std::string_view, 4> kText = {"", "bytes", "duration",
                                                            "duration_seconds"};
  return kText.at(static_cast<size_t>(conversion));
}

std::string_view RangeOpText(RangeOp op) {
  static constexpr std::array<std::string_view, 15> kText = {
      "count_over_time",    "rate",            "rate_counter",     "bytes_over_time",
      "bytes_rate",         "sum_over_time",   "avg_over_time",    "min_over_time",
      "max_over_time",      "stddev_over_time", "stdvar_over_time", "quantile_over_time",
      "first_over_time",    "last_over_time",  "absent_over_time"};
  return kText.at(static_cast<size_t>(op));
}

std::string_view AggregateOpText(AggregateOp op) {
  static constexpr std::array<std::string_view, 12> kText = {
      "sum",  "avg",     "min",         "max",  "count",    "stddev", "stdvar",
      "topk", "bottomk", "approx_topk", "sort", "sort_desc"};
  return kText.at(static_cast<size_t>(op));
}

std::string_view BinaryOpText(BinaryOp op) {
  static constexpr std::array<std::string_view, 15> kText = {
      "or", "and", "unless", "+", "-", "*", "/", "%", "^", "==", "!=", ">", ">=", "<", "<="};
  return kText.at(static_cast<size_t>(op));
}

bool IsSetOp(BinaryOp op) {
  return op == BinaryOp::kOr || op == BinaryOp::kAnd || op == BinaryOp::kUnless;
}

bool IsComparison(BinaryOp op) {
  return op >= BinaryOp::kEqual;
}

double FoldNumbers(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::kAdd:
      return lhs + rhs;
    case BinaryOp::kSub:
      return lhs - rhs;
    case BinaryOp::kMul:
      return lhs * rhs;
    case BinaryOp::kDiv:
      return rhs == 0 ? std::numeric_limits<double>::quiet_NaN() : lhs / rhs;
    case BinaryOp::kMod:
      return rhs == 0 ? std::numeric_limits<double>::quiet_NaN() : std::fmod(lhs, rhs);
    case BinaryOp::kPow:
      return std::pow(lhs, rhs);
    case BinaryOp::kEqual:
      return lhs == rhs ? 1 : 0;
    case BinaryOp::kNotEqual:
      return lhs != rhs ? 1 : 0;
    case BinaryOp::kGreater:
      return lhs > rhs ? 1 : 0;
    case BinaryOp::kGreaterEqual:
      return lhs >= rhs ? 1 : 0;
    case BinaryOp::kLess:
      return lhs < rhs ? 1 : 0;
    case BinaryOp::kLessEqual:
      return lhs <= rhs ? 1 : 0;
    case BinaryOp::kOr:
    case BinaryOp::kAnd:
    case BinaryOp::kUnless:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace sb::logql
