// SPDX-License-Identifier: Apache-2.0
//
// Lex splits the text of a template into tokens: text between actions, and what stands inside
// `{{ … }}`. Trim markers and comments are applied here. The last token is kEof or kError, whose
// text is the message.
//
// Internal to the module. Threads: a pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sb::gotemplate {

enum class TokenType : uint8_t {
  kError,
  kBool,
  kChar,          // a printable character on its own, such as ","
  kCharConstant,  // 'x'
  kAssign,        // =
  kDeclare,       // :=
  kEof,
  kField,  // .name
  kIdentifier,
  kLeftDelim,
  kLeftParen,
  kNumber,
  kPipe,
  kRawString,
  kRightDelim,
  kRightParen,
  kSpace,
  kString,
  kText,
  kVariable,
  kKeyword,
  kDot,  // .
  kNil,
};

struct Token {
  TokenType type = TokenType::kEof;
  size_t position = 0;
  std::string_view text;  // part of the source, except for errors
  std::string message;    // kError
};

std::vector<Token> Lex(std::string_view source);

}  // namespace sb::gotemplate
