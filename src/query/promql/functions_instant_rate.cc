// SPDX-License-Identifier: Apache-2.0
//
// irate and idelta: from the last two samples of a window.
#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/histogram_arithmetic.h"
#include "query/promql/range_function.h"
#include "query/promql/start_time.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using query::StepPoint;

struct Last {
  int64_t time_ms = 0;
  int64_t start_ms = 0;
  double value = 0;
  const model::Histogram* histogram = nullptr;
};

class InstantRateFunction : public RangeFunction {
 public:
  explicit InstantRateFunction(FunctionId id) : rate_(id == FunctionId::kIrate) {}

  StepPoint Evaluate(const Window& w) override {
    if (w.float_count() + w.histogram_count() < 2) {
      return StepPoint::None();
    }
    Last before;
    Last last;
    PickLastTwo(w, &before, &last);
    if (last.time_ms == before.time_ms) {
      return StepPoint::None();
    }
    const double seconds = static_cast<double>(last.time_ms - before.time_ms) / 1000;
    if (last.histogram == nullptr && before.histogram == nullptr) {
      return OfFloats(before, last, seconds);
    }
    if (last.histogram != nullptr && before.histogram != nullptr) {
      return OfHistograms(before, last, seconds);
    }
    Annotate(MixedFloatsHistogramsWarning(samples().metric_name(), call().position));
    return StepPoint::None();
  }

 private:
  void PickLastTwo(const Window& w, Last* before, Last* last) const {
    const bool starts = call().use_start_times;
    size_t f = w.float_count();
    size_t h = w.histogram_count();
    for (Last* out : {last, before}) {
      if (h == 0 || (f > 0 && w.float_times()[f - 1] > w.histogram_times()[h - 1])) {
        --f;
        *out = {w.float_times()[f], starts ? w.float_start(f) : 0, w.floats()[f], nullptr};
      } else {
        --h;
        *out = {w.histogram_times()[h], starts ? w.histogram_start(h) : 0, 0,
                w.histograms()[h].get()};
      }
    }
  }

  static bool StartTimeReset(const Last& before, const Last& last) {
    return IsStartTimeReset(before.start_ms, before.time_ms, last.start_ms, last.time_ms);
  }

  StepPoint OfFloats(const Last& before, const Last& last, double seconds) const {
    double result = last.value;  // after a reset: counted from zero
    if (!rate_ || !(last.value < before.value || StartTimeReset(before, last))) {
      result = last.value - before.value;
    }
    return StepPoint::Float(rate_ ? result / seconds : result);
  }

  StepPoint OfHistograms(const Last& before, const Last& last, double seconds) const {
    const bool gauges = last.histogram->counter_reset_hint == CounterResetHint::kGauge &&
                        before.histogram->counter_reset_hint == CounterResetHint::kGauge;
    const bool any_gauge = last.histogram->counter_reset_hint == CounterResetHint::kGauge ||
                           before.histogram->counter_reset_hint == CounterResetHint::kGauge;
    if (rate_ && any_gauge) {
      Annotate(NotCounterWarning(samples().metric_name(), call().position));
    }
    if (!rate_ && !gauges) {
      Annotate(NotGaugeWarning(samples().metric_name(), call().position));
    }
    model::Histogram result = *last.histogram;
    const bool reset = rate_ && (StartTimeReset(before, last) ||
                                 model::DetectReset(*last.histogram, *before.histogram));
    if (!reset &&
        !SubtractAnnotated(&result, *before.histogram,
                           {call().annotations, samples().metric_name(), call().position})) {
      return StepPoint::None();
    }
    result.counter_reset_hint = CounterResetHint::kGauge;
    model::Compact(&result);
    if (rate_) {
      model::Divide(&result, seconds);
    }
    return StepPoint::Of(std::move(result));
  }

  const bool rate_;
};

}  // namespace

std::unique_ptr<RangeFunction> NewInstantRateFunction(FunctionId id) {
  return std::make_unique<InstantRateFunction>(id);
}

}  // namespace sb::promql
