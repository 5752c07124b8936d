// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/float_text.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/sample.h"

namespace sb::wire {
namespace {

// Every whole number of up to 15 digits is a double, and so are the powers of ten up to 10^22: the
// quotient of two such numbers is rounded once, hence exact (Clinger's fast path).
constexpr size_t kExactDigitsMax = 15;
constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// strconv's thresholds for 'g' with the shortest precision (fmt's %v has 21 instead of 6).
constexpr int kExponentMin = -4;
constexpr int kExponentLimit = 6;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool EqualsLowerCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) {
      return false;
    }
  }
  return true;
}

// Plain decimals without exponent and with few digits: nearly all values of real exporters.
bool ParseShortDecimal(std::string_view digits, double* value) {
  if (digits.size() > kExactDigitsMax + 1 || digits.empty()) {
    return false;
  }
  uint64_t mantissa = 0;
  size_t count = 0;
  size_t point = std::string_view::npos;
  for (size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    if (IsDigit(c)) {
      mantissa = mantissa * 10 + static_cast<uint64_t>(c - '0');
      ++count;
    } else if (c == '.' && point == std::string_view::npos) {
      point = i;
    } else {
      return false;
    }
  }
  if (count == 0 || count > kExactDigitsMax) {
    return false;
  }
  *value = static_cast<double>(mantissa);
  if (point != std::string_view::npos) {
    *value /= kPowersOfTen[digits.size() - 1 - point];
  }
  return true;
}

// from_chars says "out of range" for overflow and underflow alike; strtod tells them apart.
bool ParseOutOfRange(std::string_view digits, double* value) {
  const std::string text(digits);
  const double parsed = std::strtod(text.c_str(), nullptr);  // tidy: number because of the above
  if (std::isinf(parsed)) {
    return false;
  }
  *value = parsed;
  return true;
}

bool ParseUnsigned(std::string_view digits, double* value) {
  if (ParseShortDecimal(digits, value)) {
    return true;
  }
  if (digits.empty()) {
    return false;
  }
  if (EqualsLowerCase(digits, "inf") || EqualsLowerCase(digits, "infinity")) {
    *value = std::numeric_limits<double>::infinity();
    return true;
  }
  // from_chars also knows "nan(…)", a second sign and "inf"; none of them may get there.
  if (!IsDigit(digits[0]) && digits[0] != '.') {
    return false;
  }
  double parsed = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, parsed);
  if (result.ptr != end) {
    return false;
  }
  if (result.ec == std::errc::result_out_of_range) {
    return ParseOutOfRange(digits, value);
  }
  if (result.ec != std::errc()) {
    return false;
  }
  *value = parsed;
  return true;
}

}  // namespace

bool ParseFloatText(std::string_view text, double* value) {
  if (text.empty()) {
    return false;
  }
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') {
    double parsed = 0;
    if (!ParseUnsigned(text.substr(1), &parsed)) {
      return false;
    }
    *value = negative ? -parsed : parsed;
    return true;
  }
  if (ParseUnsigned(text, value)) {
    return true;
  }
  if (EqualsLowerCase(text, "nan")) {  // never signed in Go
    *value = std::bit_cast<double>(model::kNormalNanBits);
    return true;
  }
  return false;
}

bool ParseInt64Text(std::string_view text, int64_t* value) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (text.empty() || !IsDigit(text[0])) {
      return false;
    }
  }
  int64_t parsed = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, parsed);
  if (result.ec != std::errc() || result.ptr != end) {
    return false;
  }
  *value = parsed;
  return true;
}

namespace {

struct ShortestDigits {
  char digits[20];
  size_t count = 0;
  int exponent = 0;  // of the first digit
};

ShortestDigits Decompose(double magnitude) {
  char buffer[40];
  const auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), magnitude, std::chars_format::scientific);
  ShortestDigits out;
  const char* p = buffer;
  for (; p != result.ptr && *p != 'e'; ++p) {
    if (*p != '.') {
      out.digits[out.count++] = *p;
    }
  }
  ++p;  // the 'e'; from_chars wants no plus sign
  if (p != result.ptr && *p == '+') {
    ++p;
  }
  std::from_chars(p, result.ptr, out.exponent);
  return out;
}

void AppendScientific(std::string* out, const ShortestDigits& number) {
  out->push_back(number.digits[0]);
  if (number.count > 1) {
    out->push_back('.');
    out->append(number.digits + 1, number.count - 1);
  }
  out->push_back('e');
  out->push_back(number.exponent < 0 ? '-' : '+');
  const int magnitude = std::abs(number.exponent);
  if (magnitude < 10) {
    out->push_back('0');
  }
  out->append(std::to_string(magnitude));
}

void AppendPlain(std::string* out, const ShortestDigits& number) {
  if (number.exponent < 0) {
    out->append("0.");
    out->append(static_cast<size_t>(-number.exponent - 1), '0');
    out->append(number.digits, number.count);
    return;
  }
  const size_t whole = static_cast<size_t>(number.exponent) + 1;
  if (number.count <= whole) {
    out->append(number.digits, number.count);
    out->append(whole - number.count, '0');
    return;
  }
  out->append(number.digits, whole);
  out->push_back('.');
  out->append(number.digits + whole, number.count - whole);
}

}  // namespace

void AppendFloatText(std::string* out, double value) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value > 0 ? "+Inf" : "-Inf");
    return;
  }
  if (std::signbit(value)) {
    out->push_back('-');
  }
  const double magnitude = std::fabs(value);
  if (magnitude == 0) {
    out->push_back('0');
    return;
  }
  const ShortestDigits number = Decompose(magnitude);
  if (number.exponent < kExponentMin || number.exponent >= kExponentLimit) {
    AppendScientific(out, number);
  } else {
    AppendPlain(out, number);
  }
}

void AppendOpenMetricsFloat(std::string* out, double value) {
  const size_t start = out->size();
  AppendFloatText(out, value);
  if (std::isfinite(value) && out->find_first_of(".e", start) == std::string::npos) {
    out->append(".0");
  }
}

}  // namespace sb::wire
