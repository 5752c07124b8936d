// SPDX-License-Identifier: Apache-2.0
//
// Lexer cuts a LogQL query into tokens, one at a time. Blanks and comments (# to the end of the
// line) are skipped.
//
//   Lexer lexer(query);
//   for (Token t = lexer.Next(); t.type != TokenType::kEnd; t = lexer.Next()) { … }
//
// An error is a token of type kError whose text is the message; it is final, as is kEnd. The query
// must outlive the lexer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "query/logql/token.h"

namespace sb::logql {

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}
  Token Next();

 private:
  void SkipBlanks();
  Token Make(TokenType type, size_t bytes);
  Token Fail(size_t position, std::string message);
  Token LexSymbol();
  Token LexAfterBar();
  Token LexAfterBang();
  Token LexMinus();
  Token LexWord();
  Token LexNumber();
  Token LexString();
  Token LexRange();
  char At(size_t offset) const { return at_ + offset < query_.size() ? query_[at_ + offset] : 0; }

  const std::string_view query_;
  size_t at_ = 0;
  bool failed_ = false;
};

bool IsWordStart(char c);
bool IsWordByte(char c);
// Undoes a quoted string of Go at the front of `text` ("…" or `…`). Returns the bytes it took, or 0
// with *error set.
size_t UnquoteGoString(std::string_view text, std::string* out, std::string* error);
// As Go's strconv.Quote.
std::string QuoteGoString(std::string_view text);

}  // namespace sb::logql
