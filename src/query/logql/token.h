// SPDX-License-Identifier: Apache-2.0
//
// Tokens of LogQL. Words are one type: whether `rate` or `by` is a keyword depends on where it
// stands and is the parser's business.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::logql {

enum class TokenType : uint8_t {
  kEnd,
  kError,       // text: what is wrong
  kIdentifier,  // text as written
  kString,      // text: unquoted
  kNumber,      // number
  kDuration,    // duration_ns
  kBytes,       // bytes
  kRange,       // "[5m]": duration_ns
  kFlag,        // "--strict": text with the dashes
  kOpenBrace,
  kCloseBrace,
  kOpenParen,
  kCloseParen,
  kComma,
  kDot,
  kPipe,          // |
  kPipeExact,     // |=
  kPipeMatch,     // |~
  kPipePattern,   // |>
  kEqual,         // =
  kNotEqual,      // !=
  kRegex,         // =~
  kNotRegex,      // !~
  kNotPattern,    // !>
  kDoubleEqual,   // ==
  kGreater,       // >
  kGreaterEqual,  // >=
  kLess,          // <
  kLessEqual,     // <=
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
};

struct Token {
  TokenType type = TokenType::kEnd;
  int32_t position = 0;  // byte offset
  std::string text;
  double number = 0;
  int64_t duration_ns = 0;
  uint64_t bytes = 0;
};

// What a message calls the token: "}", "IDENTIFIER", "$end".
std::string_view TokenName(TokenType type);

}  // namespace sb::logql
