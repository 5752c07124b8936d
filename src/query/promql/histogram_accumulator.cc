// SPDX-License-Identifier: Apache-2.0
#include "query/promql/histogram_accumulator.h"

#include "model/histogram_math.h"

namespace sb::promql {

bool HistogramAccumulator::Add(const model::Histogram& h) {
  reset_seen_ |= h.counter_reset_hint == model::CounterResetHint::kReset;
  not_reset_seen_ |= h.counter_reset_hint == model::CounterResetHint::kNotReset;
  count_ += 1;
  if (count_ == 1) {
    value_ = h;
    return true;
  }
  return of_ == Of::kSum ? AddToSum(h) : AddToMean(h);
}

bool HistogramAccumulator::AddToSum(const model::Histogram& h) {
  if (!compensation_.has_value()) {
    compensation_ = model::CompensationFor(value_);
  }
  const auto outcome = model::KahanAdd(&value_, h, &*compensation_);
  bounds_reconciled_ |= outcome.ok() && outcome->bounds_reconciled;
  return outcome.ok();
}

bool HistogramAccumulator::AddToMean(const model::Histogram& h) {
  if (!incremental_) {
    model::Histogram before = value_;
    std::optional<model::Histogram> compensation_before = compensation_;
    if (!AddToSum(h)) {
      return false;
    }
    if (!model::HasOverflow(value_)) {
      return true;
    }
    incremental_ = true;
    value_ = std::move(before);
    compensation_ = std::move(compensation_before);
    model::Divide(&value_, count_ - 1);
    if (compensation_.has_value()) {
      model::Divide(&*compensation_, count_ - 1);
    }
  }
  const double q = (count_ - 1) / count_;
  if (compensation_.has_value()) {
    model::Multiply(&*compensation_, q);
  }
  model::Histogram share = h;
  model::Divide(&share, count_);
  model::Multiply(&value_, q);
  return AddToSum(share);
}

model::Histogram HistogramAccumulator::Result() {
  if (of_ == Of::kMean && !incremental_) {
    model::Divide(&value_, count_);
    if (compensation_.has_value()) {
      model::Divide(&*compensation_, count_);
    }
  }
  if (compensation_.has_value()) {
    // Both have the same kind of buckets, so this cannot fail.
    (void)model::Add(&value_, *compensation_);
  }
  return value_;
}

}  // namespace sb::promql
