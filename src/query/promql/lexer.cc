// SPDX-License-Identifier: Apache-2.0
#include "query/promql/lexer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "model/label_name.h"

namespace sb::promql {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool IsSpace(int32_t r) {
  return r == ' ' || r == '\t' || r == '\n' || r == '\r';
}
bool IsDigit(int32_t r) {
  return r >= '0' && r <= '9';
}
bool IsAlpha(int32_t r) {
  return r == '_' || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z');
}
bool IsAlphaNumeric(int32_t r) {
  return IsAlpha(r) || IsDigit(r);
}

uint32_t DigitValue(int32_t r) {
  if (IsDigit(r)) {
    return static_cast<uint32_t>(r - '0');
  }
  if (r >= 'a' && r <= 'f') {
    return static_cast<uint32_t>(r - 'a' + 10);
  }
  if (r >= 'A' && r <= 'F') {
    return static_cast<uint32_t>(r - 'A' + 10);
  }
  return 16;
}

struct Decoded {
  int32_t rune;  // -2: not UTF-8
  size_t width;
};

Decoded DecodeRune(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  const size_t width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (width == 0 || first > 0xF4 || width > text.size() ||
      !model::IsValidUtf8(text.substr(0, width))) {
    return {-2, 1};
  }
  int32_t rune = first & (0x7F >> width);
  for (size_t i = 1; i < width; ++i) {
    rune = (rune << 6) | (byte(i) & 0x3F);
  }
  return {rune, width};
}

std::string EncodeRune(int32_t rune) {
  const auto r = static_cast<uint32_t>(rune < 0 ? 0xFFFD : rune);
  std::string out;
  if (r < 0x80) {
    out += static_cast<char>(r);
  } else if (r < 0x800) {
    out += static_cast<char>(0xC0 | (r >> 6));
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else if (r < 0x10000) {
    out += static_cast<char>(0xE0 | (r >> 12));
    out += static_cast<char>(0x80 | ((r >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (r >> 18));
    out += static_cast<char>(0x80 | ((r >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((r >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  }
  return out;
}

// Go's %q of a rune: in single quotes, escaped as in a string.
std::string QuoteRune(int32_t rune) {
  if (rune == '\'') {
    return R"('\'')";
  }
  if (rune == '"') {
    return R"('"')";
  }
  const std::string quoted = model::QuoteString(EncodeRune(rune));
  return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

// Go's %#U: U+0063 'c', without the character where it cannot be printed.
std::string DescribeRune(int32_t rune) {
  std::string out = fmt::format("U+{:04X}", rune < 0 ? 0xFFFD : rune);
  const std::string text = EncodeRune(rune);
  if (rune == '"' || rune == '\\' || model::QuoteString(text) == "\"" + text + "\"") {
    out += " '" + text + "'";
  }
  return out;
}

}  // namespace

Lexer::Rune Lexer::Read() {
  if (at_ >= input_.size()) {
    width_ = 0;
    return kEnd;
  }
  const Decoded decoded = DecodeRune(input_.substr(at_));
  width_ = decoded.width;
  at_ += width_;
  return decoded.rune;
}

Lexer::Rune Lexer::Peek() {
  const Rune r = Read();
  Unread();
  return r;
}

bool Lexer::NextIsOneOf(std::string_view set) {
  return at_ < input_.size() && set.find(input_[at_]) != std::string_view::npos;
}

bool Lexer::Accept(std::string_view valid) {
  const Rune r = Read();
  if (r >= 0 && r < 0x80 && valid.find(static_cast<char>(r)) != std::string_view::npos) {
    return true;
  }
  Unread();
  return false;
}

void Lexer::AcceptRun(std::string_view valid) {
  while (Accept(valid)) {
  }
}

Token Lexer::Emit(TokenType type) {
  Token token;
  token.type = type;
  token.range = {static_cast<int32_t>(start_), static_cast<int32_t>(at_)};
  token.text = input_.substr(start_, at_ - start_);
  start_ = at_;
  return token;
}

Token Lexer::Error(std::string message) {
  failed_ = true;
  error_ = std::move(message);
  Token token;
  token.type = TokenType::kError;
  token.range = {static_cast<int32_t>(start_), static_cast<int32_t>(input_.size())};
  token.text = error_;
  return token;
}

Token Lexer::Next() {
  if (failed_) {
    return Error(std::move(error_));
  }
  SkipBlanksAndComments();
  if (brace_open_) {
    return LexInsideBraces();
  }
  return bracket_open_ && duration_first_ ? LexDuration() : LexStatement();
}

void Lexer::SkipBlanksAndComments() {
  while (at_ < input_.size()) {
    if (IsSpace(input_[at_])) {
      ++at_;
    } else if (input_[at_] == '#') {
      const size_t end = input_.find_first_of("\r\n", at_);
      at_ = end == std::string_view::npos ? input_.size() : end;
    } else {
      break;
    }
  }
  start_ = at_;
}

Token Lexer::LexEndOfInput() {
  if (paren_depth_ != 0) {
    return Error("unclosed left parenthesis");
  }
  if (bracket_open_) {
    return Error("unclosed left bracket");
  }
  return Emit(TokenType::kEof);
}

Token Lexer::LexStatement() {
  const Rune r = Read();
  if (r == kEnd) {
    return LexEndOfInput();
  }
  if (IsDigit(r) || (r == '.' && IsDigit(Peek()))) {
    at_ = start_;
    return LexNumberOrDuration();
  }
  if (IsAlpha(r) || r == ':') {
    if (bracket_open_) {
      return LexWordInBrackets(r);
    }
    Unread();
    return LexWord();
  }
  switch (r) {
    case '=':
    case '!':
    case '<':
    case '>':
      return LexComparison(r);
    case '"':
    case '\'':
      return LexString(static_cast<char>(r));
    case '`':
      return LexRawString();
    case '(':
    case '{':
    case '[':
      return LexOpening(r);
    case ')':
    case ']':
      return LexClosing(r);
    default:
      return LexSymbol(r);
  }
}

Token Lexer::LexSymbol(Rune r) {
  switch (r) {
    case ',':
      return Emit(TokenType::kComma);
    case '*':
      return Emit(TokenType::kMul);
    case '/':
      return Emit(TokenType::kDiv);
    case '%':
      return Emit(TokenType::kMod);
    case '+':
      return Emit(TokenType::kAdd);
    case '-':
      return Emit(TokenType::kSub);
    case '^':
      return Emit(TokenType::kPow);
    case '@':
      return Emit(TokenType::kAt);
    default:
      return Error("unexpected character: " + QuoteRune(r));
  }
}

Token Lexer::LexComparison(Rune r) {
  if (r == '!') {
    const Rune next = Read();
    if (next != '=') {
      return Error("unexpected character after '!': " + QuoteRune(next));
    }
    return Emit(TokenType::kNotEqual);
  }
  if (r == '=') {
    if (Peek() == '~') {
      return Error("unexpected character after '=': '~'");
    }
    return Emit(Accept("=") ? TokenType::kEqual : TokenType::kAssign);
  }
  const bool less = r == '<';
  if (Accept("=")) {
    return Emit(less ? TokenType::kLessOrEqual : TokenType::kGreaterOrEqual);
  }
  if (Accept("/")) {
    return Emit(less ? TokenType::kTrimUpper : TokenType::kTrimLower);
  }
  return Emit(less ? TokenType::kLess : TokenType::kGreater);
}

Token Lexer::LexOpening(Rune r) {
  if (r == '(') {
    ++paren_depth_;
    return Emit(TokenType::kLeftParen);
  }
  if (r == '{') {
    brace_open_ = true;
    return Emit(TokenType::kLeftBrace);
  }
  if (bracket_open_) {
    return Error("unexpected left bracket '['");
  }
  bracket_open_ = true;
  duration_first_ = true;
  got_colon_ = false;
  got_duration_ = false;
  return Emit(TokenType::kLeftBracket);
}

Token Lexer::LexClosing(Rune r) {
  if (r == ')') {
    const Token token = Emit(TokenType::kRightParen);
    if (--paren_depth_ < 0) {
      return Error("unexpected right parenthesis ')'");
    }
    return token;
  }
  if (!bracket_open_) {
    return Error("unexpected right bracket ']'");
  }
  bracket_open_ = false;
  return Emit(TokenType::kRightBracket);
}

Token Lexer::LexWordInBrackets(Rune r) {
  if (r == ':') {
    if (got_colon_) {
      return Error("unexpected colon ':'");
    }
    got_colon_ = true;
    return Emit(TokenType::kColon);
  }
  Token token;
  if (LexDurationKeyword(&token)) {
    return token;
  }
  return Error("unexpected character: " + QuoteRune(r) + ", expected ':'");
}

// What stands before the first number in brackets; the wording of its errors differs.
Token Lexer::LexDuration() {
  const Rune r = Read();
  if (r == kEnd) {
    return Error("unexpected end of input in duration expression");
  }
  if (IsDigit(r) || (r == '.' && IsDigit(Peek()))) {
    at_ = start_;
    duration_first_ = false;
    got_duration_ = true;
    return LexNumberOrDuration();
  }
  switch (r) {
    case '(':
      return LexOpening(r);
    case ')':
    case ']':
      return LexClosing(r);
    case ':': {
      const Token token = Emit(TokenType::kColon);
      if (!got_duration_) {
        return Error("unexpected colon before duration in duration expression");
      }
      if (got_colon_) {
        return Error("unexpected repeated colon in duration expression");
      }
      got_colon_ = true;
      return token;
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
    case ',':
      return LexSymbol(r);
    default:
      break;
  }
  Token token;
  if (IsAlpha(r) && LexDurationKeyword(&token)) {
    got_duration_ = true;
    return token;
  }
  return Error("unexpected character in duration expression: " + QuoteRune(r));
}

// Reads a word from start_; leaves everything as it was unless it is step, range, max_of or min_of.
bool Lexer::LexDurationKeyword(Token* token) {
  size_t end = start_;
  while (end < input_.size() && IsAlpha(input_[end])) {
    ++end;
  }
  const TokenType type = LookUpWord(input_.substr(start_, end - start_));
  if (type != TokenType::kStep && type != TokenType::kRange && type != TokenType::kMaxOf &&
      type != TokenType::kMinOf) {
    return false;
  }
  at_ = end;
  *token = Emit(type);
  return true;
}

Token Lexer::LexInsideBraces() {
  const Rune r = Read();
  if (IsAlpha(r)) {
    while (at_ < input_.size() && IsAlphaNumeric(input_[at_])) {
      ++at_;
    }
    return Emit(TokenType::kIdentifier);
  }
  switch (r) {
    case kEnd:
      return Error("unexpected end of input inside braces");
    case ',':
      return Emit(TokenType::kComma);
    case '"':
    case '\'':
      return LexString(static_cast<char>(r));
    case '`':
      return LexRawString();
    case '=':
      return Emit(Accept("~") ? TokenType::kEqualRegex : TokenType::kAssign);
    case '!': {
      const Rune next = Read();
      if (next != '~' && next != '=') {
        return Error("unexpected character after '!' inside braces: " + QuoteRune(next));
      }
      return Emit(next == '~' ? TokenType::kNotEqualRegex : TokenType::kNotEqual);
    }
    case '{':
      return Error("unexpected left brace '{'");
    case '}':
      brace_open_ = false;
      return Emit(TokenType::kRightBrace);
    default:
      return Error("unexpected character inside braces: " + QuoteRune(r));
  }
}

Token Lexer::LexWord() {
  while (at_ < input_.size() && (IsAlphaNumeric(input_[at_]) || input_[at_] == ':')) {
    ++at_;
  }
  const std::string_view word = input_.substr(start_, at_ - start_);
  TokenType type = LookUpWord(word);
  // Metrics called "fill" are older than the modifiers.
  if ((type == TokenType::kFill || type == TokenType::kFillLeft || type == TokenType::kFillRight) &&
      !LeftParenFollows()) {
    type = TokenType::kIdentifier;
  }
  if (type == TokenType::kIdentifier && word.find(':') != std::string_view::npos) {
    type = TokenType::kMetricIdentifier;
  }
  return Emit(type);
}

bool Lexer::LeftParenFollows() const {
  size_t i = at_;
  while (i < input_.size() && IsSpace(input_[i])) {
    ++i;
  }
  return i < input_.size() && input_[i] == '(';
}

Token Lexer::LexString(char quote) {
  while (true) {
    const Rune r = Read();
    if (r == quote) {
      return Emit(TokenType::kString);
    }
    if (r == kEnd || r == '\n') {
      return Error("unterminated quoted string");
    }
    if (r == kBroken) {
      return Error("invalid UTF-8 rune");
    }
    Token error;
    if (r == '\\' && !LexEscape(quote, &error)) {
      return error;
    }
  }
}

Token Lexer::LexRawString() {
  while (true) {
    const Rune r = Read();
    if (r == '`') {
      return Emit(TokenType::kString);
    }
    if (r == kEnd) {
      return Error("unterminated raw string");
    }
    if (r == kBroken) {
      return Error("invalid UTF-8 rune");
    }
  }
}

// The backslash has been read.
bool Lexer::LexEscape(char quote, Token* error) {
  const Rune r = Read();
  if (r == quote) {
    return true;
  }
  switch (r) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
      return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
      return LexEscapedCodePoint(r, 3, 8, 255, error);
    case 'x':
      return LexEscapedCodePoint(Read(), 2, 16, 255, error);
    case 'u':
      return LexEscapedCodePoint(Read(), 4, 16, 0x10FFFF, error);
    case 'U':
      return LexEscapedCodePoint(Read(), 8, 16, 0x10FFFF, error);
    case kEnd:
      *error = Error("escape sequence not terminated");
      return false;
    default:
      *error = Error("unknown escape sequence " + DescribeRune(r));
      return false;
  }
}

bool Lexer::LexEscapedCodePoint(Rune first, int digits, uint32_t base, uint32_t max, Token* error) {
  uint64_t value = 0;
  Rune r = first;
  for (int i = 0; i < digits; ++i) {
    if (i > 0) {
      r = Read();
    }
    const uint32_t digit = DigitValue(r);
    if (digit >= base) {
      *error = r == kEnd ? Error("escape sequence not terminated")
                         : Error("illegal character " + DescribeRune(r) + " in escape sequence");
      return false;
    }
    value = value * base + digit;
  }
  if (value > max || (value >= 0xD800 && value < 0xE000)) {
    *error = Error("escape sequence is an invalid Unicode code point");
    return false;
  }
  return true;
}

Token Lexer::LexNumberOrDuration() {
  if (ScanNumber()) {
    return Emit(TokenType::kNumber);
  }
  if (AcceptRestOfDuration()) {
    return Emit(TokenType::kDuration);
  }
  const std::string_view text = input_.substr(start_, at_ - start_);
  return Error("bad number or duration syntax: " + model::QuoteString(text));
}

// The number has been read up to its first unit. On failure the offending character is read too, so
// that the message shows it.
bool Lexer::AcceptRestOfDuration() {
  if (!Accept("smhdwy")) {
    return false;
  }
  Accept("s");  // of "ms"; "hs" is refused where durations are converted
  while (Accept(kDigits)) {
    AcceptRun(kDigits);
    if (!Accept("smhdw")) {
      return false;
    }
    Accept("s");
  }
  if (IsAlphaNumeric(Read())) {
    return false;
  }
  Unread();
  return true;
}

// What looks like a number; whether it is one is seen when it is converted.
bool Lexer::ScanNumber() {
  const size_t begin = at_;
  bool hex = false;
  if (Accept("0") && Accept("xX")) {
    Accept("_");
    hex = true;
  }
  Accept(".");
  Accept(hex ? kHexDigits : kDigits);
  if (!ScanNumberRest(hex) || at_ == begin) {
    return false;
  }
  return !IsAlphaNumeric(Peek());
}

bool Lexer::ScanNumberRest(bool hex) {
  const std::string_view digits = hex ? kHexDigits : kDigits;
  bool dot = false;
  bool exponent = false;
  while (NextIsOneOf(digits) || NextIsOneOf("._eE")) {
    if (Accept(".")) {
      if (dot || Accept("_.") || hex) {
        return false;
      }
      dot = true;
    } else if (NextIsOneOf("eE") && exponent) {
      Accept("eE");
      return false;
    } else if (!hex && NextIsOneOf("eE")) {
      exponent = true;
      if (!ScanExponent()) {
        return false;
      }
    } else if (Accept("_")) {
      if (Accept("._eE") || at_ >= input_.size()) {
        return false;
      }
    } else {
      AcceptRun(digits);
    }
  }
  return true;
}

bool Lexer::ScanExponent() {
  Accept("eE");
  Accept("+-");
  return !Accept("._eE") && at_ < input_.size();
}

}  // namespace sb::promql
