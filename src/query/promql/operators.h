// SPDX-License-Identifier: Apache-2.0
//
// The operators of the query language and their spelling.
#pragma once

#include <cstdint>
#include <string_view>

namespace sb::promql {

enum class BinaryOp : uint8_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kAtan2,
  kEqual,
  kNotEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
  kAnd,
  kOr,
  kUnless,
  kTrimUpper,  // </ drops what a histogram holds above the right side
  kTrimLower,  // >/ drops what it holds below
};
std::string_view BinaryOpName(BinaryOp op);
bool IsComparison(BinaryOp op);   // == != > < >= <=
bool IsSetOperator(BinaryOp op);  // and or unless

enum class UnaryOp : uint8_t { kPlus, kMinus };
std::string_view UnaryOpName(UnaryOp op);

enum class AggregateOp : uint8_t {
  kAvg,
  kBottomk,
  kCount,
  kCountValues,
  kGroup,
  kLimitRatio,
  kLimitk,
  kMax,
  kMin,
  kQuantile,
  kStddev,
  kStdvar,
  kSum,
  kTopk,
};
std::string_view AggregateOpName(AggregateOp op);
bool HasParameter(AggregateOp op);  // topk bottomk count_values quantile limitk limit_ratio

enum class DurationOp : uint8_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kPlus,
  kMinus,  // signs: only rhs is set
  kMinOf,
  kMaxOf,
  kStep,
  kRange,  // step(), range(): no operands
};
std::string_view DurationOpName(DurationOp op);

}  // namespace sb::promql
