// SPDX-License-Identifier: Apache-2.0
//
// Tokenize cuts MetricsQL text into tokens. Blanks and comments (# to the end of the line) are
// skipped. The last token is kEof.
//
//   SB_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize("rate(x{a=\"b\"}[5m])"));
//
// Errors: kInvalidArgument with line and column.
// Threads: functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/metricsql/ast.h"

namespace sb::metricsql {

enum class TokenKind : uint8_t { kEof, kWord, kNumber, kDuration, kString, kSymbol };

struct Token {
  TokenKind kind = TokenKind::kEof;
  int32_t position = 0;
  std::string text;  // of a word without escapes, of a string without quotes and escapes
  double number = 0;
  Duration duration;

  bool Is(std::string_view symbol) const { return kind == TokenKind::kSymbol && text == symbol; }
  // Words of the language are known in any case.
  bool IsWord(std::string_view lower) const;
};

base::Result<std::vector<Token>> Tokenize(std::string_view query);

std::string LowerCase(std::string_view text);

// "1:5: parse error: message"
base::Status ParseProblem(std::string_view query, int32_t position, std::string_view message);

}  // namespace sb::metricsql
