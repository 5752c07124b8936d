// SPDX-License-Identifier: Apache-2.0
#include "api/http/number_format.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace sb::api {

namespace {

// Digits and decimal exponent of the shortest form: 12.5 is "125" with exponent 1.
struct Decimal {
  char digits[24];
  int count = 0;
  int exponent = 0;
};

Decimal ShortestDigits(double value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  Decimal out;
  const char* p = buffer;
  for (; p != end.ptr && *p != 'e'; ++p) {
    if (*p != '.') {
      out.digits[out.count++] = *p;
    }
  }
  p += p[1] == '+' ? 2 : 1;
  std::from_chars(p, end.ptr, out.exponent);
  return out;
}

// The standard library's fixed notation prints the exact value of large doubles; the API shows the
// shortest digits padded with zeros, so the point is placed here.
void AppendFixed(const Decimal& d, std::string* out) {
  if (d.exponent < 0) {
    out->append("0.");
    out->append(static_cast<size_t>(-d.exponent - 1), '0');
    out->append(d.digits, static_cast<size_t>(d.count));
    return;
  }
  const int whole = d.exponent + 1;
  if (d.count <= whole) {
    out->append(d.digits, static_cast<size_t>(d.count));
    out->append(static_cast<size_t>(whole - d.count), '0');
    return;
  }
  out->append(d.digits, static_cast<size_t>(whole));
  out->push_back('.');
  out->append(d.digits + whole, static_cast<size_t>(d.count - whole));
}

}  // namespace

void AppendSampleValue(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value > 0 ? "+Inf" : "-Inf");
    return;
  }
  const double magnitude = std::fabs(value);
  char buffer[40];
  if (magnitude < 9007199254740992.0 && std::trunc(value) == value && !std::signbit(value)) {
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), static_cast<int64_t>(value));
    out->append(buffer, end.ptr);
    return;
  }
  if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
    out->append(buffer, end.ptr);
    return;
  }
  if (std::signbit(value)) {
    out->push_back('-');
  }
  AppendFixed(ShortestDigits(magnitude), out);
}

void AppendTimestamp(int64_t time_ms, std::string* out) {
  uint64_t magnitude = static_cast<uint64_t>(time_ms);
  if (time_ms < 0) {
    out->push_back('-');
    magnitude = 0 - magnitude;
  }
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), magnitude / 1000);
  out->append(buffer, end.ptr);
  const uint64_t fraction = magnitude % 1000;
  if (fraction != 0) {
    out->push_back('.');
    out->push_back(static_cast<char>('0' + fraction / 100));
    out->push_back(static_cast<char>('0' + fraction / 10 % 10));
    out->push_back(static_cast<char>('0' + fraction % 10));
  }
}

}  // namespace sb::api
