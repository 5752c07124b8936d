// SPDX-License-Identifier: Apache-2.0
//
// Rollup functions about when samples are: their times, intervals and gaps. Answers are seconds.
#include <algorithm>

#include "model/sample.h"
#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using W = RollupWindow;

double Seconds(int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

double TimeOfLast(const W& w) {
  return w.times.empty() ? kNan : Seconds(w.times.back());
}
double TimeOfFirst(const W& w) {
  return w.times.empty() ? kNan : Seconds(w.times[0]);
}

// Of several equal extremes the last one.
double TimeOfMinimum(const W& w) {
  size_t at = 0;
  for (size_t i = 0; i < w.values.size(); ++i) {
    at = w.values[i] <= w.values[at] ? i : at;
  }
  return w.values.empty() ? kNan : Seconds(w.times[at]);
}
double TimeOfMaximum(const W& w) {
  size_t at = 0;
  for (size_t i = 0; i < w.values.size(); ++i) {
    at = w.values[i] >= w.values[at] ? i : at;
  }
  return w.values.empty() ? kNan : Seconds(w.times[at]);
}

// Of the sample that first had the last value, as far as the window and the sample before it show.
double TimeOfLastChange(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  for (size_t i = w.values.size(); i-- > 1;) {
    if (w.values[i - 1] != w.back()) {
      return Seconds(w.times[i]);
    }
  }
  return std::isnan(w.previous) || w.previous != w.values[0] ? Seconds(w.times[0]) : kNan;
}

double Lag(const W& w) {
  if (!w.times.empty()) {
    return Seconds(w.now_ms - w.times.back());
  }
  return std::isnan(w.previous) ? kNan : Seconds(w.now_ms - w.previous_ms);
}

double Lifetime(const W& w) {
  if (w.times.empty()) {
    return kNan;
  }
  const int64_t from = std::isnan(w.previous) ? w.times[0] : w.previous_ms;
  return w.times.size() == 1 && std::isnan(w.previous) ? kNan : Seconds(w.times.back() - from);
}

double ScrapeInterval(const W& w) {
  if (std::isnan(w.previous)) {
    return w.times.size() < 2
               ? kNan
               : Seconds(w.times.back() - w.times[0]) / static_cast<double>(w.times.size() - 1);
  }
  return w.times.empty()
             ? kNan
             : Seconds(w.times.back() - w.previous_ms) / static_cast<double>(w.times.size());
}

// How long the series was there, gaps above the limit not counted.
double Duration(const W& w) {
  if (w.times.empty()) {
    return kNan;
  }
  const auto gap_max = static_cast<int64_t>(w.params[1] * 1000);
  int64_t sum = 0;
  for (size_t i = 1; i < w.times.size(); ++i) {
    const int64_t gap = w.times[i] - w.times[i - 1];
    sum += gap <= gap_max ? gap : 0;
  }
  return Seconds(sum);
}

double StaleSamples(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  return static_cast<double>(std::count_if(w.values.begin(), w.values.end(),
                                           [](double v) { return model::IsStaleNan(v); }));
}

using F = RollupFunction;
constexpr RollupFunction kFunctions[] = {
    {"duration_over_time", Duration, 0, 0, 2},
    {"lag", Lag},
    {"lifetime", Lifetime},
    {"scrape_interval", ScrapeInterval, F::kWidens},
    {"stale_samples_over_time", StaleSamples, F::kSeesStale},
    {"tfirst_over_time", TimeOfFirst},
    {"timestamp", TimeOfLast, F::kWidens},
    {"timestamp_with_name", TimeOfLast, F::kWidens | F::kKeepsName},
    {"tlast_change_over_time", TimeOfLastChange},
    {"tlast_over_time", TimeOfLast},
    {"tmax_over_time", TimeOfMaximum},
    {"tmin_over_time", TimeOfMinimum},
};

}  // namespace

std::span<const RollupFunction> PositionFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
