// SPDX-License-Identifier: Apache-2.0
//
// GoTime is an instant with a time zone, as Go's time.Time: formatted and parsed by Go layouts
// ("2006-01-02 15:04:05 MST"). Durations are int64 nanoseconds, printed as Go's ("2h6m15.25s").
//
// Source: documentation of Go's package time. Threads: values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"
#include "template/time_zone.h"
#include "template/value.h"

namespace sb::gotemplate {

inline constexpr std::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

struct Civil {
  int64_t year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;  // 0 = Sunday
  int year_day = 1;
};

struct GoTime {
  static constexpr int64_t kZeroSeconds = -62'135'596'800;  // 0001-01-01

  int64_t seconds = kZeroSeconds;
  int32_t nanos = 0;
  std::shared_ptr<const TimeZone> zone;  // null is UTC

  static GoTime FromNs(base::TimestampNs time);
  bool IsZero() const { return seconds == kZeroSeconds && nanos == 0; }
  const TimeZone& Zone() const;
  Civil ToCivil() const;
  // Seconds on the wall clock of the zone, as if UTC.
  int64_t WallSeconds() const { return seconds + Zone().At(seconds).seconds; }
  GoTime Plus(int64_t duration_ns) const;
  // Nanoseconds between, held within int64.
  int64_t Minus(const GoTime& other) const;
  GoTime In(std::shared_ptr<const TimeZone> to) const { return {seconds, nanos, std::move(to)}; }
  friend bool operator==(const GoTime& a, const GoTime& b) {
    return a.seconds == b.seconds && a.nanos == b.nanos;
  }
};

// Days since 1970-01-01; month may lie outside 1…12 and day outside the month.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day);
GoTime FromCivil(const Civil& civil, int32_t nanos, std::shared_ptr<const TimeZone> zone);

std::string FormatTime(const GoTime& time, std::string_view layout);
// kInvalidArgument when `text` is not as `layout` says.
base::Result<GoTime> ParseTime(std::string_view layout, std::string_view text,
                               const std::shared_ptr<const TimeZone>& zone);

// Go's Duration.String.
std::string FormatDuration(int64_t nanoseconds);
// Go's time.ParseDuration: "1h30m", "-1.5s".
base::Result<int64_t> ParseGoDuration(std::string_view text);

// Template values of type time.Time and time.Duration, with Go's methods.
Value TimeValue(const GoTime& time);
Value DurationValue(int64_t nanoseconds);
// What a value of type time.Time / time.Duration holds; null for other values.
const GoTime* AsTime(const Value& value);
// Also plain numbers, as constants convert in Go.
std::optional<int64_t> AsDuration(const Value& value);

// Internal: the next piece of a layout that means something.
enum class LayoutPart : uint8_t {
  kNone,
  kLongMonth,
  kMonth,
  kNumMonth,
  kZeroMonth,
  kLongWeekday,
  kWeekday,
  kDay,
  kUnderDay,
  kZeroDay,
  kUnderYearDay,
  kZeroYearDay,
  kHour,
  kHour12,
  kZeroHour12,
  kMinute,
  kZeroMinute,
  kSecond,
  kZeroSecond,
  kLongYear,
  kYear,
  kUpperPm,
  kLowerPm,
  kZoneName,
  kIsoZone,
  kIsoZoneShort,
  kIsoZoneColon,
  kNumZone,
  kNumZoneShort,
  kNumZoneColon,
  kFraction0,
  kFraction9
};
struct LayoutChunk {
  std::string_view before;
  LayoutPart part = LayoutPart::kNone;
  std::string_view text;
  std::string_view after;
};
LayoutChunk NextLayoutChunk(std::string_view layout);

extern const std::string_view kMonthNames[12];
extern const std::string_view kWeekdayNames[7];

}  // namespace sb::gotemplate
