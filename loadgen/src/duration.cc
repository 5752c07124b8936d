// SPDX-License-Identifier: Apache-2.0
#include "duration.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace sb::load {
namespace {

constexpr double kNanosMax = 9e18;

double UnitNanos(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "µs") return double(kMicro);
  if (unit == "ms") return double(kMilli);
  if (unit == "s") return double(kSecond);
  if (unit == "m") return double(kMinute);
  if (unit == "h") return 60 * double(kMinute);
  if (unit == "d") return 24 * 60 * double(kMinute);
  return 0;
}

bool IsNumberByte(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

}  // namespace

base::Result<Nanos> ParseDuration(std::string_view text) {
  const std::string bad = "not a duration (such as 30s, 1m30s, 500ms): " + std::string(text);
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (rest.empty()) return base::InvalidArgument(bad);
  double total = 0;
  while (!rest.empty()) {
    const bool alone = rest.find_first_not_of("0123456789.") == rest.npos && total == 0;
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number,
                                              std::chars_format::fixed);
    if (error != std::errc()) return base::InvalidArgument(bad);
    rest.remove_prefix(size_t(end - rest.data()));
    size_t unit_bytes = 0;
    while (unit_bytes < rest.size() && !IsNumberByte(rest[unit_bytes])) unit_bytes++;
    const std::string_view unit = rest.substr(0, unit_bytes);
    rest.remove_prefix(unit_bytes);
    // A bare number is milliseconds, as in k6.
    const double scale = unit.empty() && alone ? double(kMilli) : UnitNanos(unit);
    if (scale == 0) return base::InvalidArgument(bad);
    total += number * scale;
    if (total > kNanosMax) return base::InvalidArgument(bad);
  }
  const auto nanos = Nanos(std::llround(total));
  return negative ? -nanos : nanos;
}

std::string DurationText(Nanos duration) {
  if (duration < 0) return "-" + DurationText(-duration);
  if (duration < kSecond) {
    return duration == 0 ? "0s" : fmt::format("{}ms", duration / kMilli);
  }
  const int64_t hours = duration / (60 * kMinute);
  const int64_t minutes = duration / kMinute % 60;
  const double seconds = double(duration % kMinute) / double(kSecond);
  std::string text;
  if (hours > 0) text += fmt::format("{}h", hours);
  if (hours > 0 || minutes > 0) text += fmt::format("{}m", minutes);
  return text + fmt::format("{:.4g}s", seconds);
}

}  // namespace sb::load
