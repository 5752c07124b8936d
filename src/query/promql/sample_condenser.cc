// SPDX-License-Identifier: Apache-2.0
#include "query/promql/sample_condenser.h"

#include <algorithm>
#include <cmath>

namespace sb::promql {
namespace {

constexpr double kExactMax = 9007199254740992.0;  // 2^53
// A mean of larger values may overflow, and then depends on how many there were before.
constexpr double kTameMax = 1e290;

bool IsMean(FunctionId id) {
  return id == FunctionId::kAvgOverTime;
}

bool Sums(FunctionId id) {
  return id == FunctionId::kSumOverTime || IsMean(id);
}

}  // namespace

bool SampleCondenser::Condenses(FunctionId id) {
  switch (id) {
    case FunctionId::kSumOverTime:
    case FunctionId::kAvgOverTime:
    case FunctionId::kMinOverTime:
    case FunctionId::kMaxOverTime:
    case FunctionId::kCountOverTime:
    case FunctionId::kPresentOverTime:
    case FunctionId::kAbsentOverTime:
    case FunctionId::kRate:
    case FunctionId::kIncrease:
      return true;
    default:
      return false;
  }
}

void SampleCondenser::Add(int64_t time_ms, double value) {
  samples_->float_times.push_back(time_ms);
  samples_->floats.push_back(value);
}

bool SampleCondenser::TakeSum(const store::PieceSummary& piece) {
  const double magnitude =
      std::max(std::fabs(piece.min), std::fabs(piece.max)) * static_cast<double>(piece.samples);
  if (!piece.has_sum || !exact_ || magnitude_ + magnitude > kExactMax) {
    return false;
  }
  magnitude_ += magnitude;
  Add(piece.first_ms, piece.sum);
  samples_->floats_left_out += piece.samples - 1;
  return true;
}

bool SampleCondenser::TakeSummary(const store::PieceSummary& piece) {
  if (!usable_) {
    return true;  // whatever comes, the samples are read again
  }
  if (Sums(function_)) {
    return TakeSum(piece);
  }
  const bool rates = function_ == FunctionId::kRate || function_ == FunctionId::kIncrease;
  const bool ends = rates || function_ == FunctionId::kMinOverTime ||
                    function_ == FunctionId::kMaxOverTime;
  if (rates && !piece.rising) {
    return false;
  }
  Add(piece.first_ms, piece.min);
  if (ends && piece.samples > 1) {
    Add(piece.last_ms, piece.max);
    samples_->floats_left_out += piece.samples - 2;
  } else {
    samples_->floats_left_out += piece.samples - 1;
  }
  return true;
}

void SampleCondenser::Watch(double value) {
  if (exact_) {
    magnitude_ += std::fabs(value);
    exact_ = std::trunc(value) == value && magnitude_ <= kExactMax;
  }
  if (IsMean(function_) && samples_->floats_left_out > 0 && !(std::fabs(value) < kTameMax)) {
    usable_ = false;
  }
}

bool SampleCondenser::TakeSamples(model::SampleColumns* columns) {
  if (!columns->histograms.empty() || !columns->start_times.empty()) {
    usable_ = false;
  }
  if (!usable_) {
    return false;
  }
  const bool sums = Sums(function_);
  samples_->float_times.reserve(samples_->float_times.size() + columns->size());
  samples_->floats.reserve(samples_->floats.size() + columns->size());
  for (size_t i = 0; i < columns->size(); ++i) {
    const double value = columns->values[i];
    if (model::IsStaleNan(value)) {
      continue;
    }
    Add(columns->times[i], value);
    if (sums) {
      Watch(value);
    }
  }
  return usable_;
}

}  // namespace sb::promql
