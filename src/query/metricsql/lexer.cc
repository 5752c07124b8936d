// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "query/engine/annotations.h"
#include "query/metricsql/rows.h"

namespace sb::metricsql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\\' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Unit {
  std::string_view text;
  double factor;
};
// The longest of several that fit comes first.
constexpr Unit kSizeUnits[] = {
    {"KiB", 1024},
    {"MiB", 1048576},
    {"GiB", 1073741824.0},
    {"TiB", 1099511627776.0},
    {"Ki", 1024},
    {"Mi", 1048576},
    {"Gi", 1073741824.0},
    {"Ti", 1099511627776.0},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"K", 1e3},
    {"M", 1e6},
    {"G", 1e9},
    {"T", 1e12},
};
constexpr Unit kTimeUnits[] = {
    {"ms", 1},    {"s", 1e3},       {"m", 6e4},         {"h", 36e5},
    {"d", 864e5}, {"w", 7 * 864e5}, {"y", 365 * 864e5},
};

class Scanner {
 public:
  explicit Scanner(std::string_view query) : query_(query) {}

  base::Result<std::vector<Token>> Run() {
    std::vector<Token> out;
    while (true) {
      SkipBlanks();
      Token token;
      token.position = static_cast<int32_t>(at_);
      SB_RETURN_IF_ERROR(Next(&token));
      out.push_back(std::move(token));
      if (out.back().kind == TokenKind::kEof) {
        return out;
      }
    }
  }

 private:
  // In brackets the colon stands between window and step; elsewhere names may have it.
  bool IsWordStart(char c) const { return IsLetter(c) || (c == ':' && brackets_ == 0); }
  bool IsWordPart(char c) const { return IsWordStart(c) || IsDigit(c) || c == '.'; }

