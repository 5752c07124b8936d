// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <cstdint>
#include <limits>

#include "config/quote.h"

namespace sb::config {
namespace {

struct Unit {
  std::string_view name;
  int64_t ms;
  bool exact;  // written only when nothing is left over
};

constexpr Unit kUnits[] = {
    {"y", 365LL * 86'400'000, true},
    {"w", 7LL * 86'400'000, true},
    {"d", 86'400'000, false},
    {"h", 3'600'000, false},
    {"m", 60'000, false},
    {"s", 1000, false},
    {"ms", 1, false},
};

// Go keeps durations as int64 nanoseconds; what does not fit there is out of range for it.
constexpr int64_t kMaxMs = std::numeric_limits<int64_t>::max() / 1'000'000;

base::Status Malformed(std::string_view text) {
  return base::InvalidArgument("not a valid duration string: " + GoQuote(text));
}

}  // namespace

base::Result<base::DurationMs> ParseDuration(std::string_view text) {
  if (text.empty()) {
    return base::InvalidArgument("empty duration string");
  }
  if (text == "0") {
    return base::DurationMs(0);
  }
  int64_t total = 0;
  size_t next_unit = 0;
  for (size_t at = 0; at < text.size();) {
    int64_t number = 0;
    const size_t digits = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      number = number > kMaxMs ? number : number * 10 + (text[at] - '0');
      ++at;
    }
    const size_t unit_start = at;
    while (at < text.size() && text[at] >= 'a' && text[at] <= 'z') {
      ++at;
    }
    const std::string_view name = text.substr(unit_start, at - unit_start);
    while (next_unit < std::size(kUnits) && kUnits[next_unit].name != name) {
      ++next_unit;
    }
    if (unit_start == digits || next_unit == std::size(kUnits)) {
      return Malformed(text);
    }
    const int64_t unit_ms = kUnits[next_unit++].ms;
    if (number > (kMaxMs - total) / unit_ms) {
      return base::InvalidArgument("duration out of range");
    }
    total += number * unit_ms;
  }
  return base::DurationMs(total);
}

std::string FormatDuration(base::DurationMs duration) {
  int64_t left = duration.Value();
  if (left == 0) {
    return "0s";
  }
  std::string out;
  if (left < 0) {
    out = "-";
    left = -left;
  }
  for (const Unit& unit : kUnits) {
    if ((unit.exact && left % unit.ms != 0) || left < unit.ms) {
      continue;
    }
    out += std::to_string(left / unit.ms);
    out += unit.name;
    left %= unit.ms;
  }
  return out;
}

}  // namespace sb::config
