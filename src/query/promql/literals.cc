// SPDX-License-Identifier: Apache-2.0
#include "query/promql/literals.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "model/label_name.h"

namespace sb::promql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(),
                                                [](char x, char y) { return Lower(x) == y; });
}

void AppendCodePoint(std::string* out, uint32_t r) {
  if (r < 0x80) {
    *out += static_cast<char>(r);
  } else if (r < 0x800) {
    *out += static_cast<char>(0xC0 | (r >> 6));
    *out += static_cast<char>(0x80 | (r & 0x3F));
  } else if (r < 0x10000) {
    *out += static_cast<char>(0xE0 | (r >> 12));
    *out += static_cast<char>(0x80 | ((r >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (r & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | (r >> 18));
    *out += static_cast<char>(0x80 | ((r >> 12) & 0x3F));
    *out += static_cast<char>(0x80 | ((r >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (r & 0x3F));
  }
}

uint32_t DigitsValue(std::string_view digits, int base) {
  uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return value;
}

// Appends what the escape at body[i] (after the backslash) stands for; returns the index behind it.
size_t AppendEscaped(std::string_view body, size_t i, std::string* out) {
  static constexpr std::string_view kNames = "abfnrtv";
  static constexpr std::string_view kValues = "\a\b\f\n\r\t\v";
  const char c = body[i];
  if (const size_t known = kNames.find(c); known != std::string_view::npos) {
    *out += kValues[known];
    return i + 1;
  }
  switch (c) {
    case 'x':
      *out += static_cast<char>(DigitsValue(body.substr(i + 1, 2), 16));
      return i + 3;
    case 'u':
      AppendCodePoint(out, DigitsValue(body.substr(i + 1, 4), 16));
      return i + 5;
    case 'U':
      AppendCodePoint(out, DigitsValue(body.substr(i + 1, 8), 16));
      return i + 9;
    default:
      break;
  }
  if (c >= '0' && c <= '7') {
    *out += static_cast<char>(DigitsValue(body.substr(i, 3), 8));
    return i + 3;
  }
  *out += c;  // a quote or a backslash
  return i + 1;
}

// Underscores may stand only between digits, or between a base prefix and a digit.
bool UnderscoresAreValid(std::string_view text) {
  const bool prefixed = text.size() > 2 && text[0] == '0' && Lower(text[1]) == 'x';
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      continue;
    }
    const bool after = i > 0 && (std::isxdigit(static_cast<unsigned char>(text[i - 1])) != 0 ||
                                 (prefixed && i == 2));
    const bool before =
        i + 1 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0;
    if (!after || !before) {
      return false;
    }
  }
  return true;
}

// Go's ParseInt with base 0: the prefix decides the base.
std::optional<double> ParseInteger(std::string_view digits) {
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0' && Lower(digits[1]) == 'x') {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
    digits.remove_prefix(1);
  }
  int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || at != end) {
    return std::nullopt;
  }
  return static_cast<double>(value);
}

// Of a number out of range: whether it is too close to zero, rather than too large.
bool IsTooSmall(std::string_view digits) {
  long double value = 0;
  const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc()) {
    return value < 1;
  }
  const size_t exponent = digits.find_first_of("eE");
  return exponent != std::string_view::npos && digits.substr(exponent + 1, 1) == "-";
}

base::Status BadNumber(std::string_view text, std::string_view why) {
  return base::InvalidArgument("strconv.ParseFloat: parsing " + model::QuoteString(text) + ": " +
                               std::string(why));
}

struct DurationUnit {
  std::string_view name;
  int64_t ms;
};
constexpr DurationUnit kUnits[] = {
    {"y", 365 * 86'400'000LL},
    {"w", 7 * 86'400'000LL},
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"ms", 1},
};
// What fits in 63 bits of nanoseconds.
constexpr int64_t kDurationMsMax = std::numeric_limits<int64_t>::max() / 1'000'000;

size_t RunLength(std::string_view text, bool digits) {
  size_t n = 0;
  while (n < text.size() && IsDigit(text[n]) == digits) {
    ++n;
  }
  return n;
}

}  // namespace

std::string UnquoteString(std::string_view token) {
  const std::string_view body = token.substr(1, token.size() - 2);
  if (token[0] == '`') {
    return std::string(body);
  }
  std::string out;
  out.reserve(body.size());
  size_t i = 0;
  while (i < body.size()) {
    if (body[i] == '\\') {
      i = AppendEscaped(body, i + 1, &out);
    } else {
      out += body[i++];
    }
  }
  return out;
}

base::Result<double> ParseNumber(std::string_view text) {
  if (EqualsIgnoringCase(text, "inf")) {
    return std::numeric_limits<double>::infinity();
  }
  if (EqualsIgnoringCase(text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (!UnderscoresAreValid(text)) {
    return BadNumber(text, "invalid syntax");
  }
  std::string digits(text);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  if (const std::optional<double> integer = ParseInteger(digits)) {
    return *integer;
  }
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    if (IsTooSmall(digits)) {
      return 0.0;
    }
    return BadNumber(text, "value out of range");
  }
  if (error != std::errc() || at != end) {
    return BadNumber(text, "invalid syntax");
  }
  return value;
}

base::Result<int64_t> ParseDurationMs(std::string_view text) {
  const std::string quoted = model::QuoteString(text);
  const base::Status invalid = base::InvalidArgument("not a valid duration string: " + quoted);
  if (text.empty()) {
    return base::InvalidArgument("empty duration string");
  }
  int64_t total = 0;
  size_t first_allowed = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t digits = RunLength(rest, true);
    int64_t count = 0;
    if (digits == 0 ||
        std::from_chars(rest.data(), rest.data() + digits, count).ec != std::errc()) {
      return invalid;
    }
    rest.remove_prefix(digits);
    const std::string_view name = rest.substr(0, RunLength(rest, false));
    if (name.empty()) {
      return invalid;
    }
    rest.remove_prefix(name.size());
    size_t unit = 0;
    while (unit < std::size(kUnits) && kUnits[unit].name != name) {
      ++unit;
    }
    if (unit == std::size(kUnits)) {
      return base::InvalidArgument("unknown unit " + model::QuoteString(name) + " in duration " +
                                   quoted);
    }
    if (unit < first_allowed) {
      return invalid;
    }
    first_allowed = unit + 1;
    if (count > kDurationMsMax / kUnits[unit].ms ||
        total + count * kUnits[unit].ms > kDurationMsMax) {
      return base::InvalidArgument("duration out of range");
    }
    total += count * kUnits[unit].ms;
  }
  return total;
}

bool DurationSecondsInRange(double seconds) {
  return std::fabs(seconds) <= static_cast<double>(kDurationMsMax) / 1000;  // false for NaN
}

int64_t SecondsToMs(double seconds) {
  const double ms = seconds * 1000;
  const double nearest = std::round(ms);
  // Half a nanosecond, or what the product may be off by.
  const double tolerance = std::max(5e-7, std::fabs(ms) * 4e-16);
  return static_cast<int64_t>(std::fabs(ms - nearest) <= tolerance ? nearest : std::trunc(ms));
}

}  // namespace sb::promql
