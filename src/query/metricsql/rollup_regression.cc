// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/rollup_regression.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sb::metricsql {

Line Regress(std::span<const double> values, std::span<const int64_t> times, int64_t now_ms) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) {
    return {kNan, kNan};
  }
  if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) {
    return {values[0], 0};
  }
  double n = 0;
  double sum_v = 0;
  double sum_t = 0;
  double sum_tv = 0;
  double sum_tt = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      continue;
    }
    const double t = static_cast<double>(times[i] - now_ms) / 1000;
    ++n;
    sum_v += values[i];
    sum_t += t;
    sum_tv += t * values[i];
    sum_tt += t * t;
  }
  if (n == 0) {
    return {kNan, kNan};
  }
  const double spread = sum_tt - sum_t * sum_t / n;
  Line line;
  line.slope = std::fabs(spread) >= 1e-6 ? (sum_tv - sum_t * sum_v / n) / spread : 0;
  line.at_now = sum_v / n - line.slope * sum_t / n;
  return line;
}

}  // namespace sb::metricsql
