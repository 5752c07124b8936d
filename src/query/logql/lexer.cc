// SPDX-License-Identifier: Apache-2.0
#include "query/logql/lexer.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "query/logql/units.h"

namespace sb::logql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// What a number, a duration or a size may consist of.
bool IsNumberByte(char c) {
  return IsWordByte(c) || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// LogQL knows sizes in queries with these letters only; in the data any case will do.
bool IsSizeLiteral(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && (IsDigit(text[digits]) || text[digits] == '.')) {
    ++digits;
  }
  static constexpr std::array<std::string_view, 13> kUnits = {
      "B", "kB", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB", "EB"};
  for (const std::string_view unit : kUnits) {
    if (text.substr(digits) == unit) {
      return digits > 0;
    }
  }
  return false;
}

}  // namespace

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsWordByte(char c) {
  return IsWordStart(c) || IsDigit(c);
}

std::string_view TokenName(TokenType type) {
  static constexpr std::array<std::string_view, 35> kNames = {
      "$end",   "error", "IDENTIFIER", "STRING", "NUMBER", "DURATION", "BYTES",
      "RANGE",  "PARSER_FLAG", "{",    "}",      "(",      ")",        ",",
      ".",      "|",     "|=",         "|~",     "|>",     "=",        "!=",
      "=~",     "!~",    "!>",         "==",     ">",      ">=",       "<",
      "<=",     "+",     "-",          "*",      "/",      "%",        "^"};
  return kNames.at(static_cast<size_t>(type));
}

Token Lexer::Make(TokenType type, size_t bytes) {
  Token token;
  token.type = type;
  token.position = static_cast<int32_t>(at_);
  token.text = std::string(query_.substr(at_, bytes));
  at_ += bytes;
  return token;
}

Token Lexer::Fail(size_t position, std::string message) {
  failed_ = true;
  Token token;
  token.type = TokenType::kError;
  token.position = static_cast<int32_t>(position);
  token.text = std::move(message);
  at_ = query_.size();
  return token;
}

void Lexer::SkipBlanks() {
  for (;;) {
    while (At(0) == ' ' || At(0) == '\t' || At(0) == '\n' || At(0) == '\r') {
      ++at_;
    }
    if (At(0) != '#') {
      return;
    }
    while (at_ < query_.size() && query_[at_] != '\n') {
      ++at_;
    }
  }
}

Token Lexer::Next() {
  SkipBlanks();
  if (at_ >= query_.size()) {
    return Make(TokenType::kEnd, 0);
  }
  const char c = query_[at_];
  if (IsWordStart(c)) {
    return LexWord();
  }
  if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) {
    return LexNumber();
  }
  if (c == '"' || c == '`') {
    return LexString();
  }
  return LexSymbol();
}

Token Lexer::LexSymbol() {
  switch (At(0)) {
    case '{':
      return Make(TokenType::kOpenBrace, 1);
    case '}':
      return Make(TokenType::kCloseBrace, 1);
    case '(':
      return Make(TokenType::kOpenParen, 1);
    case ')':
      return Make(TokenType::kCloseParen, 1);
    case '[':
      return LexRange();
    case ',':
      return Make(TokenType::kComma, 1);
    case '.':
      return Make(TokenType::kDot, 1);
    case '|':
      return LexAfterBar();
    case '!':
      return LexAfterBang();
    case '=':
      return At(1) == '~'   ? Make(TokenType::kRegex, 2)
             : At(1) == '=' ? Make(TokenType::kDoubleEqual, 2)
                            : Make(TokenType::kEqual, 1);
    case '>':
      return At(1) == '=' ? Make(TokenType::kGreaterEqual, 2) : Make(TokenType::kGreater, 1);
    case '<':
      return At(1) == '=' ? Make(TokenType::kLessEqual, 2) : Make(TokenType::kLess, 1);
    case '+':
      return Make(TokenType::kAdd, 1);
    case '-':
      return LexMinus();
    case '*':
      return Make(TokenType::kMul, 1);
    case '/':
      return Make(TokenType::kDiv, 1);
    case '%':
      return Make(TokenType::kMod, 1);
    case '^':
      return Make(TokenType::kPow, 1);
    default:
      return Fail(at_, fmt::format("syntax error: unexpected character {}",
                                   QuoteGoString(query_.substr(at_, 1))));
  }
}

