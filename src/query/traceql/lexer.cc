// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/lexer.h"

#include <charconv>
#include <cmath>

#include "query/traceql/unquote.h"

namespace sb::traceql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Longest first.
constexpr std::string_view kSymbols[] = {
    "!>>", "!<<", "&>>", "&<<", "!=", "!~", "=~", "<=", ">=", "<<", ">>", "&&",
    "||",  "!>",  "!<",  "&>",  "&<", "&~", "{",  "}",  "(",  ")",  ",",  "|",
    "=",   "<",   ">",   "~",   "!",  "+",  "-",  "*",  "/",  "%",  "^"};

}  // namespace

Token Lexer::Make(TokenType type, size_t start) {
  Token token;
  token.type = type;
  token.offset = start;
  token.text = input_.substr(start, at_ - start);
  return token;
}

Token Lexer::Error(size_t offset, std::string message) {
  failed_ = true;
  owned_.push_back(std::move(message));
  Token token;
  token.type = TokenType::kError;
  token.offset = offset;
  token.text = owned_.back();
  return token;
}

// False in a comment that does not end.
bool Lexer::SkipBlanks() {
  for (;;) {
    while (at_ < input_.size() && IsBlank(input_[at_])) {
      ++at_;
    }
    if (input_.substr(at_, 2) == "//") {
      const size_t end = input_.find('\n', at_);
      at_ = end == std::string_view::npos ? input_.size() : end;
      continue;
    }
    if (input_.substr(at_, 2) != "/*") {
      return true;
    }
    const size_t end = input_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      return false;
    }
    at_ = end + 2;
  }
}

Token Lexer::Next() {
  if (failed_) {
    return Error(at_, owned_.back());
  }
  if (!SkipBlanks()) {
    return Error(at_, "comment is not ended");
  }
  if (at_ == input_.size()) {
    return Make(TokenType::kEof, at_);
  }
  const char c = input_[at_];
  if (IsLetter(c)) {
    return LexWord();
  }
  if (IsDigit(c) || (c == '.' && IsDigit(At(at_ + 1)))) {
    return LexNumber();
  }
  if (c == '.') {
    const size_t start = at_++;
    return LexAttribute(AttributeScope::kAny, false, start);
  }
  if (c == '"' || c == '`') {
    return LexString(c);
  }
  return LexSymbol();
}

Token Lexer::LexWord() {
  const size_t start = at_;
  while (at_ < input_.size() && (IsLetter(input_[at_]) || IsDigit(input_[at_]))) {
    ++at_;
  }
  const std::string_view word = input_.substr(start, at_ - start);
  if (At(at_) == ':') {
    return LexScoped(word, start);
  }
  if (At(at_) == '.') {
    if (word == "parent") {
      ++at_;
      return LexParent(start);
    }
    if (const auto scope = ScopeOf(word); scope.has_value()) {
      ++at_;
      return LexAttribute(*scope, false, start);
    }
    return Error(start, "unknown scope `" + std::string(word) + "`");
  }
  return Make(TokenType::kWord, start);
}

Token Lexer::LexScoped(std::string_view scope, size_t start) {
  const size_t word_start = ++at_;
  while (at_ < input_.size() && (IsLetter(input_[at_]) || IsDigit(input_[at_]))) {
    ++at_;
  }
  const std::string_view word = input_.substr(word_start, at_ - word_start);
  const auto intrinsic = ScopedIntrinsic(scope, word);
  if (scope.empty() || !intrinsic.has_value()) {
    return Error(start,
                 "unknown intrinsic `" + std::string(input_.substr(start, at_ - start)) + "`");
  }
  Token token = Make(TokenType::kAttribute, start);
  token.attribute.intrinsic = *intrinsic;
  token.attribute.name = std::string(token.text);
  return token;
}

// After `parent.`: a scope and a name, an intrinsic of the parent, or a name.
Token Lexer::LexParent(size_t start) {
  for (const AttributeScope scope : {AttributeScope::kSpan, AttributeScope::kResource}) {
    const std::string prefix = std::string(ScopeText(scope)) + ".";
    if (input_.substr(at_).starts_with(prefix)) {
      at_ += prefix.size();
      return LexAttribute(scope, true, start);
    }
  }
  Token token = LexAttribute(AttributeScope::kAny, true, start);
  if (token.type != TokenType::kAttribute || token.text.find('"') != std::string_view::npos) {
    return token;
  }
  const auto intrinsic = UnscopedIntrinsic(token.attribute.name);
  if (intrinsic.has_value() && *intrinsic != Intrinsic::kParentSpan) {
    token.attribute.intrinsic = *intrinsic;
  }
  return token;
}

