// SPDX-License-Identifier: Apache-2.0
//
// The oracle's functions of one float.
#include <cmath>
#include <numbers>

#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {

bool ApplyFloatFunction(FunctionId id, double v, double* out) {
  using std::numbers::pi;
  switch (id) {
    case FunctionId::kAbs:
      *out = std::fabs(v);
      return true;
    case FunctionId::kAcos:
      *out = std::acos(v);
      return true;
    case FunctionId::kAcosh:
      *out = std::acosh(v);
      return true;
    case FunctionId::kAsin:
      *out = std::asin(v);
      return true;
    case FunctionId::kAsinh:
      *out = std::asinh(v);
      return true;
    case FunctionId::kAtan:
      *out = std::atan(v);
      return true;
    case FunctionId::kAtanh:
      *out = std::atanh(v);
      return true;
    case FunctionId::kCeil:
      *out = std::ceil(v);
      return true;
    case FunctionId::kCos:
      *out = std::cos(v);
      return true;
    case FunctionId::kCosh:
      *out = std::cosh(v);
      return true;
    case FunctionId::kDeg:
      *out = v * 180 / pi;
      return true;
    case FunctionId::kExp:
      *out = std::exp(v);
      return true;
    case FunctionId::kFloor:
      *out = std::floor(v);
      return true;
    case FunctionId::kLn:
      *out = std::log(v);
      return true;
    case FunctionId::kLog10:
      *out = std::log10(v);
      return true;
    case FunctionId::kLog2:
      *out = std::log2(v);
      return true;
    case FunctionId::kRad:
      *out = v * pi / 180;
      return true;
    case FunctionId::kSgn:
      *out = v < 0 ? -1 : (v > 0 ? 1 : v);
      return true;
    case FunctionId::kSin:
      *out = std::sin(v);
      return true;
    case FunctionId::kSinh:
      *out = std::sinh(v);
      return true;
    case FunctionId::kSqrt:
      *out = std::sqrt(v);
      return true;
    case FunctionId::kTan:
      *out = std::tan(v);
      return true;
    case FunctionId::kTanh:
      *out = std::tanh(v);
      return true;
    default:
      return false;
  }
}

namespace {

bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysIn(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeapYear(year) ? 1 : 0);
}

struct Calendar {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int day_of_year = 1;
};

// By counting: whole periods of 400 years, then years, then months.
Calendar Count(int64_t days) {
  constexpr int64_t kPeriod = 146'097;
  Calendar out;
  int64_t periods = days / kPeriod;
  int64_t left = days % kPeriod;
  if (left < 0) {
    left += kPeriod;
    --periods;
  }
  out.year += periods * 400;
  while (left >= (IsLeapYear(out.year) ? 366 : 365)) {
    left -= IsLeapYear(out.year) ? 366 : 365;
    ++out.year;
  }
  out.day_of_year = static_cast<int>(left) + 1;
  while (left >= DaysIn(out.year, out.month)) {
    left -= DaysIn(out.year, out.month);
    ++out.month;
  }
  out.day = static_cast<int>(left) + 1;
  return out;
}

}  // namespace

bool ApplyDateFunction(FunctionId id, double seconds, double* out) {
  // Beyond any calendar the reference leaves the result to the machine; here it is the earliest.
  constexpr double kFar = 1e15;
  const int64_t time = static_cast<int64_t>(std::fabs(seconds) < kFar ? seconds : -kFar);
  int64_t days = time / 86'400;
  int64_t second = time % 86'400;
  if (second < 0) {
    second += 86'400;
    --days;
  }
  const Calendar date = Count(days);
  switch (id) {
    case FunctionId::kYear:
      *out = static_cast<double>(date.year);
      return true;
    case FunctionId::kMonth:
      *out = date.month;
      return true;
    case FunctionId::kDayOfMonth:
      *out = date.day;
      return true;
    case FunctionId::kDayOfWeek:
      *out = static_cast<double>(((days % 7) + 11) % 7);  // the epoch was a Thursday
      return true;
    case FunctionId::kDayOfYear:
      *out = date.day_of_year;
      return true;
    case FunctionId::kDaysInMonth:
      *out = DaysIn(date.year, date.month);
      return true;
    case FunctionId::kHour:
      *out = static_cast<double>(second / 3600);
      return true;
    case FunctionId::kMinute:
      *out = static_cast<double>(second % 3600 / 60);
      return true;
    default:
      return false;
  }
}

}  // namespace sb::promql::oracle
