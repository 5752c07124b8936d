// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/date_rounding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "api/elastic/aggregation_kind.h"
#include "base/env.h"
#include "template/go_time.h"

namespace sb::api {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kDayMs = 86'400'000;
// 1970 began on a Thursday, weeks begin on Monday.
constexpr int64_t kFirstMondayMs = -3 * kDayMs;

int64_t FloorTo(int64_t value, int64_t step) {
  const int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

struct Unit {
  std::string_view name;
  std::string_view letter;
  char unit;
  int64_t length_ms;
};
constexpr std::array<Unit, 8> kUnits = {{{"second", "1s", 's', 1'000},
                                         {"minute", "1m", 'm', kMinuteMs},
                                         {"hour", "1h", 'h', kHourMs},
                                         {"day", "1d", 'd', kDayMs},
                                         {"week", "1w", 'w', 7 * kDayMs},
                                         {"month", "1M", 'M', 31 * kDayMs},
                                         {"quarter", "1q", 'q', 92 * kDayMs},
                                         {"year", "1y", 'y', 366 * kDayMs}}};

// "90m": a number and ms, s, m, h, d, w; nothing else.
bool ParseFixed(std::string_view text, int64_t* ms) {
  int64_t count = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(number.ptr,
                              static_cast<size_t>(text.data() + text.size() - number.ptr));
  const std::pair<std::string_view, int64_t> units[] = {
      {"ms", 1}, {"s", 1'000}, {"m", kMinuteMs}, {"h", kHourMs}, {"d", kDayMs}, {"w", 7 * kDayMs}};
  for (const auto& [name, length] : units) {
    if (unit == name && number.ec == std::errc() && count < INT64_MAX / length &&
        count > INT64_MIN / length) {
      *ms = count * length;
      return true;
    }
  }
  return false;
}

base::Result<int64_t> ParseOffset(std::string_view text) {
  int64_t ms = 0;
  double plain = 0;
  if (text.empty()) {
    return ms;
  }
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  if (ParseFixed(digits, &ms)) {
    return ms;
  }
  if (ParseNumberText(digits, &plain)) {
    return static_cast<int64_t>(plain);
  }
  return base::InvalidArgument(
      fmt::format("failed to parse setting [date_histogram.offset] with value [{}]", text));
}

// "+01:00", "-0530", "+1".
bool ParseZoneOffset(std::string_view text, int32_t* seconds) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) {
    return false;
  }
  std::string digits(text.substr(1));
  std::erase(digits, ':');
  int32_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end.ptr != digits.data() + digits.size() || digits.size() > 4) {
    return false;
  }
  const int32_t hours = digits.size() > 2 ? number / 100 : number;
  const int32_t minutes = digits.size() > 2 ? number % 100 : 0;
  *seconds = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return hours <= 18 && minutes < 60;
}

base::Result<std::shared_ptr<const gotemplate::TimeZone>> ParseZone(const std::string& text) {
  int32_t seconds = 0;
  if (text.empty() || text == "Z" || text == "utc" || text == "UTC") {
    return gotemplate::TimeZone::Utc();
  }
  if (ParseZoneOffset(text, &seconds)) {
    return gotemplate::TimeZone::Fixed("", seconds);
  }
  return gotemplate::TimeZone::Load(base::Env::Real().files(), text);
}

}  // namespace

base::Status DateRounding::ReadCalendar(const std::string& text) {
  for (const Unit& unit : kUnits) {
    if (text == unit.name || text == unit.letter) {
      unit_ = unit.unit;
      length_ms_ = unit.length_ms;
      return base::OkStatus();
    }
  }
  return base::InvalidArgument(
      fmt::format("The supplied interval [{}] could not be parsed as a calendar interval.", text));
}

base::Status DateRounding::ReadFixed(const std::string& text) {
  if (!ParseFixed(text, &length_ms_) || length_ms_ <= 0) {
    return base::InvalidArgument(fmt::format(
        "failed to parse setting [date_histogram.fixedInterval] with value [{}] as a time value: "
        "a number above zero and ms, s, m, h or d",
        text));
  }
  unit_ = text.ends_with('w') ? 'w' : 'f';
  return base::OkStatus();
}

base::Result<DateRounding> DateRounding::Parse(const config::Node& body) {
  DateRounding rounding;
  const std::string fixed = MemberText(body, "fixed_interval");
  const std::string calendar = MemberText(body, "calendar_interval");
  if (!fixed.empty()) {
    SB_RETURN_IF_ERROR(rounding.ReadFixed(fixed));
  } else if (!calendar.empty()) {
    SB_RETURN_IF_ERROR(rounding.ReadCalendar(calendar));
  } else if (const std::string either = MemberText(body, "interval");
             !rounding.ReadCalendar(either).ok()) {
    SB_RETURN_IF_ERROR(rounding.ReadFixed(either));
  }
  SB_ASSIGN_OR_RETURN(rounding.offset_ms_, ParseOffset(MemberText(body, "offset")));
  SB_ASSIGN_OR_RETURN(rounding.zone_, ParseZone(MemberText(body, "time_zone")));
  rounding.is_utc_ = rounding.zone_ == gotemplate::TimeZone::Utc();
  return rounding;
}

int64_t DateRounding::ZoneMs(int64_t utc_ms) const {
  return is_utc_ ? 0 : int64_t{zone_->At(FloorTo(utc_ms, 1'000) / 1'000).seconds} * 1'000;
}

int64_t DateRounding::RoundWall(int64_t wall_ms) const {
  if (unit_ == 'w') {
    return FloorTo(wall_ms - kFirstMondayMs, length_ms_) + kFirstMondayMs;
  }
  if (unit_ != 'M' && unit_ != 'q' && unit_ != 'y') {
    return FloorTo(wall_ms, length_ms_);
  }
  const gotemplate::Civil civil =
      gotemplate::GoTime{FloorTo(wall_ms, 1'000) / 1'000, 0, nullptr}.ToCivil();
  const int month = unit_ == 'y' ? 1 : unit_ == 'q' ? (civil.month - 1) / 3 * 3 + 1 : civil.month;
  return gotemplate::DaysFromCivil(civil.year, month, 1) * kDayMs;
}

// The instant with this wall clock reading: of two the last that is not after the given one, or,
// from days on, the first.
int64_t DateRounding::FromWall(int64_t wall_ms, int64_t not_after) const {
  const int64_t offsets[] = {ZoneMs(wall_ms - kDayMs), ZoneMs(wall_ms + kDayMs), ZoneMs(not_after)};
  const bool is_long = length_ms_ >= kDayMs;
  bool is_found = false;
  int64_t best = 0;
  for (const int64_t offset : offsets) {
    const int64_t utc = wall_ms - offset;
    if (ZoneMs(utc) == offset && utc <= not_after &&
        (!is_found || (is_long ? utc < best : utc > best))) {
      is_found = true;
      best = utc;
    }
  }
  if (is_found) {
    return best;
  }
  // The reading was jumped over: the instant of the jump.
  int64_t low = wall_ms - std::max(offsets[0], offsets[1]);
  int64_t high = wall_ms - std::min(offsets[0], offsets[1]);
  const int64_t before = ZoneMs(low);
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (ZoneMs(middle) == before ? low : high) = middle;
  }
  return high;
}

int64_t DateRounding::Round(int64_t ms) const {
  const int64_t utc = ms - offset_ms_;
  const int64_t wall = RoundWall(utc + ZoneMs(utc));
  return (is_utc_ ? wall : FromWall(wall, utc)) + offset_ms_;
}

int64_t DateRounding::Next(int64_t start) const {
  // Behind the end of the bucket, but within the next one.
  int64_t probe = start + length_ms_ + (length_ms_ >= kDayMs ? 2 * kHourMs : 0);
  int64_t next = Round(probe);
  while (next <= start) {
    probe += length_ms_ / 4 + 1;
    next = Round(probe);
  }
  return next;
}

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

std::string OffsetText(int32_t seconds, bool has_colon, bool has_z) {
  if (seconds == 0 && has_z) {
    return "Z";
  }
  const int32_t minutes = std::abs(seconds) / 60;
  return fmt::format("{}{:02}{}{:02}", seconds < 0 ? '-' : '+', minutes / 60, has_colon ? ":" : "",
                     minutes % 60);
}

struct Instant {
  gotemplate::Civil civil;
  int64_t ms = 0;  // within the second
  int32_t offset_seconds = 0;
};

std::string Letters(char letter, size_t count, const Instant& at) {
  const auto padded = [count](int64_t number) { return fmt::format("{:0{}}", number, count); };
  const auto name = [count](std::string_view text) {
    return std::string(count == 3 ? text.substr(0, 3) : text);
  };
  switch (letter) {
    case 'y':
    case 'u':
      return count == 2 ? fmt::format("{:02}", at.civil.year % 100) : padded(at.civil.year);
    case 'M':
      return count < 3 ? padded(at.civil.month)
                       : name(kMonths[static_cast<size_t>(at.civil.month - 1)]);
    case 'd':
      return padded(at.civil.day);
    case 'H':
      return padded(at.civil.hour);
    case 'm':
      return padded(at.civil.minute);
    case 's':
      return padded(at.civil.second);
    case 'S':
      return (fmt::format("{:03}", at.ms) + std::string(count, '0')).substr(0, count);
    case 'E':
      return count > 3 ? std::string(kDays[static_cast<size_t>(at.civil.weekday)])
                       : std::string(kDays[static_cast<size_t>(at.civil.weekday)].substr(0, 3));
    case 'X':
      return OffsetText(at.offset_seconds, count == 3, true);
    case 'Z':
      return OffsetText(at.offset_seconds, false, false);
    default:
      return std::string(count, letter);
  }
}

std::string PatternText(const Instant& at, std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '\'') {
      const size_t end = std::min(pattern.find('\'', i + 1), pattern.size());
      out += end == i + 1 ? "'" : pattern.substr(i + 1, end - i - 1);
      i = end + 1;
      continue;
    }
    size_t end = i;
    while (end < pattern.size() && pattern[end] == pattern[i]) {
      ++end;
    }
    out += Letters(pattern[i], std::min<size_t>(end - i, 9), at);
    i = end;
  }
  return out;
}

}  // namespace

std::string DateText(int64_t ms, const gotemplate::TimeZone& zone, std::string_view format) {
  format = format.substr(0, format.find("||"));
  const int64_t seconds = FloorTo(ms, 1'000) / 1'000;
  if (format == "epoch_millis") {
    return std::to_string(ms);
  }
  if (format == "epoch_second") {
    return std::to_string(seconds);
  }
  Instant at;
  at.offset_seconds = zone.At(seconds).seconds;
  at.ms = ms - seconds * 1'000;
  at.civil = gotemplate::GoTime{seconds + at.offset_seconds, 0, nullptr}.ToCivil();
  const bool is_default = format.empty() || format == "date_time" ||
                          format.find("date_optional_time") != std::string_view::npos;
  return PatternText(at, is_default         ? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"
                         : format == "date" ? "yyyy-MM-dd"
                                            : format);
}

}  // namespace sb::api
