// SPDX-License-Identifier: Apache-2.0
//
// Sum and mean of native histograms, as sum, avg, sum_over_time and avg_over_time need them: Kahan
// summation, and for the mean a switch to incremental calculation before a sum overflows.
#pragma once

#include <optional>

#include "base/status.h"
#include "model/histogram.h"

namespace sb::promql {

class HistogramAccumulator {
 public:
  enum class Of : uint8_t { kSum, kMean };
  explicit HistogramAccumulator(Of of) : of_(of) {}

  // False if exponential and custom buckets mix; the accumulator is then of no more use.
  bool Add(const model::Histogram& h);
  // After at least one Add.
  model::Histogram Result();

  bool empty() const { return count_ == 0; }
  bool reset_collision() const { return reset_seen_ && not_reset_seen_; }
  bool bounds_reconciled() const { return bounds_reconciled_; }

 private:
  bool AddToSum(const model::Histogram& h);
  bool AddToMean(const model::Histogram& h);

  const Of of_;
  double count_ = 0;
  bool incremental_ = false;
  bool reset_seen_ = false;
  bool not_reset_seen_ = false;
  bool bounds_reconciled_ = false;
  model::Histogram value_;  // the sum; once incremental, the mean
  std::optional<model::Histogram> compensation_;
};

}  // namespace sb::promql
