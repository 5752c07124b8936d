// SPDX-License-Identifier: Apache-2.0
#include "api/http/parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "config/duration.h"
#include "model/label_name.h"

namespace sb::api {

namespace {

constexpr int64_t kMsPerDay = 86'400'000;

// Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, "chrono-compatible
// low-level date algorithms").
int64_t DaysFromCivil(int64_t y, int64_t m, int64_t d) {
  y -= m <= 2 ? 1 : 0;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

struct CivilDate {
  int64_t year;
  int64_t month;
  int64_t day;
};

CivilDate CivilFromDays(int64_t z) {
  z += 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int64_t month = mp < 10 ? mp + 3 : mp - 9;
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  const int64_t next_year = month == 12 ? year + 1 : year;
  const int64_t next_month = month == 12 ? 1 : month + 1;
  return DaysFromCivil(next_year, next_month, 1) - DaysFromCivil(year, month, 1);
}

// Reads fixed-width fields of a date from the front of a text.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  bool Number(size_t digits, int64_t min, int64_t max, int64_t* out) {
    if (rest_.size() < digits) {
      return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        return false;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    *out = value;
    return value >= min && value <= max;
  }
  bool Literal(char c) {
    if (rest_.empty() || rest_[0] != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  // ".123456": milliseconds, digits beyond the third are cut off.
  bool Fraction(int64_t* ms) {
    *ms = 0;
    if (!Literal('.')) {
      return true;
    }
    size_t digits = 0;
    int64_t unit = 100;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++digits) {
      *ms += (rest_[0] - '0') * unit;
      unit /= 10;
      rest_.remove_prefix(1);
    }
    return digits > 0;
  }
  bool Zone(int64_t* offset_minutes) {
    *offset_minutes = 0;
    if (Literal('Z')) {
      return true;
    }
    const bool minus = !rest_.empty() && rest_[0] == '-';
    int64_t hours = 0;
    int64_t minutes = 0;
    if ((!minus && !Literal('+')) || (minus && !Literal('-')) || !Number(2, 0, 23, &hours) ||
        !Literal(':') || !Number(2, 0, 59, &minutes)) {
      return false;
    }
    *offset_minutes = (hours * 60 + minutes) * (minus ? -1 : 1);
    return true;
  }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<int64_t> ParseRfc3339(std::string_view text) {
  FieldReader in(text);
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!in.Number(4, 0, 9999, &year) || !in.Literal('-') || !in.Number(2, 1, 12, &month) ||
      !in.Literal('-') || !in.Number(2, 1, DaysInMonth(year, month), &day) || !in.Literal('T')) {
    return std::nullopt;
  }
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t fraction = 0;
  int64_t zone = 0;
  if (!in.Number(2, 0, 23, &hour) || !in.Literal(':') || !in.Number(2, 0, 59, &minute) ||
      !in.Literal(':') || !in.Number(2, 0, 59, &second) || !in.Fraction(&fraction) ||
      !in.Zone(&zone) || !in.AtEnd()) {
    return std::nullopt;
  }
  return DaysFromCivil(year, month, day) * kMsPerDay +
         ((hour * 60 + minute - zone) * 60 + second) * 1000 + fraction;
}

std::optional<double> ParseNumber(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() ||
      !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

base::Result<int64_t> ParseTime(std::string_view text) {
  if (const std::optional<double> seconds = ParseNumber(text)) {
    const double ms = std::round(*seconds * 1000);
    if (ms >= static_cast<double>(kTimeMinMs) && ms <= static_cast<double>(kTimeMaxMs)) {
      return static_cast<int64_t>(ms);
    }
  }
  if (const std::optional<int64_t> time = ParseRfc3339(text)) {
    return *time;
  }
  // What clients send for "since ever" and "for ever"; the years do not fit RFC 3339.
  if (text == "-292273086-05-16T16:47:06Z") {
    return kTimeMinMs;
  }
  if (text == "292277025-08-18T07:12:54.999999999Z") {
    return kTimeMaxMs;
  }
  return base::InvalidArgument(
      fmt::format("cannot parse {} to a valid timestamp", model::QuoteString(text)));
}

base::Result<int64_t> ParseDuration(std::string_view text) {
  if (const std::optional<double> seconds = ParseNumber(text)) {
    const double ms = *seconds * 1000;
    if (std::fabs(ms) > 9.2e15) {
      return base::InvalidArgument(fmt::format(
          "cannot parse {} to a valid duration. It overflows int64", model::QuoteString(text)));
    }
    return static_cast<int64_t>(ms);
  }
  if (const auto duration = config::ParseDuration(text); duration.ok()) {
    return duration->Value();
  }
  return base::InvalidArgument(
      fmt::format("cannot parse {} to a valid duration", model::QuoteString(text)));
}

base::Status BadParameter(std::string_view name, const base::Status& reason) {
  return reason.WithPrefix(fmt::format("invalid parameter {}", model::QuoteString(name)));
}

base::Result<int64_t> TimeParameter(const net::UrlParams& params, std::string_view name,
                                    int64_t fallback_ms) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return fallback_ms;
  }
  base::Result<int64_t> time = ParseTime(text);
  return time.ok() ? time : BadParameter(name, time.status());
}

base::Result<std::optional<int64_t>> DurationParameter(const net::UrlParams& params,
                                                       std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<int64_t>();
  }
  const base::Result<int64_t> duration = ParseDuration(text);
  if (!duration.ok()) {
    return BadParameter(name, duration.status());
  }
  return std::optional<int64_t>(*duration);
}

base::Result<std::optional<uint64_t>> CountParameter(const net::UrlParams& params,
                                                     std::string_view name, uint64_t max) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<uint64_t>();
  }
  uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return BadParameter(
        name, base::InvalidArgument(
                  fmt::format("{} is not a non-negative whole number", model::QuoteString(text))));
  }
  if (value > max) {
    return BadParameter(
        name, base::InvalidArgument(fmt::format("must not be greater than {}: {}", max, value)));
  }
  return std::optional<uint64_t>(value);
}

std::string FormatRfc3339(int64_t time_ms) {
  int64_t days = time_ms / kMsPerDay;
  int64_t ms = time_ms % kMsPerDay;
  if (ms < 0) {
    ms += kMsPerDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month, date.day,
                     ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace sb::api
