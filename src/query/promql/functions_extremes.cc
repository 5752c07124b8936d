// SPDX-License-Identifier: Apache-2.0
//
// min_over_time, max_over_time and the times of the extremes. The candidates are kept in a
// monotonic queue, so that a window costs as much as it has new samples.
#include <cmath>
#include <deque>

#include "query/promql/range_function.h"

namespace sb::promql {
namespace {

using query::StepPoint;

// NaN counts only if there is nothing else: then the first one is the answer, and its time is that
// of the last one (a later equal value takes over the time, not the extreme).
class ExtremeOverTime : public RangeFunction {
 public:
  explicit ExtremeOverTime(FunctionId id)
      : maximum_(id == FunctionId::kMaxOverTime || id == FunctionId::kTsOfMaxOverTime),
        time_(id == FunctionId::kTsOfMaxOverTime || id == FunctionId::kTsOfMinOverTime) {}

  void Begin(const SeriesSamples& samples, const RangeCall& call) override {
    RangeFunction::Begin(samples, call);
    queue_.clear();
    next_ = 0;
  }

  StepPoint Evaluate(const Window& w) override {
    if (w.float_count() == 0) {
      return StepPoint::None();
    }
    AnnotateIgnoredHistograms(w);
    Advance(w);
    size_t at = w.float_begin;
    if (!queue_.empty()) {
      at = queue_.front();
    } else if (time_) {
      at = w.float_end - 1;
    }
    if (time_) {
      return StepPoint::Float(static_cast<double>(samples().float_times[at]) / 1000);
    }
    return StepPoint::Float(samples().floats[at]);
  }

 private:
  // True if `a` makes `b`, which is older, needless.
  bool Beats(double a, double b) const {
    if (time_) {  // the latest of equal extremes
      return maximum_ ? a >= b : a <= b;
    }
    return maximum_ ? a > b : a < b;
  }

  void Advance(const Window& w) {
    if (w.float_begin > next_ || w.float_end < next_) {
      queue_.clear();
      next_ = w.float_begin;
    }
    const std::vector<double>& v = samples().floats;
    for (; next_ < w.float_end; ++next_) {
      if (std::isnan(v[next_])) {
        continue;
      }
      while (!queue_.empty() && Beats(v[next_], v[queue_.back()])) {
        queue_.pop_back();
      }
      queue_.push_back(next_);
    }
    while (!queue_.empty() && queue_.front() < w.float_begin) {
      queue_.pop_front();
    }
  }

  const bool maximum_;
  const bool time_;
  std::deque<size_t> queue_;  // positions; the front is the extreme of the window
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<RangeFunction> NewExtremeOverTime(FunctionId id) {
  return std::make_unique<ExtremeOverTime>(id);
}

}  // namespace sb::promql
