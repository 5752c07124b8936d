// SPDX-License-Identifier: Apache-2.0
//
// Rollup functions that summarise the values of the window, whatever their times.
#include <algorithm>
#include <unordered_set>

#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using W = RollupWindow;

Values Copy(const W& w) {
  return Values(w.values.begin(), w.values.end());
}

double Default(const W& w) {
  return w.values.empty() ? kNan : w.back();
}
double Last(const W& w) {
  return Default(w);
}
double First(const W& w) {
  return w.values.empty() ? kNan : w.values[0];
}
double Count(const W& w) {
  return w.values.empty() ? kNan : static_cast<double>(w.values.size());
}
double Present(const W& w) {
  return w.values.empty() ? kNan : 1;
}
double Absent(const W& w) {
  return w.values.empty() ? 1 : kNan;
}

double Sum(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  double sum = 0;
  for (const double v : w.values) {
    sum += v;
  }
  return sum;
}
double Average(const W& w) {
  return Sum(w) / static_cast<double>(w.values.size());
}
double SumOfSquares(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  double sum = 0;
  for (const double v : w.values) {
    sum += v * v;
  }
  return sum;
}
double GeometricMean(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  double product = 1;
  for (const double v : w.values) {
    product *= v;
  }
  return std::pow(product, 1 / static_cast<double>(w.values.size()));
}
double Minimum(const W& w) {
  return w.values.empty() ? kNan : *std::min_element(w.values.begin(), w.values.end());
}
double Maximum(const W& w) {
  return w.values.empty() ? kNan : *std::max_element(w.values.begin(), w.values.end());
}
double Range(const W& w) {
  return Maximum(w) - Minimum(w);
}
double Variance(const W& w) {
  return VarianceOf(Copy(w));
}
double Deviation(const W& w) {
  return std::sqrt(Variance(w));
}
double ZScore(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  const double distance = w.back() - Average(w);
  return distance == 0 ? 0 : distance / Deviation(w);
}
double Median(const W& w) {
  return QuantileOf(0.5, Copy(w));
}
double Quantile(const W& w) {
  return w.values.empty() ? kNan : QuantileOf(w.params[0], Copy(w));
}
double MedianDeviation(const W& w) {
  return MedianDeviationOf(Copy(w));
}
double Iqr(const W& w) {
  const Values values = Copy(w);
  return QuantileOf(0.75, values) - QuantileOf(0.25, values);
}
// The last value if it lies outside of what 1.5 interquartile ranges leave as usual.
double OutlierIqr(const W& w) {
  if (w.values.size() < 2) {
    return kNan;
  }
  const Values values = Copy(w);
  const double low = QuantileOf(0.25, values);
  const double high = QuantileOf(0.75, values);
  const double reach = 1.5 * (high - low);
  const double v = w.back();
  return v > high + reach || v < low - reach ? v : kNan;
}
double Mode(const W& w) {
  return ModeOf(Copy(w));
}
double Distinct(const W& w) {
  if (w.values.empty()) {
    return kNan;
  }
  return static_cast<double>(std::unordered_set<double>(w.values.begin(), w.values.end()).size());
}

template <typename Fits>
double CountIf(const W& w, Fits fits) {
  if (w.values.empty()) {
    return kNan;
  }
  return static_cast<double>(std::count_if(w.values.begin(), w.values.end(), fits));
}
double CountLe(const W& w) {
  return CountIf(w, [&](double v) { return v <= w.params[1]; });
}
double CountGt(const W& w) {
  return CountIf(w, [&](double v) { return v > w.params[1]; });
}
double CountEq(const W& w) {
  return CountIf(w, [&](double v) { return v == w.params[1]; });
}
double CountNe(const W& w) {
  return CountIf(w, [&](double v) { return v != w.params[1]; });
}
double ShareLe(const W& w) {
  return CountLe(w) / static_cast<double>(w.values.size());
}
double ShareGt(const W& w) {
  return CountGt(w) / static_cast<double>(w.values.size());
}
double ShareEq(const W& w) {
  return CountEq(w) / static_cast<double>(w.values.size());
}

template <typename Fits>
double SumIf(const W& w, Fits fits) {
  if (w.values.empty()) {
    return kNan;
  }
  double sum = 0;
  for (const double v : w.values) {
    sum += fits(v) ? v : 0;
  }
  return sum;
}
double SumLe(const W& w) {
  return SumIf(w, [&](double v) { return v <= w.params[1]; });
}
double SumGt(const W& w) {
  return SumIf(w, [&](double v) { return v > w.params[1]; });
}
double SumEq(const W& w) {
  return SumIf(w, [&](double v) { return v == w.params[1]; });
}

