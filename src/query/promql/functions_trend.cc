// SPDX-License-Identifier: Apache-2.0
//
// deriv, predict_linear and double_exponential_smoothing.
#include <cmath>
#include <limits>

#include "model/kahan.h"
#include "query/promql/range_function.h"

namespace sb::promql {
namespace {

using query::StepPoint;

struct Line {
  double slope = 0;
  double intercept = 0;  // at the time it was asked for
};

// Least squares. Times are taken relative to `at_ms`, near the samples, to keep the digits.
Line Regress(const Window& w, int64_t at_ms) {
  const double* v = w.floats();
  const int64_t* t = w.float_times();
  double n = 0;
  double sum_x = 0;
  double sum_y = 0;
  double sum_xy = 0;
  double sum_x2 = 0;
  double c_x = 0;
  double c_y = 0;
  double c_xy = 0;
  double c_x2 = 0;
  bool constant = true;
  for (size_t i = 0; i < w.float_count(); ++i) {
    constant = constant && (i == 0 || v[i] == v[0]);
    n += 1;
    const double x = static_cast<double>(t[i] - at_ms) / 1e3;
    model::KahanAdd(x, &sum_x, &c_x);
    model::KahanAdd(v[i], &sum_y, &c_y);
    model::KahanAdd(x * v[i], &sum_xy, &c_xy);
    model::KahanAdd(x * x, &sum_x2, &c_x2);
  }
  if (constant) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    return std::isinf(v[0]) ? Line{kNan, kNan} : Line{0, v[0]};
  }
  sum_x += c_x;
  sum_y += c_y;
  sum_xy += c_xy;
  sum_x2 += c_x2;
  const double covariance = sum_xy - sum_x * sum_y / n;
  const double variance = sum_x2 - sum_x * sum_x / n;
  const double slope = covariance / variance;
  return {slope, sum_y / n - slope * sum_x / n};
}

// Functions that need at least two floats and ignore histograms.
class TrendFunction : public RangeFunction {
 public:
  StepPoint Evaluate(const Window& w) override {
    if (w.float_count() > 0) {
      AnnotateIgnoredHistograms(w);
    }
    return w.float_count() < 2 ? StepPoint::None() : StepPoint::Float(Of(w));
  }

 protected:
  virtual double Of(const Window& w) const = 0;
};

class Deriv : public TrendFunction {
 protected:
  double Of(const Window& w) const override { return Regress(w, w.float_times()[0]).slope; }
};

class PredictLinear : public TrendFunction {
 protected:
  double Of(const Window& w) const override {
    const Line line = Regress(w, w.eval_time_ms);
    return line.slope * scalar(0, w) + line.intercept;
  }
};

// Holt's linear trend. The engine has checked the factors.
class DoubleExponentialSmoothing : public TrendFunction {
 protected:
  double Of(const Window& w) const override {
    const double smoothing = scalar(0, w);
    const double trend_factor = scalar(1, w);
    const double* v = w.floats();
    double before = 0;
    double level = v[0];
    double trend = v[1] - v[0];
    for (size_t i = 1; i < w.float_count(); ++i) {
      const double x = smoothing * v[i];
      if (i > 1) {
        const double moved = trend_factor * (level - before);
        const double kept = (1 - trend_factor) * trend;
        trend = moved + kept;
      }
      const double y = (1 - smoothing) * (level + trend);
      before = level;
      level = x + y;
    }
    return level;
  }
};

}  // namespace

std::unique_ptr<RangeFunction> NewTrendFunction(FunctionId id) {
  switch (id) {
    case FunctionId::kDeriv:
      return std::make_unique<Deriv>();
    case FunctionId::kPredictLinear:
      return std::make_unique<PredictLinear>();
    case FunctionId::kDoubleExponentialSmoothing:
      return std::make_unique<DoubleExponentialSmoothing>();
    default:
      return nullptr;
  }
}

}  // namespace sb::promql
