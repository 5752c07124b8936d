// SPDX-License-Identifier: Apache-2.0
//
// SeasonalModel knows what one series usually does at each hour of the week, and how far from that
// it usually strays: medians and median absolute deviations, which single outages do not move.
//
//   SeasonalModel model({.sensitivity = 3});
//   for (…) model.Observe(time_ms, value);            // in time order, whatever the interval
//   if (const auto band = model.At(now_ms)) { … value > band->upper … }
//
// Each whole hour leaves two numbers, the median and the MAD of its samples, for `kWeeks` weeks.
// What is expected of an hour is the median of the same hours of earlier weeks (with less than two
// of them: of earlier days; with less than two of these, or without a season: of the last day),
// moved by the trend of the last two days. The width comes from both deviations: within hours, and
// from week to week. Between the middles of hours the band runs straight.
//
// A band never rests on the hour that it is for: one that goes wrong does not widen its own band.
// Hours are hours of UTC. Memory: kHoursMax × 12 bytes and the running hour.
//
// Source: Hampel identifier; small-sample factors of the MAD: Croux and Rousseeuw 1992.
// Threads: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::anomaly {

inline constexpr int64_t kHourMs = 3'600'000;
inline constexpr int64_t kWeekHours = 168;
inline constexpr int64_t kWeeks = 5;
inline constexpr int64_t kHoursMax = kWeeks * kWeekHours;

enum class Season : uint8_t { kNone, kDay, kWeek };

struct SeasonalOptions {
  Season season = Season::kWeek;
  double sensitivity = 3;  // half the band is so many robust standard deviations
  double floor = 0.05;     // and at least this share of the expected value
  double margin = 0;       // and at least this much
  int64_t hours_min = 24;  // no band before so many hours were seen
};

struct Band {
  double lower = 0;
  double mid = 0;
  double upper = 0;
  double deviation = 0;  // half the band over `sensitivity`

  // How many deviations `value` is off.
  double Score(double value) const;
};

class SeasonalModel {
 public:
  explicit SeasonalModel(const SeasonalOptions& options) : options_(options) {}

  // Values that are not finite, and times not after the last one, are passed over.
  void Observe(int64_t time_ms, double value);
  std::optional<Band> At(int64_t time_ms) const;

  int64_t hours() const { return hours_; }          // whole hours known
  int64_t last_hour() const { return last_hour_; }  // the newest of them; -1: none
  int64_t last_time_ms() const { return last_ms_; }

  // Lines of "hour median mad", and back. kDataLoss for text that is none of ours.
  std::string Save() const;
  base::Status Load(std::string_view text);

 private:
  struct Hour {
    int32_t hour = -1;
    float median = 0;
    float deviation = 0;
  };
  struct Expected {
    double mid = 0;
    double deviation = 0;
    bool is_seasonal = false;
  };
  struct Cache {
    int64_t hour = -1;
    int64_t last_hour = -1;
    std::optional<Expected> around[3];  // of the hour before, this one, the next
  };
  const Hour* Find(int64_t hour) const;
  void Keep(int64_t hour, double median, double deviation);
  void CloseHour();
  std::optional<Expected> Seasonal(int64_t hour, int64_t every, int64_t times) const;
  std::optional<Expected> ExpectedOf(int64_t hour) const;
  // What to add to (multiply, for series that never are negative) what the season says.
  double Trend(bool* is_factor) const;
  void FillCache(int64_t hour) const;

  SeasonalOptions options_;
  std::vector<Hour> ring_;  // by hour % kHoursMax; empty until the first hour is whole
  int64_t hours_ = 0;
  int64_t last_hour_ = -1;
  int64_t last_ms_ = INT64_MIN;
  bool was_negative_ = false;
  // The running hour: every `stride_`-th sample.
  int64_t open_hour_ = -1;
  std::vector<double> open_;
  uint32_t stride_ = 1;
  uint32_t skipped_ = 0;
  mutable Cache cache_;
};

}  // namespace sb::anomaly
