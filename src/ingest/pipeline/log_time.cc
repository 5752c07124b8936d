// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_time.h"

#include <charconv>
#include <cmath>

#include "encoding/iso_time.h"

namespace sb::ingest {
namespace {

// Every time up to the year 2262 has one reading: what is too large for one unit is the next.
int64_t UnitOf(double magnitude) {
  if (magnitude < 9.2e9) {
    return 1'000'000'000;
  }
  if (magnitude < 9.2e12) {
    return 1'000'000;
  }
  return magnitude < 9.2e15 ? 1'000 : 1;
}

}  // namespace

bool ParseLogTime(std::string_view text, int64_t* ns) {
  if (encoding::ParseIsoTime(text, ns)) {
    return true;
  }
  const char* const end = text.data() + text.size();
  int64_t whole = 0;
  if (const auto parsed = std::from_chars(text.data(), end, whole);
      parsed.ec == std::errc() && parsed.ptr == end && !text.empty()) {
    *ns = whole * UnitOf(std::fabs(static_cast<double>(whole)));
    return true;
  }
  double number = 0;
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::general);
  if (parsed.ec != std::errc() || parsed.ptr != end || text.empty() || !std::isfinite(number)) {
    return false;
  }
  const auto unit = static_cast<double>(UnitOf(std::fabs(number)));
  const double whole_part = std::floor(number);
  if (std::fabs(whole_part * unit) > 9.2e18) {
    return false;
  }
  // The fraction apart, so that a double of seconds keeps its microseconds.
  *ns = static_cast<int64_t>(whole_part) * static_cast<int64_t>(unit) +
        static_cast<int64_t>(std::round((number - whole_part) * unit));
  return true;
}

}  // namespace sb::ingest
