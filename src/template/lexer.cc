// SPDX-License-Identifier: Apache-2.0
#include "template/lexer.h"

#include <algorithm>
#include <array>

#include "config/quote.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::array<std::string_view, 10> kKeywords = {
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"};

bool IsSpace(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Letters of other scripts count as letters; Go asks Unicode, here every byte above ASCII does.
bool IsAlphanumeric(char c) {
  return c == '_' || IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> Run() {
    while (!done_ && at_ <= source_.size()) {
      Text();
    }
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  bool AtEnd() const { return at_ >= source_.size(); }
  bool StartsWith(std::string_view text, size_t ahead = 0) const {
    return at_ + ahead <= source_.size() && source_.substr(at_ + ahead).starts_with(text);
  }
  // "-}}" behind a space, at `ahead` from here.
  bool TrimmedRight(size_t ahead) const {
    return IsSpace(Peek(ahead)) && StartsWith("-}}", ahead + 1);
  }

  void Emit(TokenType type, size_t start) {
    tokens_.push_back({type, start, source_.substr(start, at_ - start), ""});
  }
  void Error(size_t position, std::string message) {
    tokens_.push_back({TokenType::kError, position, {}, std::move(message)});
    done_ = true;
  }

  void Text() {
    const size_t start = at_;
    const size_t left = source_.find(kLeft, at_);
    if (left == std::string_view::npos) {
      at_ = source_.size();
      if (at_ > start) {
        Emit(TokenType::kText, start);
      }
      tokens_.push_back({TokenType::kEof, at_, {}, ""});
      done_ = true;
      return;
    }
    std::string_view text = source_.substr(start, left - start);
    at_ = left;
    const bool trim = Peek(2) == '-' && IsSpace(Peek(3));
    if (trim) {
      const size_t last = text.find_last_not_of(kSpaces);
      text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    }
    if (!text.empty()) {
      tokens_.push_back({TokenType::kText, start, text, ""});
    }
    LeftDelim(trim ? 2 : 0);
  }

  void LeftDelim(size_t trim) {
    const size_t start = at_;
    if (StartsWith("/*", kLeft.size() + trim)) {
      at_ += kLeft.size() + trim;
      return Comment();
    }
    at_ += kLeft.size();
    Emit(TokenType::kLeftDelim, start);
    at_ += trim;
    paren_depth_ = 0;
    while (!done_ && !InsideAction()) {
    }
  }

  void Comment() {
    const size_t start = at_;
    const size_t close = source_.find("*/", at_);
    if (close == std::string_view::npos) {
      return Error(start, "unclosed comment");
    }
    at_ = close + 2;
    const bool trim = TrimmedRight(0);
    if (!trim && !StartsWith(kRight)) {
      return Error(start, "comment ends before closing delimiter");
    }
    at_ += trim ? 4 : 2;
    if (trim) {
      SkipSpaces();
    }
  }

  void SkipSpaces() {
    while (!AtEnd() && IsSpace(Peek())) {
      ++at_;
    }
  }

  void RightDelim(bool trim) {
    at_ += trim ? 2 : 0;
    const size_t start = at_;
    at_ += kRight.size();
    Emit(TokenType::kRightDelim, start);
    if (trim) {
      SkipSpaces();
    }
  }

  // One token; true behind the closing delimiter.
  bool InsideAction() {
    const bool trim = TrimmedRight(0);
    if (trim || StartsWith(kRight)) {
      if (paren_depth_ > 0) {
        Error(at_, "unclosed left paren");
        return true;
      }
      RightDelim(trim);
      return true;
    }
    if (AtEnd()) {
      Error(at_, "unclosed action");
      return true;
    }
    const char c = Peek();
    if (IsSpace(c)) {
      Space();
    } else if (c == '.' && !IsDigit(Peek(1))) {
      Name(TokenType::kField);
    } else if (c == '$') {
      Name(TokenType::kVariable);
    } else if (c == '+' || c == '-' || c == '.' || IsDigit(c)) {
      Number();
    } else if (IsAlphanumeric(c)) {
      Identifier();
    } else {
      Punctuation(c);
    }
    return done_;
  }

  void Space() {
    const size_t start = at_;
    while (!AtEnd() && IsSpace(Peek()) && (at_ == start || !TrimmedRight(0))) {
      ++at_;
    }
    Emit(TokenType::kSpace, start);
  }

  void Punctuation(char c) {
    const size_t start = at_;
    switch (c) {
      case '=':
        ++at_;
        return Emit(TokenType::kAssign, start);
      case ':':
        if (Peek(1) != '=') {
          return Error(start, "expected :=");
        }
        at_ += 2;
        return Emit(TokenType::kDeclare, start);
      case '|':
        ++at_;
        return Emit(TokenType::kPipe, start);
      case '"':
        return Quoted('"', TokenType::kString, "unterminated quoted string");
      case '\'':
        return Quoted('\'', TokenType::kCharConstant, "unterminated character constant");
      case '`':
        return Raw();
      case '(':
        ++at_;
        ++paren_depth_;
        return Emit(TokenType::kLeftParen, start);
      case ')':
        if (--paren_depth_ < 0) {
          return Error(start, "unexpected right paren");
        }
        ++at_;
        return Emit(TokenType::kRightParen, start);
      default:
        if (c > ' ' && c < 0x7F) {
          ++at_;
          return Emit(TokenType::kChar, start);
        }
        Error(start, "unrecognized character in action: " + UnicodeText());
    }
  }

  std::string UnicodeText() const {
    size_t at = at_;
    char32_t rune = 0;
    if (!config::DecodeUtf8(source_, &at, &rune)) {
      rune = 0xFFFD;
    }
    const Value arg(int64_t{rune});
    return Sprintf("%#U", {&arg, 1});
  }

  void Quoted(char quote, TokenType type, const char* unterminated) {
    const size_t start = at_++;
    for (; !AtEnd() && Peek() != '\n'; ++at_) {
      if (Peek() == '\\' && Peek(1) != '\n') {
        ++at_;
      } else if (Peek() == quote) {
        ++at_;
        return Emit(type, start);
      }
    }
    at_ = std::min(at_, source_.size());
    Error(start, unterminated);
  }

  void Raw() {
    const size_t start = at_;
    const size_t close = source_.find('`', at_ + 1);
    if (close == std::string_view::npos) {
      return Error(start, "unterminated raw quoted string");
    }
    at_ = close + 1;
    Emit(TokenType::kRawString, start);
  }

  bool AtTerminator() const {
    if (AtEnd() || IsSpace(Peek()) || StartsWith(kRight)) {
      return true;
    }
    return std::string_view(".,|:)(").find(Peek()) != std::string_view::npos;
  }

  void BadCharacter(size_t start) { Error(start, "bad character " + UnicodeText()); }

  void Name(TokenType type) {
    const size_t start = at_++;
    if (AtTerminator()) {
      return Emit(type == TokenType::kField ? TokenType::kDot : type, start);
    }
    while (!AtEnd() && IsAlphanumeric(Peek())) {
      ++at_;
    }
    if (!AtTerminator()) {
      return BadCharacter(start);
    }
    Emit(type, start);
  }

  void Identifier() {
    const size_t start = at_;
    while (!AtEnd() && IsAlphanumeric(Peek())) {
      ++at_;
    }
    if (!AtTerminator()) {
      return BadCharacter(start);
    }
    const std::string_view word = source_.substr(start, at_ - start);
    if (std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end()) {
      return Emit(TokenType::kKeyword, start);
    }
    if (word == "nil") {
      return Emit(TokenType::kNil, start);
    }
    Emit(word == "true" || word == "false" ? TokenType::kBool : TokenType::kIdentifier, start);
  }

  void Accept(std::string_view set) {
    while (!AtEnd() && set.find(Peek()) != std::string_view::npos) {
      ++at_;
    }
  }

  bool ScanNumber() {
    at_ += Peek() == '+' || Peek() == '-' ? 1 : 0;
    std::string_view digits = "0123456789_";
    std::string_view exponent = "eE";
    if (Peek() == '0' && (Peek(1) | 0x20) == 'x') {
      digits = "0123456789abcdefABCDEF_";
      exponent = "pP";
      at_ += 2;
    } else if (Peek() == '0' && (Peek(1) | 0x20) == 'o') {
      digits = "01234567_";
      at_ += 2;
    } else if (Peek() == '0' && (Peek(1) | 0x20) == 'b') {
      digits = "01_";
      at_ += 2;
    }
    Accept(digits);
    if (Peek() == '.') {
      ++at_;
      Accept(digits);
    }
    if (!AtEnd() && exponent.find(Peek()) != std::string_view::npos) {
      ++at_;
      at_ += Peek() == '+' || Peek() == '-' ? 1 : 0;
      Accept("0123456789_");
    }
    at_ += Peek() == 'i' ? 1 : 0;
    return AtEnd() || !IsAlphanumeric(Peek());
  }

  void Number() {
    const size_t start = at_;
    if (!ScanNumber()) {
      at_ = std::min(at_ + 1, source_.size());
      return Error(start, "bad number syntax: " + GoQuote(source_.substr(start, at_ - start)));
    }
    Emit(TokenType::kNumber, start);
  }

  std::string_view source_;
  size_t at_ = 0;
  int paren_depth_ = 0;
  bool done_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Lex(std::string_view source) {
  return Lexer(source).Run();
}

}  // namespace sb::gotemplate