// What Hoeffding's inequality leaves as bounds of the average with confidence phi.
double HoeffdingReach(const W& w) {
  const double phi = w.params[0];
  if (!(phi > 0) || w.values.size() < 2) {
    return 0;
  }
  if (phi >= 1) {
    return std::numeric_limits<double>::infinity();
  }
  const double spread = Range(w);
  return spread == 0 ? 0
                     : spread * std::sqrt(std::log(1 / (1 - phi)) /
                                          (2 * static_cast<double>(w.values.size())));
}
double HoeffdingLower(const W& w) {
  return std::max(0.0, Average(w) - HoeffdingReach(w));
}
double HoeffdingUpper(const W& w) {
  return Average(w) + HoeffdingReach(w);
}

using F = RollupFunction;
constexpr RollupFunction kFunctions[] = {
    {"absent_over_time", Absent, F::kSpecial},
    {"aggr_over_time", nullptr, F::kSpecial, 1, 2},
    {"avg_over_time", Average, F::kKeepsName},
    {"count_eq_over_time", CountEq, 0, 0, 2},
    {"count_gt_over_time", CountGt, 0, 0, 2},
    {"count_le_over_time", CountLe, 0, 0, 2},
    {"count_ne_over_time", CountNe, 0, 0, 2},
    {"count_over_time", Count},
    {"count_values_over_time", nullptr, F::kSpecial, 1, 2},
    {"default_rollup", Default, F::kWidens | F::kKeepsName | F::kSeesStale},
    {"distinct_over_time", Distinct},
    {"first_over_time", First, F::kKeepsName},
    {"geomean_over_time", GeometricMean, F::kKeepsName},
    {"histogram_over_time", nullptr, F::kSpecial},
    {"hoeffding_bound_lower", HoeffdingLower, F::kKeepsName, 1, 2},
    {"hoeffding_bound_upper", HoeffdingUpper, F::kKeepsName, 1, 2},
    {"iqr_over_time", Iqr, F::kKeepsName},
    {"last_over_time", Last, F::kKeepsName},
    {"mad_over_time", MedianDeviation},
    {"max_over_time", Maximum, F::kKeepsName},
    {"median_over_time", Median, F::kKeepsName},
    {"min_over_time", Minimum, F::kKeepsName},
    {"mode_over_time", Mode, F::kKeepsName},
    {"outlier_iqr_over_time", OutlierIqr, F::kKeepsName},
    {"present_over_time", Present},
    {"quantile_over_time", Quantile, F::kKeepsName, 1, 2},
    {"quantiles_over_time", nullptr, F::kSpecial | F::kKeepsName, kAnyCount, kAnyCount},
    {"range_over_time", Range},
    {"rollup", nullptr, F::kSpecial | F::kWidens | F::kKeepsName, 0, 2},
    {"rollup_candlestick", nullptr, F::kSpecial | F::kWidens | F::kKeepsName, 0, 2},
    {"rollup_delta", nullptr, F::kSpecial, 0, 2},
    {"rollup_deriv", nullptr, F::kSpecial | F::kWidens, 0, 2},
    {"rollup_increase", nullptr, F::kSpecial | F::kCounter, 0, 2},
    {"rollup_rate", nullptr, F::kSpecial | F::kCounter | F::kWidens, 0, 2},
    {"rollup_scrape_interval", nullptr, F::kSpecial | F::kWidens, 0, 2},
    {"share_eq_over_time", ShareEq, 0, 0, 2},
    {"share_gt_over_time", ShareGt, 0, 0, 2},
    {"share_le_over_time", ShareLe, 0, 0, 2},
    {"stddev_over_time", Deviation},
    {"stdvar_over_time", Variance},
    {"sum2_over_time", SumOfSquares},
    {"sum_eq_over_time", SumEq, 0, 0, 2},
    {"sum_gt_over_time", SumGt, 0, 0, 2},
    {"sum_le_over_time", SumLe, 0, 0, 2},
    {"sum_over_time", Sum},
    {"zscore_over_time", ZScore},
};

}  // namespace

std::span<const RollupFunction> OverTimeFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
