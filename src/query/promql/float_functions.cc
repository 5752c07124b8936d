// SPDX-License-Identifier: Apache-2.0
#include "query/promql/float_functions.h"

#include <cmath>
#include <cstdint>
#include <numbers>

namespace sb::promql {
namespace {

double Sign(double v) {
  if (v < 0) {
    return -1;
  }
  return v > 0 ? 1 : v;
}

double Radians(double v) {
  return v * std::numbers::pi / 180;
}

double Degrees(double v) {
  return v * 180 / std::numbers::pi;
}

struct Date {
  int64_t year = 1970;
  int month = 1;     // 1…12
  int day = 1;       // 1…31
  int64_t days = 0;  // since the epoch
  int64_t second_of_day = 0;
};

// Whole seconds, cut towards zero; what is out of any calendar is taken as the earliest time.
Date DateOf(double seconds) {
  constexpr double kFar = 1e15;  // some 30 million years
  const auto whole =
      std::fabs(seconds) < kFar ? static_cast<int64_t>(seconds) : -static_cast<int64_t>(kFar);
  Date date;
  date.days = whole / 86'400;
  date.second_of_day = whole % 86'400;
  if (date.second_of_day < 0) {
    date.second_of_day += 86'400;
    --date.days;
  }
  // Civil date from a day count, with years that begin in March so that the leap day is last.
  const int64_t shifted = date.days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

bool IsLeap(int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int DaysIn(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

double Year(double v) {
  return static_cast<double>(DateOf(v).year);
}
double Month(double v) {
  return DateOf(v).month;
}
double DayOfMonth(double v) {
  return DateOf(v).day;
}
double DayOfWeek(double v) {
  const int64_t day = (DateOf(v).days + 4) % 7;  // the epoch was a Thursday
  return static_cast<double>(day < 0 ? day + 7 : day);
}
double DayOfYear(double v) {
  const Date date = DateOf(v);
  int day = date.day;
  for (int month = 1; month < date.month; ++month) {
    day += DaysIn(date.year, month);
  }
  return day;
}
double DaysInMonth(double v) {
  const Date date = DateOf(v);
  return DaysIn(date.year, date.month);
}
double Hour(double v) {
  return static_cast<double>(DateOf(v).second_of_day / 3600);
}
double Minute(double v) {
  return static_cast<double>(DateOf(v).second_of_day % 3600 / 60);
}

}  // namespace

FloatFunction FindFloatFunction(FunctionId id) {
  switch (id) {
    case FunctionId::kAbs:
      return std::fabs;
    case FunctionId::kAcos:
      return std::acos;
    case FunctionId::kAcosh:
      return std::acosh;
    case FunctionId::kAsin:
      return std::asin;
    case FunctionId::kAsinh:
      return std::asinh;
    case FunctionId::kAtan:
      return std::atan;
    case FunctionId::kAtanh:
      return std::atanh;
    case FunctionId::kCeil:
      return std::ceil;
    case FunctionId::kCos:
      return std::cos;
    case FunctionId::kCosh:
      return std::cosh;
    case FunctionId::kDeg:
      return Degrees;
    case FunctionId::kExp:
      return std::exp;
    case FunctionId::kFloor:
      return std::floor;
    case FunctionId::kLn:
      return std::log;
    case FunctionId::kLog10:
      return std::log10;
    case FunctionId::kLog2:
      return std::log2;
    case FunctionId::kRad:
      return Radians;
    case FunctionId::kSgn:
      return Sign;
    case FunctionId::kSin:
      return std::sin;
    case FunctionId::kSinh:
      return std::sinh;
    case FunctionId::kSqrt:
      return std::sqrt;
    case FunctionId::kTan:
      return std::tan;
    case FunctionId::kTanh:
      return std::tanh;
    default:
      return nullptr;
  }
}

FloatFunction FindDateFunction(FunctionId id) {
  switch (id) {
    case FunctionId::kYear:
      return Year;
    case FunctionId::kMonth:
      return Month;
    case FunctionId::kDayOfMonth:
      return DayOfMonth;
    case FunctionId::kDayOfWeek:
      return DayOfWeek;
    case FunctionId::kDayOfYear:
      return DayOfYear;
    case FunctionId::kDaysInMonth:
      return DaysInMonth;
    case FunctionId::kHour:
      return Hour;
    case FunctionId::kMinute:
      return Minute;
    default:
      return nullptr;
  }
}

}  // namespace sb::promql
