// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/quote.h"
#include "template/parser.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The escapes of Go's quoted strings; false for a broken one. `*at` stands behind the backslash.
class Unescaper {
 public:
  Unescaper(std::string_view text, char quote) : text_(text), quote_(quote) {}

  bool Run(std::string* out) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') {
        return false;
      }
      if (c != '\\') {
        *out += c;
      } else if (at_ >= text_.size() || !Escape(out)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool Escape(std::string* out) {
    constexpr std::string_view kNames = "abfnrtv\\";
    constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\";
    const char c = text_[at_++];
    if (const size_t i = kNames.find(c); i != std::string_view::npos) {
      *out += kBytes[i];
      return true;
    }
    switch (c) {
      case 'x':
        return Byte(2, 16, out);
      case 'u':
        return Rune(4, out);
      case 'U':
        return Rune(8, out);
      case '\'':
      case '"':
        *out += c;
        return c == quote_;
      default:
        --at_;
        return c >= '0' && c <= '7' && Byte(3, 8, out);
    }
  }

  bool Number(size_t digits, int base, uint32_t* number) {
    if (text_.size() - at_ < digits) {
      return false;
    }
    *number = 0;
    for (size_t i = 0; i < digits; ++i) {
      const int digit = HexDigit(text_[at_++]);
      if (digit < 0 || digit >= base) {
        return false;
      }
      *number = *number * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    }
    return true;
  }

  bool Byte(size_t digits, int base, std::string* out) {
    uint32_t number = 0;
    if (!Number(digits, base, &number) || number > 255) {
      return false;
    }
    *out += static_cast<char>(number);
    return true;
  }

  bool Rune(size_t digits, std::string* out) {
    uint32_t number = 0;
    if (!Number(digits, 16, &number) || number > 0x10FFFF ||
        (number >= 0xD800 && number <= 0xDFFF)) {
      return false;
    }
    AppendRune(number, out);
    return true;
  }

  std::string_view text_;
  char quote_;
  size_t at_ = 0;
};

base::Result<Value> CharConstant(std::string_view literal) {
  std::string text;
  const std::string_view inner = literal.substr(1, literal.size() - 2);
  char32_t rune = 0;
  size_t at = 0;
  if (!Unescaper(inner, '\'').Run(&text) || text.empty() || !config::DecodeUtf8(text, &at, &rune) ||
      at != text.size()) {
    return base::InvalidArgument("malformed character constant: " + std::string(literal));
  }
  return Value(int64_t{rune});
}

// Underscores may stand between digits and behind a base prefix.
bool TakeUnderscores(std::string* digits) {
  if (digits->find('_') == std::string::npos) {
    return true;
  }
  if (digits->starts_with('_') || digits->ends_with('_') ||
      digits->find("__") != std::string::npos) {
    return false;
  }
  std::erase(*digits, '_');
  return true;
}

struct Radix {
  int base = 10;
  size_t prefix = 0;
};

Radix RadixOf(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') {
    return {};
  }
  switch (digits[1] | 0x20) {
    case 'x':
      return {16, 2};
    case 'o':
      return {8, 2};
    case 'b':
      return {2, 2};
    default:
      return {8, 1};
  }
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  const Radix radix = RadixOf(text);
  std::string digits(text.substr(radix.prefix));
  if (radix.prefix == 2 && digits.starts_with('_')) {
    digits.erase(0, 1);
  }
  if (!TakeUnderscores(&digits)) {
    return std::nullopt;
  }
  uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, radix.base);
  const uint64_t limit = uint64_t{1} << 63;
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      magnitude > limit || (magnitude == limit && !negative)) {
    return std::nullopt;
  }
  return static_cast<int64_t>(negative ? uint64_t{0} - magnitude : magnitude);
}

std::optional<double> ParseFloat(std::string_view text) {
  const bool negative = text.starts_with('-');
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
  std::string digits(hex ? text.substr(2) : text);
  if (!TakeUnderscores(&digits) || (hex && digits.find_first_of("pP") == std::string::npos)) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value,
                      hex ? std::chars_format::hex : std::chars_format::general);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace

base::Result<Value> ParseConstant(std::string_view literal) {
  if (literal.starts_with('\'')) {
    return CharConstant(literal);
  }
  if (const auto integer = ParseInteger(literal); integer.has_value()) {
    return Value(*integer);
  }
  if (const auto number = ParseFloat(literal); number.has_value()) {
    const bool looks_float = literal.find_first_of(".eEpP") != std::string_view::npos;
    if (!looks_float) {
      return base::InvalidArgument("integer overflow: " + config::GoQuote(literal));
    }
    return Value(*number);
  }
  return base::InvalidArgument("illegal number syntax: " + config::GoQuote(literal));
}

base::Result<std::string> Unquote(std::string_view literal) {
  if (literal.size() < 2) {
    return base::InvalidArgument("invalid syntax");
  }
  const std::string_view inner = literal.substr(1, literal.size() - 2);
  std::string out;
  if (literal.front() == '`') {
    std::copy_if(inner.begin(), inner.end(), std::back_inserter(out),
                 [](char c) { return c != '\r'; });
    return out;
  }
  if (!Unescaper(inner, '"').Run(&out)) {
    return base::InvalidArgument("invalid syntax");
  }
  return out;
}

}  // namespace sb::gotemplate
