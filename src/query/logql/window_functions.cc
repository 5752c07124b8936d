// SPDX-License-Identifier: Apache-2.0
#include "query/logql/window_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace sb::logql {
namespace {

double Seconds(int64_t ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  return static_cast<double>(ns / kSecond) + static_cast<double>(ns % kSecond) / 1e9;
}

double Sum(std::span<const LineSample> window) {
  double sum = 0;
  for (const LineSample& sample : window) {
    sum += sample.value;
  }
  return sum;
}

double Variance(std::span<const LineSample> window) {
  double mean = 0;
  double squares = 0;
  double count = 0;
  for (const LineSample& sample : window) {
    count += 1;
    const double delta = sample.value - mean;
    mean += delta / count;
    squares += delta * (sample.value - mean);
  }
  return squares / count;
}

// Counter resets are added up; the increase is stretched to the edges of the window as Prometheus
// does.
double CounterRate(int64_t range_ns, int64_t end_ns, std::span<const LineSample> window) {
  if (window.size() < 2) {
    return 0;
  }
  double increase = window.back().value - window.front().value;
  double last = 0;
  for (const LineSample& sample : window) {
    if (sample.value < last) {
      increase += last;
    }
    last = sample.value;
  }
  double to_start = Seconds(window.front().time_ns - (end_ns - range_ns));
  const double to_end = Seconds(end_ns - window.back().time_ns);
  const double sampled = Seconds(window.back().time_ns - window.front().time_ns);
  const double average = sampled / static_cast<double>(window.size() - 1);
  if (increase > 0 && window.front().value >= 0) {
    to_start = std::min(to_start, sampled * (window.front().value / increase));
  }
  const double threshold = average * 1.1;
  double stretched = sampled;
  stretched += to_start < threshold ? to_start : average / 2;
  stretched += to_end < threshold ? to_end : average / 2;
  return increase * (stretched / sampled) / Seconds(range_ns);
}

}  // namespace

double QuantileOf(double q, std::span<double> values) {
  if (values.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (q < 0) {
    return -std::numeric_limits<double>::infinity();
  }
  if (q > 1) {
    return std::numeric_limits<double>::infinity();
  }
  const double rank = q * static_cast<double>(values.size() - 1);
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(static_cast<double>(values.size() - 1), lower + 1);
  const double weight = rank - std::floor(rank);
  const auto low = static_cast<std::ptrdiff_t>(lower);
  const auto less = [](double a, double b) {
    return std::isnan(a) ? !std::isnan(b) : a < b;  // NaN sorts first
  };
  std::nth_element(values.begin(), values.begin() + low, values.end(), less);
  const double low_value = values[static_cast<size_t>(lower)];
  if (upper == lower || weight == 0) {
    return low_value * (1 - weight) + low_value * weight;
  }
  const double high_value =
      *std::min_element(values.begin() + low + 1, values.end(), less);
  return low_value * (1 - weight) + high_value * weight;
}

double WindowValue(RangeOp op, double parameter, int64_t range_ns, int64_t end_ns,
                   std::span<const LineSample> window) {
  switch (op) {
    case RangeOp::kSum:
      return Sum(window);
    case RangeOp::kRate:
      return Sum(window) / Seconds(range_ns);
    case RangeOp::kRateCounter:
      return CounterRate(range_ns, end_ns, window);
    case RangeOp::kAvg: {
      double mean = 0;
      double count = 0;
      for (const LineSample& sample : window) {
        count += 1;
        if (std::isinf(mean) && (std::isinf(sample.value) ? (mean > 0) == (sample.value > 0)
                                                          : !std::isnan(sample.value))) {
          continue;
        }
        mean += sample.value / count - mean / count;
      }
      return mean;
    }
    case RangeOp::kMin: {
      double least = window.front().value;
      for (const LineSample& sample : window) {
        if (sample.value < least || std::isnan(least)) {
          least = sample.value;
        }
      }
      return least;
    }
    case RangeOp::kMax: {
      double most = window.front().value;
      for (const LineSample& sample : window) {
        if (sample.value > most || std::isnan(most)) {
          most = sample.value;
        }
      }
      return most;
    }
    case RangeOp::kStdvar:
      return Variance(window);
    case RangeOp::kStddev:
      return std::sqrt(Variance(window));
    case RangeOp::kQuantile: {
      std::vector<double> values;
      values.reserve(window.size());
      for (const LineSample& sample : window) {
        values.push_back(sample.value);
      }
      return QuantileOf(parameter, values);
    }
    case RangeOp::kFirst:
      return window.front().value;
    case RangeOp::kLast:
      return window.back().value;
    case RangeOp::kCount:
    case RangeOp::kBytes:
    case RangeOp::kBytesRate:
    case RangeOp::kAbsent:
      break;
  }
  return static_cast<double>(window.size());
}

}  // namespace sb::logql
