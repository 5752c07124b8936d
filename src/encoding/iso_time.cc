// SPDX-License-Identifier: Apache-2.0
#include "encoding/iso_time.h"

#include <cstdio>

namespace sb::encoding {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kYearMin = 1678;
constexpr int64_t kYearMax = 2261;

// Exactly `count` digits at `*at`.
bool ReadDigits(std::string_view text, size_t* at, int count, int64_t* value) {
  *value = 0;
  for (int i = 0; i < count; ++i) {
    if (*at >= text.size() || text[*at] < '0' || text[*at] > '9') {
      return false;
    }
    *value = *value * 10 + (text[(*at)++] - '0');
  }
  return true;
}

bool TakeChar(std::string_view text, size_t* at, char c) {
  if (*at < text.size() && text[*at] == c) {
    ++*at;
    return true;
  }
  return false;
}

struct Parts {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t nanos = 0;
  int64_t offset_s = 0;
};

bool ReadDate(std::string_view text, size_t* at, Parts* parts) {
  return ReadDigits(text, at, 4, &parts->year) && TakeChar(text, at, '-') &&
         ReadDigits(text, at, 2, &parts->month) && TakeChar(text, at, '-') &&
         ReadDigits(text, at, 2, &parts->day);
}

void ReadFraction(std::string_view text, size_t* at, Parts* parts) {
  if (*at + 1 >= text.size() || (text[*at] != '.' && text[*at] != ',') || text[*at + 1] < '0' ||
      text[*at + 1] > '9') {
    return;
  }
  ++*at;
  int64_t unit = kNsPerSecond / 10;
  while (*at < text.size() && text[*at] >= '0' && text[*at] <= '9') {
    parts->nanos += unit * (text[(*at)++] - '0');
    unit /= 10;
  }
}

bool ReadClock(std::string_view text, size_t* at, Parts* parts) {
  if (!ReadDigits(text, at, 2, &parts->hour) || !TakeChar(text, at, ':') ||
      !ReadDigits(text, at, 2, &parts->minute)) {
    return false;
  }
  if (TakeChar(text, at, ':')) {
    if (!ReadDigits(text, at, 2, &parts->second)) {
      return false;
    }
    ReadFraction(text, at, parts);
  }
  return true;
}

bool ReadZone(std::string_view text, size_t* at, Parts* parts) {
  if (TakeChar(text, at, 'Z') || TakeChar(text, at, 'z') || *at >= text.size() ||
      (text[*at] != '+' && text[*at] != '-')) {
    return true;
  }
  const int64_t sign = text[(*at)++] == '+' ? 1 : -1;
  int64_t hours = 0;
  int64_t minutes = 0;
  if (!ReadDigits(text, at, 2, &hours)) {
    return false;
  }
  TakeChar(text, at, ':');
  if (*at < text.size() && text[*at] >= '0' && text[*at] <= '9' &&
      !ReadDigits(text, at, 2, &minutes)) {
    return false;
  }
  parts->offset_s = sign * (hours * 3600 + minutes * 60);
  return hours < 24 && minutes < 60;
}

bool IsValid(const Parts& parts) {
  return parts.year >= kYearMin && parts.year <= kYearMax && parts.month >= 1 &&
         parts.month <= 12 && parts.day >= 1 && parts.day <= 31 && parts.hour <= 24 &&
         parts.minute <= 59 && parts.second <= 60;
}

}  // namespace

// Howard Hinnant's days_from_civil, a published formula.
int64_t DaysOfDate(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

size_t ReadIsoTime(std::string_view text, int64_t* ns) {
  Parts parts;
  size_t at = 0;
  if (!ReadDate(text, &at, &parts) ||
      !(TakeChar(text, &at, 'T') || TakeChar(text, &at, 't') || TakeChar(text, &at, ' ')) ||
      !ReadClock(text, &at, &parts) || !ReadZone(text, &at, &parts) || !IsValid(parts)) {
    return 0;
  }
  const int64_t second = parts.second == 60 ? 59 : parts.second;
  const int64_t seconds = DaysOfDate(parts.year, parts.month, parts.day) * 86400 +
                          parts.hour * 3600 + parts.minute * 60 + second - parts.offset_s;
  *ns = seconds * kNsPerSecond + parts.nanos;
  return at;
}

bool ParseIsoTime(std::string_view text, int64_t* ns) {
  int64_t value = 0;
  if (text.empty() || ReadIsoTime(text, &value) != text.size()) {
    return false;
  }
  *ns = value;
  return true;
}

std::string FormatIsoTime(int64_t ns) {
  int64_t seconds = ns / kNsPerSecond;
  int64_t nanos = ns % kNsPerSecond;
  if (nanos < 0) {
    nanos += kNsPerSecond;
    --seconds;
  }
  int64_t days = seconds / 86400;
  int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  // The inverse of DaysOfDate.
  const int64_t shifted = days + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t index = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * index + 2) / 5 + 1;
  const int64_t month = index < 10 ? index + 3 : index - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char buffer[96];
  const int size = std::snprintf(
      buffer, sizeof(buffer), "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%09lldZ",
      static_cast<long long>(year), static_cast<long long>(month), static_cast<long long>(day),
      static_cast<long long>(rest / 3600), static_cast<long long>(rest / 60 % 60),
      static_cast<long long>(rest % 60), static_cast<long long>(nanos));
  return std::string(buffer, static_cast<size_t>(size));
}

std::string FormatIsoTimeMs(int64_t ms) {
  std::string text = FormatIsoTime(ms * 1'000'000);
  return text.substr(0, text.size() - 7) + "Z";
}

}  // namespace sb::encoding
