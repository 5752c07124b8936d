// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <string>

#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr int kShortestExponentLimit = 6;
constexpr size_t kFloatBytesMax = 1500;

std::string ToChars(double value, std::chars_format format, int precision) {
  char buffer[kFloatBytesMax];
  const std::to_chars_result result =
      precision < 0 ? std::to_chars(buffer, buffer + sizeof(buffer), value, format)
                    : std::to_chars(buffer, buffer + sizeof(buffer), value, format, precision);
  return result.ec == std::errc() ? std::string(buffer, result.ptr) : "";
}

// With the shortest digits Go's 'g' writes an exponent below 1e-4 and from 1e6 on, whatever the
// number of digits.
std::string Shortest(double value) {
  std::string scientific = ToChars(value, std::chars_format::scientific, -1);
  const size_t e = scientific.find('e');
  int exponent = 0;
  const char* digits = scientific.data() + e + 1;
  if (*digits == '+') {
    ++digits;
  }
  (void)std::from_chars(digits, scientific.data() + scientific.size(), exponent);
  if (exponent < -4 || exponent >= kShortestExponentLimit) {
    return scientific;
  }
  return ToChars(value, std::chars_format::fixed, -1);
}

std::string Hexadecimal(double value, int precision) {
  std::string text = ToChars(value, std::chars_format::hex, precision);
  const size_t p = text.find('p');
  if (p != std::string::npos && text.size() - p == 3) {
    text.insert(p + 2, "0");
  }
  return text.insert(text.starts_with('-') ? 1 : 0, "0x");
}

std::string Finite(double value, char verb, int precision) {
  switch (verb) {
    case 'e':
      return ToChars(value, std::chars_format::scientific, precision);
    case 'f':
      return ToChars(value, std::chars_format::fixed, precision);
    case 'x':
      return Hexadecimal(value, precision);
    default:
      return precision < 0 ? Shortest(value)
                           : ToChars(value, std::chars_format::general, precision);
  }
}

}  // namespace

std::string FormatFloat(double value, char verb, int precision) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  const bool upper = verb >= 'A' && verb <= 'Z';
  std::string text = Finite(value, verb == 'F' ? 'f' : static_cast<char>(verb | 0x20), precision);
  if (upper && verb != 'F') {
    for (char& c : text) {
      c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 0x20 : c);
    }
  }
  return text;
}

}  // namespace sb::gotemplate