  char Peek(size_t ahead = 0) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    while (at_ < query_.size()) {
      const char c = query_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
        ++at_;
      } else if (c == '#') {
        const size_t end = query_.find('\n', at_);
        at_ = end == std::string_view::npos ? query_.size() : end;
      } else {
        return;
      }
    }
  }

  base::Status Problem(std::string_view message) const {
    return ParseProblem(query_, static_cast<int32_t>(at_), message);
  }

  base::Status Next(Token* token) {
    if (at_ >= query_.size()) {
      return base::OkStatus();
    }
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
      return Number(token);
    }
    if (IsWordStart(c)) {
      return Word(token);
    }
    if (c == '"' || c == '\'' || c == '`') {
      return String(token);
    }
    static constexpr std::string_view kSymbols[] = {"==", "!=", ">=", "<=", "=~", "!~", "(", ")",
                                                    "{",  "}",  "[",  "]",  ",",  ":",  "=", "+",
                                                    "-",  "*",  "/",  "%",  "^",  ">",  "<", "@"};
    for (const std::string_view symbol : kSymbols) {
      if (query_.substr(at_).starts_with(symbol)) {
        token->kind = TokenKind::kSymbol;
        token->text = symbol;
        at_ += symbol.size();
        brackets_ += symbol == "[" ? 1 : symbol == "]" && brackets_ > 0 ? -1 : 0;
        return base::OkStatus();
      }
    }
    return Problem("unexpected character " + std::string(1, c));
  }

  // \x stands for x in a word, so that metrics with odd names can be written without quotes.
  base::Status Word(Token* token) {
    token->kind = TokenKind::kWord;
    while (at_ < query_.size() && IsWordPart(query_[at_])) {
      if (query_[at_] == '\\') {
        if (++at_ >= query_.size()) {
          return Problem("unexpected end of the query after \\");
        }
      }
      token->text += query_[at_++];
    }
    return base::OkStatus();
  }

  base::Status Number(Token* token) {
    if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X')) {
      return HexNumber(token);
    }
    const char* const begin = query_.data() + at_;
    const char* const stop = PlainDigits(begin, query_.data() + query_.size());
    const double value = ToNumber(begin, stop);
    at_ += static_cast<size_t>(stop - begin);
    if (TakeDuration(value, &token->duration)) {
      token->kind = TokenKind::kDuration;
      return CheckEnd();
    }
    token->kind = TokenKind::kNumber;
    token->number = value * TakeSize();
    return CheckEnd();
  }

  // Underscores may stand between digits.
  static double ToNumber(const char* begin, const char* end) {
    std::string digits(begin, end);
    std::erase(digits, '_');
    digits += digits.ends_with('.') ? "0" : "";
    digits.insert(0, digits.starts_with('.') ? "0" : "");
    return NumberOf(digits);
  }

  // Digits, a fraction and an exponent, if digits follow the e.
  static const char* PlainDigits(const char* p, const char* end) {
    const auto digits = [&] {
      while (p != end && (IsDigit(*p) || *p == '_')) {
        ++p;
      }
    };
    digits();
    if (p != end && *p == '.') {
      ++p;
      digits();
    }
    if (p != end && (*p == 'e' || *p == 'E')) {
      const char* after = p + 1;
      after += after != end && (*after == '+' || *after == '-') ? 1 : 0;
      if (after != end && IsDigit(*after)) {
        p = after;
        digits();
      }
    }
    return p;
  }

  base::Status HexNumber(Token* token) {
    at_ += 2;
    uint64_t value = 0;
    const char* const begin = query_.data() + at_;
    const auto read = std::from_chars(begin, query_.data() + query_.size(), value, 16);
    if (read.ec != std::errc()) {
      return Problem("bad hexadecimal number");
    }
    at_ += static_cast<size_t>(read.ptr - begin);
    token->kind = TokenKind::kNumber;
    token->number = static_cast<double>(value);
    return CheckEnd();
  }

  base::Status CheckEnd() const {
    return IsWordPart(Peek()) ? Problem("bad number or duration") : base::OkStatus();
  }

  double TakeSize() {
    for (const Unit& unit : kSizeUnits) {
      if (query_.substr(at_).starts_with(unit.text)) {
        at_ += unit.text.size();
        return unit.factor;
      }
    }
    return 1;
  }

  // The unit after `value`, and further pairs of number and unit.
  bool TakeDuration(double value, Duration* out) {
    if (!TakeTimeUnit(value, out)) {
      return false;
    }
    while (IsDigit(Peek())) {
      const size_t before = at_;
      const char* const begin = query_.data() + at_;
      const char* const stop = PlainDigits(begin, query_.data() + query_.size());
      at_ += static_cast<size_t>(stop - begin);
      if (!TakeTimeUnit(ToNumber(begin, stop), out)) {
        at_ = before;
        break;
      }
    }
    return true;
  }

  bool TakeTimeUnit(double value, Duration* out) {
    if (Peek() == 'i') {
      ++at_;
      out->steps += value;
      return true;
    }
    for (const Unit& unit : kTimeUnits) {
      if (query_.substr(at_).starts_with(unit.text)) {
        at_ += unit.text.size();
        out->ms += value * unit.factor;
        return true;
      }
    }
    return false;
  }

  base::Status String(Token* token) {
    token->kind = TokenKind::kString;
    const char quote = query_[at_++];
    while (true) {
      if (at_ >= query_.size()) {
        return Problem("unterminated string");
      }
      const char c = query_[at_++];
      if (c == quote) {
        return base::OkStatus();
      }
      if (c != '\\' || quote == '`') {
        token->text += c;
        continue;
      }
      SB_RETURN_IF_ERROR(Escape(&token->text));
    }
  }

  base::Status Escape(std::string* out) {
    if (at_ >= query_.size()) {
      return Problem("unterminated string");
    }
    static constexpr std::pair<char, char> kPlain[] = {
        {'a', '\a'}, {'b', '\b'}, {'f', '\f'},  {'n', '\n'},  {'r', '\r'},
        {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'}};
    const char c = query_[at_++];
    for (const auto& [letter, value] : kPlain) {
      if (letter == c) {
        *out += value;
        return base::OkStatus();
      }
    }
    if (c == 'x' && at_ + 2 <= query_.size()) {
      unsigned value = 0;
      const char* const begin = query_.data() + at_;
      const auto read = std::from_chars(begin, begin + 2, value, 16);
      if (read.ptr == begin + 2) {
        at_ += 2;
        *out += static_cast<char>(value);
        return base::OkStatus();
      }
    }
    // As the dialect has it, a regular expression may be written with single backslashes.
    *out += '\\';
    *out += c;
    return base::OkStatus();
  }

  const std::string_view query_;
  size_t at_ = 0;
  int brackets_ = 0;
};

}  // namespace

bool Token::IsWord(std::string_view lower) const {
  return kind == TokenKind::kWord && text.size() == lower.size() && LowerCase(text) == lower;
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

base::Status ParseProblem(std::string_view query, int32_t position, std::string_view message) {
  return base::InvalidArgument(query::LineColumn(query, position) +
                               ": parse error: " + std::string(message));
}

base::Result<std::vector<Token>> Tokenize(std::string_view query) {
  return Scanner(query).Run();
}

}  // namespace sb::metricsql
