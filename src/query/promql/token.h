// SPDX-License-Identifier: Apache-2.0
//
// Token: one lexical item of a query, with its place in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/promql/position.h"

namespace sb::promql {

enum class TokenType : uint8_t {
  kEof,
  kError,
  kIdentifier,
  kMetricIdentifier,  // has a colon
  kNumber,
  kDuration,
  kString,  // with its quotes
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kComma,
  kColon,
  kAssign,  // =
  // Operators.
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kEqual,
  kNotEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
  kTrimUpper,
  kTrimLower,
  kEqualRegex,
  kNotEqualRegex,
  kAt,
  kAnd,
  kOr,
  kUnless,
  kAtan2,
  // Aggregations.
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
  // Keywords.
  kAnchored,
  kBool,
  kBy,
  kFill,
  kFillLeft,
  kFillRight,
  kGroupLeft,
  kGroupRight,
  kIgnoring,
  kOffset,
  kOn,
  kSmoothed,
  kWithout,
  // Words that are functions where a parenthesis follows.
  kEnd,
  kMaxOf,
  kMinOf,
  kRange,
  kStart,
  kStep,
};

struct Token {
  TokenType type = TokenType::kEof;
  PositionRange range;
  std::string_view text;  // into the query; of kError into the lexer's message
};

inline bool IsOperator(TokenType t) {
  return t >= TokenType::kAdd && t <= TokenType::kAtan2;
}
inline bool IsAggregator(TokenType t) {
  return t >= TokenType::kAvg && t <= TokenType::kTopk;
}
inline bool IsKeyword(TokenType t) {
  return t >= TokenType::kAnchored && t <= TokenType::kWithout;
}
inline bool IsFunctionWord(TokenType t) {
  return t >= TokenType::kEnd && t <= TokenType::kStep;
}

// The keyword, aggregation or operator word that `word` is in any case, or kIdentifier.
TokenType LookUpWord(std::string_view word);

// How errors name a token: `identifier "x"`, `<op:+>`, `<by>`, `<aggr:sum>`, `"("`, `end of input`.
std::string DescribeToken(const Token& token);

}  // namespace sb::promql
