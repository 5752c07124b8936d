// SPDX-License-Identifier: Apache-2.0
#include "config/byte_size.h"

#include <charconv>
#include <cmath>

namespace sb::config {
namespace {

constexpr std::string_view kPrefixes = "KMGTPE";

// The factor of "B", "KB", "KiB", …; 0 when there is no such unit.
double UnitBytes(std::string_view unit) {
  if (unit == "B") {
    return 1;
  }
  if (unit.size() < 2 || unit.back() != 'B' || (unit.size() == 3 && unit[1] != 'i') ||
      unit.size() > 3) {
    return 0;
  }
  const size_t power = kPrefixes.find(unit[0]);
  return power == kPrefixes.npos ? 0 : std::ldexp(1.0, 10 * (static_cast<int>(power) + 1));
}

base::Status Invalid(std::string_view text) {
  return base::InvalidArgument("units: invalid " + std::string(text));
}

}  // namespace

base::Result<ByteSize> ParseByteSize(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  if (rest == "0") {
    return ByteSize{0};
  }
  if (rest.empty()) {
    return Invalid(text);
  }
  double total = 0;
  while (!rest.empty()) {
    const size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    double number = 0;
    const auto [at, error] = std::from_chars(rest.data(), rest.data() + digits, number);
    if (digits == 0 || error != std::errc() || at != rest.data() + digits) {
      return Invalid(text);
    }
    rest.remove_prefix(digits);
    const size_t letters = std::min(rest.find_first_of("0123456789."), rest.size());
    const std::string_view unit = rest.substr(0, letters);
    const double factor = UnitBytes(unit);
    if (factor == 0) {
      return base::InvalidArgument("units: unknown unit " + std::string(unit) + " in " +
                                   std::string(text));
    }
    total += number * factor;
    rest.remove_prefix(letters);
  }
  if (total >= 0x1p63) {
    return base::InvalidArgument("units: overflow parsing unit in " + std::string(text));
  }
  const auto bytes = static_cast<int64_t>(total);
  return ByteSize{negative ? -bytes : bytes};
}

std::string FormatByteSize(ByteSize size) {
  if (size.bytes == 0) {
    return "0B";
  }
  const bool negative = size.bytes < 0;
  uint64_t left =
      negative ? 0 - static_cast<uint64_t>(size.bytes) : static_cast<uint64_t>(size.bytes);
  std::string out = negative ? "-" : "";
  for (int power = 6; power >= 0; --power) {
    const uint64_t unit = uint64_t{1} << (10 * power);
    if (left < unit) {
      continue;
    }
    out += std::to_string(left / unit);
    if (power > 0) {
      out.push_back(kPrefixes[static_cast<size_t>(power - 1)]);
      out.push_back('i');
    }
    out.push_back('B');
    left %= unit;
  }
  return out;
}

}  // namespace sb::config