Token Lexer::LexAfterBar() {
  switch (At(1)) {
    case '=':
      return Make(TokenType::kPipeExact, 2);
    case '~':
      return Make(TokenType::kPipeMatch, 2);
    case '>':
      return Make(TokenType::kPipePattern, 2);
    default:
      return Make(TokenType::kPipe, 1);
  }
}

Token Lexer::LexAfterBang() {
  switch (At(1)) {
    case '=':
      return Make(TokenType::kNotEqual, 2);
    case '~':
      return Make(TokenType::kNotRegex, 2);
    case '>':
      return Make(TokenType::kNotPattern, 2);
    default:
      return Fail(at_, "syntax error: unexpected character \"!\"");
  }
}

// "--strict", "-5m", or a minus.
Token Lexer::LexMinus() {
  if (At(1) == '-' && IsWordStart(At(2))) {
    size_t end = 2;
    while (IsWordByte(At(end)) || At(end) == '-') {
      ++end;
    }
    return Make(TokenType::kFlag, end);
  }
  size_t end = 1;
  while (at_ + end < query_.size() && IsNumberByte(At(end))) {
    ++end;
  }
  const std::string_view text = query_.substr(at_, end);
  if (text.size() > 2 && IsDigit(text[1]) && !IsDigit(text.back()) && text.back() != '.') {
    if (const auto duration = ParseQueryDuration(text); duration.has_value()) {
      Token token = Make(TokenType::kDuration, end);
      token.duration_ns = *duration;
      return token;
    }
  }
  return Make(TokenType::kSub, 1);
}

Token Lexer::LexWord() {
  size_t end = 1;
  while (IsWordByte(At(end))) {
    ++end;
  }
  return Make(TokenType::kIdentifier, end);
}

Token Lexer::LexNumber() {
  size_t end = 1;
  while (at_ + end < query_.size() && IsNumberByte(At(end))) {
    const char c = At(end);
    ++end;
    // The sign of an exponent belongs to the number: 1e+3, 0x1p-2.
    const bool hex = At(1) == 'x' || At(1) == 'X';
    if (((!hex && (c == 'e' || c == 'E')) || c == 'p' || c == 'P') &&
        (At(end) == '+' || At(end) == '-') && IsDigit(At(end + 1))) {
      ++end;
    }
  }
  const std::string_view text = query_.substr(at_, end);
  if (const auto number = ParseGoFloat(text); number.has_value()) {
    Token token = Make(TokenType::kNumber, end);
    token.number = *number;
    return token;
  }
  if (const auto duration = ParseQueryDuration(text); duration.has_value()) {
    Token token = Make(TokenType::kDuration, end);
    token.duration_ns = *duration;
    return token;
  }
  if (IsSizeLiteral(text)) {
    if (const auto size = ParseSize(text); size.has_value()) {
      Token token = Make(TokenType::kBytes, end);
      token.bytes = *size;
      return token;
    }
  }
  return Fail(at_, fmt::format("unable to parse literal as a float, a duration or a size: {}",
                               QuoteGoString(text)));
}

Token Lexer::LexString() {
  std::string text;
  std::string error;
  const size_t taken = UnquoteGoString(query_.substr(at_), &text, &error);
  if (taken == 0) {
    return Fail(at_, std::move(error));
  }
  Token token = Make(TokenType::kString, taken);
  token.text = std::move(text);
  return token;
}

Token Lexer::LexRange() {
  const size_t end = query_.find(']', at_);
  if (end == std::string_view::npos) {
    return Fail(at_, "missing closing ']' in duration");
  }
  std::string_view text = query_.substr(at_ + 1, end - at_ - 1);
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  const std::optional<int64_t> duration = ParseQueryDuration(text);
  if (!duration.has_value()) {
    return Fail(at_, fmt::format("not a valid duration string: {}", QuoteGoString(text)));
  }
  if (*duration <= 0) {
    return Fail(at_, fmt::format("the range must be above 0: {}", QuoteGoString(text)));
  }
  Token token = Make(TokenType::kRange, end + 1 - at_);
  token.duration_ns = *duration;
  return token;
}

}  // namespace sb::logql
