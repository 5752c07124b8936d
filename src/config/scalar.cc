// SPDX-License-Identifier: Apache-2.0
#include "config/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace sb::config {
namespace {

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (text == word) {
      return true;
    }
  }
  return false;
}

// A digit first, or a sign or point and then a digit: what yaml.v2 even tries to read as a number.
bool LooksNumeric(std::string_view text) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
    ++i;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
  }
  return i < text.size() && text[i] >= '0' && text[i] <= '9';
}

struct Radix {
  int base;
  size_t prefix;
};

Radix RadixOf(std::string_view digits) {
  if (digits.size() > 2 && digits[0] == '0') {
    switch (digits[1]) {
      case 'x':
      case 'X':
        return {16, 2};
      case 'b':
      case 'B':
        return {2, 2};
      case 'o':
      case 'O':
        return {8, 2};
      default:
        break;
    }
  }
  return digits.size() > 1 && digits[0] == '0' ? Radix{8, 1} : Radix{10, 0};
}

}  // namespace

std::optional<bool> ParseYamlBool(std::string_view text) {
  if (IsOneOf(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"})) {
    return true;
  }
  if (IsOneOf(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"})) {
    return false;
  }
  return std::nullopt;
}

std::optional<int64_t> ParseYamlInt(std::string_view text) {
  if (!LooksNumeric(text)) {
    return std::nullopt;
  }
  std::string digits;
  for (char c : text) {
    if (c != '_') {
      digits.push_back(c);
    }
  }
  const bool negative = digits[0] == '-';
  if (negative || digits[0] == '+') {
    digits.erase(0, 1);
  }
  const Radix radix = RadixOf(digits);
  uint64_t magnitude = 0;
  const char* begin = digits.data() + radix.prefix;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(begin, end, magnitude, radix.base);
  if (error != std::errc() || at != end) {
    return std::nullopt;
  }
  constexpr uint64_t kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (magnitude > kMax + (negative ? 1 : 0)) {
    return std::nullopt;
  }
  return negative ? static_cast<int64_t>(0 - magnitude) : static_cast<int64_t>(magnitude);
}

std::optional<double> ParseYamlFloat(std::string_view text) {
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (IsOneOf(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) {
    return std::numeric_limits<double>::infinity();
  }
  if (IsOneOf(text, {"-.inf", "-.Inf", "-.INF"})) {
    return -std::numeric_limits<double>::infinity();
  }
  if (auto integer = ParseYamlInt(text)) {
    return static_cast<double>(*integer);
  }
  if (!LooksNumeric(text) || text.find_first_not_of("0123456789.eE+-_") != text.npos) {
    return std::nullopt;
  }
  std::string digits;
  for (char c : text) {
    if (c != '_') {
      digits.push_back(c);
    }
  }
  const char* begin = digits.data() + (digits[0] == '+' ? 1 : 0);
  const char* end = digits.data() + digits.size();
  double value = 0;
  const auto [at, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || at != end) {
    return std::nullopt;
  }
  return value;
}

bool IsYamlNull(std::string_view text) {
  return IsOneOf(text, {"", "~", "null", "Null", "NULL"});
}

}  // namespace sb::config
