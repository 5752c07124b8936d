// SPDX-License-Identifier: Apache-2.0
#include "query/promql/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include "model/histogram_buckets.h"

namespace sb::promql {
namespace {

bool EqualsIgnoreCase(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

}  // namespace

std::optional<double> ParseGoFloat(std::string_view text) {
  std::string_view digits = text;
  bool negative = false;
  if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) {
    negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  if (EqualsIgnoreCase(digits, "inf") || EqualsIgnoreCase(digits, "infinity")) {
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  }
  if (EqualsIgnoreCase(text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  std::chars_format format = std::chars_format::general;
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    digits.remove_prefix(2);
    format = std::chars_format::hex;
    if (digits.find_first_of("pP") == std::string_view::npos) {
      return std::nullopt;
    }
  }
  // from_chars would take a sign, "inf" and "nan" of its own.
  if (digits.empty() ||
      !(std::isxdigit(static_cast<unsigned char>(digits.front())) != 0 || digits.front() == '.')) {
    return std::nullopt;
  }
  double value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value, format);
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

std::string OpenMetricsFloat(double v) {
  std::string text = model::FormatGoG(v);
  if (std::isfinite(v) && text.find_first_of("e.") == std::string::npos) {
    text += ".0";
  }
  return text;
}

std::string PlainFloat(double v) {
  if (!std::isfinite(v)) {
    return model::FormatGoG(v);
  }
  // The library's fixed format has all digits of a large number, not the fewest: they are taken
  // from the scientific one and filled up with zeros.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), v, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  const std::string_view power = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  int exponent = 0;
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  const std::string sign = std::signbit(v) ? "-" : "";
  std::string digits;
  std::copy_if(text.begin(), text.begin() + static_cast<ptrdiff_t>(e), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  }
  const size_t point = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= point) {
    return sign + digits.append(point - digits.size(), '0');
  }
  return sign + digits.insert(point, ".");
}

}  // namespace sb::promql
