// SPDX-License-Identifier: Apache-2.0
//
// rate, increase and delta: the difference between the last and the first sample of a window, plus
// what counter resets have hidden, extrapolated to the ends of the window.
//
// The positions of resets are found once per series, so a window costs as much as it has resets.
#include <algorithm>
#include <optional>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/range_function.h"
#include "query/promql/rate_extended.h"
#include "query/promql/rate_histogram.h"
#include "query/promql/start_time.h"

namespace sb::promql {
namespace {

using query::StepPoint;

// A list of sample positions, and where in it the last window began.
class Positions {
 public:
  void Clear() {
    list_.clear();
    at_ = 0;
  }
  void Add(size_t position) { list_.push_back(position); }
  // fn(position) for those with first < position < end, in order.
  template <typename Fn>
  void ForEach(size_t first, size_t end, Fn&& fn) {
    while (at_ > 0 && list_[at_ - 1] > first) {
      --at_;
    }
    while (at_ < list_.size() && list_[at_] <= first) {
      ++at_;
    }
    for (size_t i = at_; i < list_.size() && list_[i] < end; ++i) {
      fn(list_[i]);
    }
  }

 private:
  std::vector<size_t> list_;
  size_t at_ = 0;
};

class RateFunction : public RangeFunction {
 public:
  explicit RateFunction(FunctionId id)
      : counter_(id != FunctionId::kDelta), per_second_(id == FunctionId::kRate) {}

  void Begin(const SeriesSamples& samples, const RangeCall& call) override {
    RangeFunction::Begin(samples, call);
    range_seconds_ = call.range_seconds();
    resets_.Clear();
    overlaps_.Clear();
    if (counter_) {
      FindResets();
    }
  }

  StepPoint Evaluate(const Window& w) override {
    if (IsMixed(w)) {
      Annotate(MixedFloatsHistogramsWarning(samples().metric_name(), call().position));
      return StepPoint::None();
    }
    if (call().extension != RangeExtension::kNone) {
      const ExtendedRateArgs args{counter_, per_second_,
                                  call().extension == RangeExtension::kSmoothed, range_seconds_,
                                  Target()};
      return w.histogram_count() > 0 ? ExtendedHistogramRate(w, args) : ExtendedRate(w, args);
    }
    return w.histogram_count() > 0 ? OfHistograms(w) : OfFloats(w);
  }

 private:
  // What extrapolation needs to know of a window.
  struct Span {
    int64_t first_ms = 0;
    int64_t last_ms = 0;
    int64_t first_start_ms = 0;
    size_t intervals = 0;    // samples - 1
    double first_value = 0;  // of a histogram: its count
    double increase = 0;
  };

  AnnotationTarget Target() const {
    return {call().annotations, samples().metric_name(), call().position};
  }

  void FindResets() {
    const SeriesSamples& s = samples();
    const bool starts = call().use_start_times && !s.float_starts.empty();
    for (size_t i = 1; i < s.floats.size(); ++i) {
      bool reset = s.floats[i] < s.floats[i - 1];
      if (starts) {
        reset = reset || IsStartTimeReset(s.float_starts[i - 1], s.float_times[i - 1],
                                          s.float_starts[i], s.float_times[i]);
        if (StartTimesOverlap(s.float_starts[i - 1], s.float_times[i - 1], s.float_starts[i])) {
          overlaps_.Add(i);
        }
      }
      if (reset) {
        resets_.Add(i);
      }
    }
  }

  // True if there is a start time within the window before its first sample: then the counter was
  // zero at that time.
  bool StartsInside(const Span& span, const Window& w) const {
    return counter_ && call().use_start_times && span.first_start_ms != 0 &&
           span.first_start_ms > w.range_start_ms && span.first_start_ms < span.first_ms;
  }

  // The factor from the sampled increase to the window's. Empty: too few samples.
  std::optional<double> Factor(const Span& span, const Window& w) const {
    double to_start = static_cast<double>(span.first_ms - w.range_start_ms) / 1000;
    double to_end = static_cast<double>(w.range_end_ms - span.last_ms) / 1000;
    double sampled = static_cast<double>(span.last_ms - span.first_ms) / 1000;
    const double average = span.intervals > 0 ? sampled / static_cast<double>(span.intervals) : 0;
    const double threshold = average * 1.1;
    if (StartsInside(span, w)) {
      to_start = 0;
      sampled = static_cast<double>(span.last_ms - span.first_start_ms) / 1000;
    } else if (span.intervals == 0) {
      return std::nullopt;
    } else {
      // A first sample far from the start of the window: the series began within it, about half
      // an interval before.
      if (to_start >= threshold) {
        to_start = average / 2;
      }
      // A counter cannot have been below zero.
      if (counter_ && span.increase > 0 && span.first_value >= 0) {
        to_start = std::min(to_start, sampled * (span.first_value / span.increase));
      }
    }
    if (to_end >= threshold) {
      to_end = average / 2;
    }
    double factor = 1;
    if (sampled != 0) {
      factor = (sampled + to_start + to_end) / sampled;
    }
    return per_second_ ? factor / range_seconds_ : factor;
  }

  StepPoint OfFloats(const Window& w) {
    const double* v = w.floats();
    const size_t n = w.float_count();
    double increase = v[n - 1] - v[0];
    if (counter_) {
      bool overlap = false;
      overlaps_.ForEach(w.float_begin, w.float_end, [&](size_t) { overlap = true; });
      if (overlap) {
        Annotate(StartTimeOverlapWarning(samples().metric_name(), call().position));
      }
      // In sample order: the digits depend on it.
      resets_.ForEach(w.float_begin, w.float_end,
                      [&](size_t i) { increase += samples().floats[i - 1]; });
    }
    const Span span{
        w.float_times()[0],        w.float_times()[n - 1], w.float_start(0),
                    w.whole_float_count() - 1, v[0],                   increase};
    const std::optional<double> factor = Factor(span, w);
    if (!factor.has_value()) {
      return StepPoint::None();
    }
    if (StartsInside(span, w)) {
      increase += v[0];
    }
    return StepPoint::Float(increase * *factor);
  }

  StepPoint OfHistograms(const Window& w) {
    const size_t n = w.histogram_count();
    const model::Histogram& first = *w.histograms()[0];
    std::optional<model::Histogram> increase;
    if (n > 1) {
      increase = HistogramIncrease(w, {counter_, call().use_start_times, Target()});
      if (!increase.has_value()) {
        return StepPoint::None();
      }
    }
    const Span span{w.histogram_times()[0],
                    w.histogram_times()[n - 1],
                    w.histogram_start(0),
                    n - 1,
                    first.count,
                    increase.has_value() ? increase->count : 0};
    const std::optional<double> factor = Factor(span, w);
    if (!factor.has_value()) {
      return StepPoint::None();
    }
    if (StartsInside(span, w)) {
      if (!increase.has_value()) {
        increase = first;
      } else if (!AddAnnotated(&*increase, first, Target())) {
        return StepPoint::None();
      }
    }
    model::Multiply(&*increase, *factor);
    return StepPoint::Of(std::move(*increase));
  }

  const bool counter_;
  const bool per_second_;
  double range_seconds_ = 0;
  Positions resets_;
  Positions overlaps_;
};

}  // namespace

std::unique_ptr<RangeFunction> NewRateFunction(FunctionId id) {
  return std::make_unique<RateFunction>(id);
}

}  // namespace sb::promql