bool Lexer::ReadQuotedPart(std::string* name) {
  for (++at_; at_ < input_.size(); ++at_) {
    char c = input_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '\\') {
      c = At(++at_);
      if (c != '"' && c != '\\') {
        return false;
      }
    }
    name->push_back(c);
  }
  return false;
}

bool Lexer::ReadName(std::string* name, Token* error) {
  while (at_ < input_.size() && !EndsAttributeName(input_[at_])) {
    if (input_[at_] == '"') {
      const size_t start = at_;
      if (!ReadQuotedPart(name)) {
        *error =
            Error(start, "quoted attribute name is not ended, or escapes other than \\\" \\\\");
        return false;
      }
      continue;
    }
    name->push_back(input_[at_++]);
  }
  return true;
}

Token Lexer::LexAttribute(AttributeScope scope, bool of_parent, size_t start) {
  std::string name;
  Token error;
  if (!ReadName(&name, &error)) {
    return error;
  }
  if (name.empty()) {
    return Error(start, "attribute name is missing after `" +
                            std::string(input_.substr(start, at_ - start)) + "`");
  }
  Token token = Make(TokenType::kAttribute, start);
  token.attribute.scope = scope;
  token.attribute.of_parent = of_parent;
  token.attribute.name = std::move(name);
  return token;
}

Token Lexer::LexString(char quote) {
  const size_t start = at_++;
  while (at_ < input_.size() && input_[at_] != quote) {
    at_ += quote == '"' && input_[at_] == '\\' ? 2 : 1;
  }
  if (at_ >= input_.size()) {
    at_ = input_.size();
    return Error(start, "string is not ended");
  }
  const std::string_view inside = input_.substr(start + 1, at_ - start - 1);
  ++at_;
  Token token = Make(TokenType::kString, start);
  if (quote == '`') {
    token.text = inside;
    return token;
  }
  std::string text;
  if (!Unquote(inside, &text)) {
    return Error(start, "string has an unknown escape");
  }
  owned_.push_back(std::move(text));
  token.text = owned_.back();
  return token;
}

Token Lexer::LexNumber() {
  const size_t start = at_;
  const auto digits = [this] {
    while (IsDigit(At(at_))) {
      ++at_;
    }
  };
  digits();
  bool is_float = At(at_) == '.';
  if (is_float) {
    ++at_;
    digits();
  }
  if ((At(at_) == 'e' || At(at_) == 'E') &&
      (IsDigit(At(at_ + 1)) ||
       ((At(at_ + 1) == '-' || At(at_ + 1) == '+') && IsDigit(At(at_ + 2))))) {
    is_float = true;
    at_ += 2;
    digits();
  }
  if (IsLetter(At(at_)) || static_cast<unsigned char>(At(at_)) >= 0x80) {
    while (at_ < input_.size() &&
           (IsLetter(input_[at_]) || IsDigit(input_[at_]) || input_[at_] == '.' ||
            static_cast<unsigned char>(input_[at_]) >= 0x80)) {
      ++at_;
    }
    Token token = Make(TokenType::kDuration, start);
    const auto ns = ParseDurationNs(token.text);
    if (!ns.has_value()) {
      return Error(start, "not a number or duration: " + std::string(token.text));
    }
    token.integer = *ns;
    return token;
  }
  Token token = Make(is_float ? TokenType::kFloat : TokenType::kInt, start);
  const char* const end = token.text.data() + token.text.size();
  const auto result = is_float ? std::from_chars(token.text.data(), end, token.number)
                               : std::from_chars(token.text.data(), end, token.integer);
  if (result.ec != std::errc() || result.ptr != end) {
    return Error(start, "number is out of range: " + std::string(token.text));
  }
  return token;
}

Token Lexer::LexSymbol() {
  const size_t start = at_;
  for (const std::string_view symbol : kSymbols) {
    if (input_.substr(at_).starts_with(symbol)) {
      at_ += symbol.size();
      return Make(TokenType::kSymbol, start);
    }
  }
  return Error(start, "unexpected character " + QuoteForQuery(input_.substr(start, 1)));
}

}  // namespace sb::traceql
