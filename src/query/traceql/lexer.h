// SPDX-License-Identifier: Apache-2.0
//
// Lexer cuts TraceQL into tokens. An attribute with its scope is one token, and so is an intrinsic
// with scope; words without scope (intrinsics, keywords, function names) are kWord, and the parser
// knows what they mean where they stand. Blanks and comments (// and /* */) are skipped.
//
//   Lexer lexer("{ span.a = 1 }");
//   for (Token t = lexer.Next(); t.type != TokenType::kEof; t = lexer.Next()) { … }
//
// An error is a token of type kError whose text is the message; it is final, as is kEof. Texts are
// views into the query or into the lexer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "query/traceql/attribute.h"

namespace sb::traceql {

enum class TokenType : uint8_t {
  kEof,
  kError,
  kWord,
  kAttribute,
  kString,    // text: unescaped
  kInt,       // integer
  kFloat,     // number
  kDuration,  // integer, ns
  kSymbol,    // text: one of { } ( ) , | = != …
};

struct Token {
  TokenType type = TokenType::kEof;
  std::string_view text;
  size_t offset = 0;
  int64_t integer = 0;
  double number = 0;
  Attribute attribute;

  bool Is(std::string_view symbol) const { return type == TokenType::kSymbol && text == symbol; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  Token Next();

 private:
  bool SkipBlanks();
  Token Make(TokenType type, size_t start);
  Token Error(size_t offset, std::string message);
  Token LexWord();
  Token LexScoped(std::string_view scope, size_t start);
  Token LexParent(size_t start);
  Token LexAttribute(AttributeScope scope, bool of_parent, size_t start);
  Token LexString(char quote);
  Token LexNumber();
  Token LexSymbol();
  bool ReadName(std::string* name, Token* error);
  bool ReadQuotedPart(std::string* name);
  char At(size_t i) const { return i < input_.size() ? input_[i] : '\0'; }

  const std::string_view input_;
  size_t at_ = 0;
  bool failed_ = false;
  std::deque<std::string> owned_;  // unescaped strings, messages
};

}  // namespace sb::traceql
