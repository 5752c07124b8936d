// SPDX-License-Identifier: Apache-2.0
//
// Statistics over floats with the reference's definitions: which NaN goes where, how a mean
// survives an overflowing sum, how a quantile interpolates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sb::promql {

// Sum of all, Kahan-Neumaier.
double SumOf(std::span<const double> values);

// The mean of values added one by one: sum / n as long as the sum is finite, then an incremental
// mean. Kahan-Neumaier in both.
class MeanAccumulator {
 public:
  void Add(double value);
  // Values whose sum was added as one; only while the sum is finite.
  void AddToCount(uint64_t values) { count_ += static_cast<double>(values); }
  double Result() const;
  double count() const { return count_; }

 private:
  double count_ = 0;
  double sum_ = 0;  // or, once incremental, the mean
  double compensation_ = 0;
  bool incremental_ = false;
};

// Sorts `*values`, NaN first, and interpolates linearly. NaN if there are none or q is NaN; -Inf
// for q < 0, +Inf for q > 1.
double QuantileOf(double q, std::vector<double>* values);

// a < b with NaN before everything: ascending order of the reference.
bool NanFirstLess(double a, double b);

// The larger and smaller of two as Go defines them: NaN if either is NaN.
double GoMax(double a, double b);
double GoMin(double a, double b);

}  // namespace sb::promql
