// SPDX-License-Identifier: Apache-2.0
#include "query/promql/float_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/kahan.h"

namespace sb::promql {

double SumOf(std::span<const double> values) {
  double sum = 0;
  double compensation = 0;
  for (const double v : values) {
    model::KahanAdd(v, &sum, &compensation);
  }
  return std::isinf(sum) ? sum : sum + compensation;
}

void MeanAccumulator::Add(double value) {
  count_ += 1;
  if (count_ == 1) {
    sum_ = value;
    return;
  }
  if (!incremental_) {
    double sum = sum_;
    double compensation = compensation_;
    model::KahanAdd(value, &sum, &compensation);
    if (!std::isinf(sum)) {
      sum_ = sum;
      compensation_ = compensation;
      return;
    }
    incremental_ = true;
    sum_ /= count_ - 1;
    compensation_ /= count_ - 1;
  }
  const double q = (count_ - 1) / count_;
  double mean = q * sum_;
  double compensation = q * compensation_;
  model::KahanAdd(value / count_, &mean, &compensation);
  sum_ = mean;
  compensation_ = compensation;
}

double MeanAccumulator::Result() const {
  return incremental_ ? sum_ + compensation_ : sum_ / count_ + compensation_ / count_;
}

bool NanFirstLess(double a, double b) {
  if (std::isnan(a)) {
    return !std::isnan(b);
  }
  return a < b;
}

double QuantileOf(double q, std::vector<double>* values) {
  if (values->empty() || std::isnan(q)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (q < 0) {
    return -std::numeric_limits<double>::infinity();
  }
  if (q > 1) {
    return std::numeric_limits<double>::infinity();
  }
  std::sort(values->begin(), values->end(), NanFirstLess);
  const auto n = static_cast<double>(values->size());
  const double rank = q * (n - 1);
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(n - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return (*values)[static_cast<size_t>(lower)] * (1 - weight) +
         (*values)[static_cast<size_t>(upper)] * weight;
}

double GoMax(double a, double b) {
  if (std::isinf(a) && a > 0) {
    return a;
  }
  if (std::isinf(b) && b > 0) {
    return b;
  }
  if (std::isnan(a) || std::isnan(b)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // What fmax says of zeros of both signs is the library's choice.
  if (a == 0 && b == 0) {
    return std::signbit(a) ? b : a;
  }
  return a > b ? a : b;
}

double GoMin(double a, double b) {
  return -GoMax(-a, -b);
}

}  // namespace sb::promql
