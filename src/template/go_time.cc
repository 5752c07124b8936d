// SPDX-License-Identifier: Apache-2.0
#include "template/go_time.h"

#include <limits>

namespace sb::gotemplate {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kDaySeconds = 86'400;

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

// Howard Hinnant's days_from_civil, for any year.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year += FloorDiv(month - 1, 12);
  month = (month - 1) - 12 * FloorDiv(month - 1, 12) + 1;
  year -= month <= 2 ? 1 : 0;
  const int64_t era = FloorDiv(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468 + day - 1;
}

GoTime GoTime::FromNs(base::TimestampNs time) {
  const int64_t s = FloorDiv(time.Value(), kSecondNs);
  return {s, static_cast<int32_t>(time.Value() - s * kSecondNs), nullptr};
}

const TimeZone& GoTime::Zone() const {
  static const std::shared_ptr<const TimeZone> utc = TimeZone::Utc();
  return zone == nullptr ? *utc : *zone;
}

Civil GoTime::ToCivil() const {
  const int64_t wall = WallSeconds();
  const int64_t days = FloorDiv(wall, kDaySeconds);
  const int64_t of_day = wall - days * kDaySeconds;
  const int64_t shifted = days + 719'468;
  const int64_t era = FloorDiv(shifted, 146'097);
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t mp = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int>(day_of_year - (153 * mp + 2) / 5 + 1);
  civil.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = static_cast<int>(of_day / 3600);
  civil.minute = static_cast<int>(of_day / 60 % 60);
  civil.second = static_cast<int>(of_day % 60);
  civil.weekday = static_cast<int>(days + 4 - 7 * FloorDiv(days + 4, 7));
  civil.year_day = static_cast<int>(days - DaysFromCivil(civil.year, 1, 1) + 1);
  return civil;
}

GoTime FromCivil(const Civil& civil, int32_t nanos, std::shared_ptr<const TimeZone> zone) {
  const int64_t wall = DaysFromCivil(civil.year, civil.month, civil.day) * kDaySeconds +
                       int64_t{civil.hour} * 3600 + int64_t{civil.minute} * 60 + civil.second;
  GoTime time{wall, nanos, std::move(zone)};
  time.seconds = time.Zone().ToUnix(wall);
  return time;
}

GoTime GoTime::Plus(int64_t duration_ns) const {
  const int64_t whole = FloorDiv(duration_ns, kSecondNs);
  int64_t n = nanos + (duration_ns - whole * kSecondNs);
  const int64_t carry = n >= kSecondNs ? 1 : 0;
  return {seconds + whole + carry, static_cast<int32_t>(n - carry * kSecondNs), zone};
}

int64_t GoTime::Minus(const GoTime& other) const {
  const __int128 ns = (static_cast<__int128>(seconds) - other.seconds) * kSecondNs +
                      (static_cast<__int128>(nanos) - other.nanos);
  if (ns > std::numeric_limits<int64_t>::max()) {
    return std::numeric_limits<int64_t>::max();
  }
  if (ns < std::numeric_limits<int64_t>::min()) {
    return std::numeric_limits<int64_t>::min();
  }
  return static_cast<int64_t>(ns);
}

std::string FormatDuration(int64_t nanoseconds) {
  if (nanoseconds == 0) {
    return "0s";
  }
  const bool negative = nanoseconds < 0;
  const uint64_t ns = negative ? uint64_t{0} - static_cast<uint64_t>(nanoseconds)
                               : static_cast<uint64_t>(nanoseconds);
  // `value` of units of which `scale` make one.
  const auto fraction = [](uint64_t value, uint64_t scale) {
    std::string text = std::to_string(value / scale);
    std::string digits = std::to_string(scale + value % scale).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits.empty() ? text : text + "." + digits;
  };
  std::string text;
  if (ns < 1'000) {
    text = std::to_string(ns) + "ns";
  } else if (ns < 1'000'000) {
    text = fraction(ns, 1'000) + "\xC2\xB5s";
  } else if (ns < 1'000'000'000) {
    text = fraction(ns, 1'000'000) + "ms";
  } else {
    const uint64_t minute_ns = 60ULL * 1'000'000'000;
    const uint64_t minutes = ns / minute_ns;
    text = fraction(ns % minute_ns, 1'000'000'000) + "s";
    if (minutes > 0) {
      text.insert(0, std::to_string(minutes % 60) + "m");
    }
    if (minutes >= 60) {
      text.insert(0, std::to_string(minutes / 60) + "h");
    }
  }
  return negative ? "-" + text : text;
}

base::Result<int64_t> ParseGoDuration(std::string_view text) {
  const base::Status invalid =
      base::InvalidArgument("time: invalid duration \"" + std::string(text) + "\"");
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  if (rest == "0") {
    return int64_t{0};
  }
  if (rest.empty()) {
    return invalid;
  }
  __int128 total = 0;
  const __int128 limit = static_cast<__int128>(1) << 63;
  while (!rest.empty()) {
    __int128 number = 0;
    __int128 scale = 1;
    size_t digits = 0;
    bool point = false;
    size_t i = 0;
    for (; i < rest.size() && ((rest[i] >= '0' && rest[i] <= '9') || (rest[i] == '.' && !point));
         ++i) {
      if (rest[i] == '.') {
        point = true;
        continue;
      }
      ++digits;
      if (scale < 1'000'000'000'000'000) {
        number = number * 10 + (rest[i] - '0');
        scale *= point ? 10 : 1;
      }
      if (number > limit) {
        return invalid;
      }
    }
    size_t unit_end = i;
    while (unit_end < rest.size() && rest[unit_end] != '.' &&
           !(rest[unit_end] >= '0' && rest[unit_end] <= '9')) {
      ++unit_end;
    }
    const std::string_view unit = rest.substr(i, unit_end - i);
    const int64_t ns = unit == "ns"                                                 ? 1
                       : unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs" ? 1'000
                       : unit == "ms"                                               ? 1'000'000
                       : unit == "s"                                                ? kSecondNs
                       : unit == "m"                                                ? 60 * kSecondNs
                       : unit == "h" ? 3600 * kSecondNs
                                     : 0;
    if (digits == 0 || ns == 0) {
      return invalid;
    }
    total += number * ns / scale;
    if (total > limit) {
      return invalid;
    }
    rest.remove_prefix(unit_end);
  }
  if (total == limit && !negative) {
    return invalid;
  }
  return static_cast<int64_t>(negative ? -total : total);
}

}  // namespace sb::gotemplate
