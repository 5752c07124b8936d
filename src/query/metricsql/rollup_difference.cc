// SPDX-License-Identifier: Apache-2.0
//
// Rollup functions about how values change: rates, increases, slopes.
#include "query/metricsql/function_kind.h"
#include "query/metricsql/rollup_regression.h"

namespace sb::metricsql {
namespace {

using W = RollupWindow;

// The change over the window, the sample before it included. A series that begins in the window is
// taken to begin at zero if that is plausible: its first value is not far above its steps.
double Delta(const W& w) {
  if (!std::isnan(w.previous)) {
    return w.values.empty() ? 0 : w.back() - w.previous;
  }
  if (w.values.empty()) {
    return kNan;
  }
  if (!std::isnan(w.real_previous)) {
    return w.back() - w.real_previous;  // nothing changed in the gap
  }
  double step = 0;
  if (w.values.size() > 1) {
    step = w.values[1] - w.values[0];
  } else if (!std::isnan(w.real_next)) {
    step = w.real_next - w.values[0];
  }
  const bool from_zero = std::fabs(w.values[0]) < 10 * (std::fabs(step) + 1);
  return from_zero ? w.back() : w.back() - w.values[0];
}

// A series that begins in the window begins at zero.
double IncreasePure(const W& w) {
  if (!std::isnan(w.previous)) {
    return w.values.empty() ? 0 : w.back() - w.previous;
  }
  if (w.values.empty()) {
    return kNan;
  }
  return w.back() - (std::isnan(w.real_previous) ? 0 : w.real_previous);
}

double DeltaPrometheus(const W& w) {
  return w.values.size() < 2 ? kNan : w.back() - w.values[0];
}

double RatePrometheus(const W& w) {
  return DeltaPrometheus(w) / (static_cast<double>(w.window_ms) / 1000);
}

double DerivFast(const W& w) {
  double from = w.previous;
  int64_t from_ms = w.previous_ms;
  if (std::isnan(from)) {
    if (w.values.size() < 2) {
      return kNan;  // since when it has this value is not known
    }
    from = w.values[0];
    from_ms = w.times[0];
  } else if (w.values.empty()) {
    return 0;
  }
  return (w.back() - from) / (static_cast<double>(w.times.back() - from_ms) / 1000);
}

// From the last two samples.
double InstantDeriv(const W& w) {
  if (w.values.empty() || (w.values.size() == 1 && std::isnan(w.previous))) {
    return kNan;
  }
  const size_t last = w.values.size() - 1;
  const double from = last == 0 ? w.previous : w.values[last - 1];
  const int64_t from_ms = last == 0 ? w.previous_ms : w.times[last - 1];
  return (w.values[last] - from) / (static_cast<double>(w.times[last] - from_ms) / 1000);
}

double InstantDelta(const W& w) {
  if (w.values.empty()) {
    return std::isnan(w.previous) ? kNan : 0;
  }
  const size_t last = w.values.size() - 1;
  if (last == 0) {
    return std::isnan(w.previous) ? 0 : w.values[0] - w.previous;
  }
  return w.values[last] - w.values[last - 1];
}

double Deriv(const W& w) {
  return Regress(w.values, w.times, w.now_ms).slope;
}

double PredictLinear(const W& w) {
  const Line line = Regress(w.values, w.times, w.now_ms);
  return line.at_now + line.slope * w.params[1];
}

double RateOverSum(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  double sum = 0;
  for (const double v : w.values) {
    sum += v;
  }
  return sum / (static_cast<double>(w.window_ms) / 1000);
}

// Calls fn(before, now) for neighbours, the sample before the window included.
template <typename Fn>
void ForEachStep(const W& w, Fn fn) {
  double before = w.previous;
  for (const double v : w.values) {
    if (!std::isnan(before)) {
      fn(before, v);
    }
    before = v;
  }
}

template <typename Fn>
double CountSteps(const W& w, Fn fits) {
  if (w.values.empty()) {
    return std::isnan(w.previous) ? kNan : 0;
  }
  double count = 0;
  ForEachStep(w, [&](double before, double now) { count += fits(before, now) ? 1 : 0; });
  return count;
}

// The first value of a series counts as a change.
double Changes(const W& w) {
  const double steps = CountSteps(w, [](double a, double b) { return a != b; });
  return std::isnan(w.previous) && !w.values.empty() ? steps + 1 : steps;
}

double ChangesPrometheus(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  double count = 0;
  for (size_t i = 1; i < w.values.size(); ++i) {
    count += w.values[i] != w.values[i - 1] ? 1 : 0;
  }
  return count;
}

double Resets(const W& w) {
  return CountSteps(w, [](double a, double b) { return b < a; });
}
double Increases(const W& w) {
  return CountSteps(w, [](double a, double b) { return b > a; });
}

double Ascent(const W& w) {
  double sum = 0;
  ForEachStep(w, [&](double a, double b) { sum += b > a ? b - a : 0; });
  return w.values.empty() && std::isnan(w.previous) ? kNan : sum;
}
double Descent(const W& w) {
  double sum = 0;
  ForEachStep(w, [&](double a, double b) { sum += b < a ? a - b : 0; });
  return w.values.empty() && std::isnan(w.previous) ? kNan : sum;
}

// The area below the steps of the values.
double Integrate(const W& w) {
  double before = w.previous;
  int64_t before_ms = w.previous_ms;
  size_t from = 0;
  if (std::isnan(before)) {
    if (w.values.empty()) {
      return kNan;
    }
    before = w.values[0];
    before_ms = w.times[0];
    from = 1;
  }
  double sum = 0;
  for (size_t i = from; i < w.values.size(); ++i) {
    sum += before * static_cast<double>(w.times[i] - before_ms) / 1000;
    before = w.values[i];
    before_ms = w.times[i];
  }
  return sum + before * static_cast<double>(w.now_ms - before_ms) / 1000;
}

// Double exponential smoothing with factors for level and trend.
double HoltWinters(const W& w) {
  const double sf = w.params[1];
  const double tf = w.params[2];
  if (w.values.empty()) {
    return kNan;
  }
  if (!(sf > 0 && sf < 1 && tf > 0 && tf < 1)) {
    return kNan;
  }
  size_t from = 0;
  double level = w.previous;
  if (std::isnan(level)) {
    level = w.values[0];
    from = 1;
  }
  if (from >= w.values.size()) {
    return level;
  }
  double trend = w.values[from] - level;
  for (size_t i = from; i < w.values.size(); ++i) {
    const double next = sf * w.values[i] + (1 - sf) * (level + trend);
    trend = tf * (next - level) + (1 - tf) * trend;
    level = next;
  }
  return level;
}

using F = RollupFunction;
constexpr RollupFunction kFunctions[] = {
    {"ascent_over_time", Ascent},
    {"changes", Changes},
    {"changes_prometheus", ChangesPrometheus},
    {"decreases_over_time", Resets},
    {"delta", Delta},
    {"delta_prometheus", DeltaPrometheus},
    {"deriv", Deriv, F::kWidens},
    {"deriv_fast", DerivFast, F::kWidens},
    {"descent_over_time", Descent},
    {"double_exponential_smoothing", HoltWinters, F::kKeepsName, 0, 3},
    {"holt_winters", HoltWinters, F::kKeepsName, 0, 3},
    {"idelta", InstantDelta},
    {"ideriv", InstantDeriv, F::kWidens},
    {"increase", Delta, F::kCounter},
    {"increase_prometheus", DeltaPrometheus, F::kCounter},
    {"increase_pure", IncreasePure, F::kCounter},
    {"increases_over_time", Increases},
    {"integrate", Integrate},
    {"irate", InstantDeriv, F::kCounter | F::kWidens},
    {"predict_linear", PredictLinear, F::kKeepsName, 0, 2},
    {"rate", DerivFast, F::kCounter | F::kWidens},
    {"rate_over_sum", RateOverSum, F::kWidens},
    {"rate_prometheus", RatePrometheus, F::kCounter | F::kWidens},
    {"resets", Resets},
};

}  // namespace

std::span<const RollupFunction> DifferenceFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
