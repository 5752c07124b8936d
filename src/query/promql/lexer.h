// SPDX-License-Identifier: Apache-2.0
//
// Lexer cuts query text into tokens, one at a time. Blanks and comments (# to the end of the line)
// are skipped. Inside braces all words are identifiers; inside brackets only durations, numbers and
// their operators are known.
//
//   Lexer lexer("rate(x[5m])");
//   for (Token t = lexer.Next(); t.type != TokenType::kEof; t = lexer.Next()) { … }
//
// An error is a token of type kError, whose text is the message; it is final, as is kEof. The query
// must outlive the tokens.
// Source: promql/parser/lex.go of the reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "query/promql/token.h"

namespace sb::promql {

class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  Token Next();

 private:
  // A Unicode code point, or one of these two.
  using Rune = int32_t;
  static constexpr Rune kEnd = -1;
  static constexpr Rune kBroken = -2;  // not UTF-8

  Rune Read();  // and move on
  Rune Peek();
  void Unread() { at_ -= width_; }  // only once after Read
  bool Accept(std::string_view valid);
  bool NextIsOneOf(std::string_view set);
  void AcceptRun(std::string_view valid);

  Token Emit(TokenType type);
  Token Error(std::string message);

  void SkipBlanksAndComments();
  Token LexStatement();
  Token LexInsideBraces();
  Token LexDuration();
  Token LexSymbol(Rune r);
  Token LexComparison(Rune r);
  Token LexOpening(Rune r);
  Token LexClosing(Rune r);
  Token LexEndOfInput();
  Token LexWordInBrackets(Rune r);
  Token LexWord();
  Token LexString(char quote);
  Token LexRawString();
  bool LexEscape(char quote, Token* error);
  bool LexEscapedCodePoint(Rune first, int digits, uint32_t base, uint32_t max, Token* error);
  Token LexNumberOrDuration();
  bool ScanNumber();
  bool ScanNumberRest(bool hex);
  bool ScanExponent();
  bool AcceptRestOfDuration();
  bool LexDurationKeyword(Token* token);
  bool LeftParenFollows() const;

  const std::string_view input_;
  size_t at_ = 0;
  size_t start_ = 0;  // of the token being read
  size_t width_ = 0;  // of the last rune
  int paren_depth_ = 0;
  bool brace_open_ = false;
  bool bracket_open_ = false;
  bool duration_first_ = false;  // after [ until the first number: the stricter rules apply
  bool got_colon_ = false;
  bool got_duration_ = false;
  bool failed_ = false;
  std::string error_;
};

}  // namespace sb::promql
