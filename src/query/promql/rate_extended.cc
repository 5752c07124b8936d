// SPDX-License-Identifier: Apache-2.0
#include "query/promql/rate_extended.h"

#include <algorithm>
#include <optional>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using model::Histogram;
using query::StepPoint;

struct FloatEnds {
  double left = 0;
  double right = 0;
};

FloatEnds EndsOf(const Window& w, BoundarySamples b, bool smoothed, InterpolateAs as) {
  const int64_t* t = w.float_times();
  const double* v = w.floats();
  FloatEnds ends{v[b.first], v[b.last]};
  if (smoothed && t[b.first] < w.range_start_ms) {
    ends.left = InterpolateFloats(v[b.first], t[b.first], v[b.first + 1], t[b.first + 1],
                                  w.range_start_ms, as);
  }
  if (smoothed && b.last > 0 && t[b.last] > w.range_end_ms) {
    ends.right =
        InterpolateFloats(v[b.last - 1], t[b.last - 1], v[b.last], t[b.last], w.range_end_ms, as);
  }
  return ends;
}

// Indices of the samples strictly within the range: [first, end).
struct Inner {
  size_t first = 0;
  size_t end = 0;
};
Inner InnerOf(const int64_t* times, BoundarySamples b, const Window& w) {
  const size_t first = times[b.first] <= w.range_start_ms ? b.first + 1 : b.first;
  const size_t end = times[b.last] >= w.range_end_ms ? b.last : b.last + 1;
  return {first, std::max(first, end)};
}

// Nothing to measure: all samples lie before, or (smoothed) behind the range.
bool OutOfRange(const int64_t* times, BoundarySamples b, const Window& w, bool smoothed) {
  return times[b.last] <= w.range_start_ms || (smoothed && times[b.first] > w.range_end_ms);
}

bool CheckHistograms(const Window& w, BoundarySamples b, const ExtendedRateArgs& args) {
  const AnnotationTarget& target = args.target;
  const bool custom = w.histograms()[b.first]->UsesCustomBuckets();
  for (size_t i = b.first; i <= b.last; ++i) {
    const Histogram& h = *w.histograms()[i];
    if (h.UsesCustomBuckets() != custom) {
      target.annotations->Add(MixedExponentialCustomWarning(target.metric, target.position));
      return false;
    }
    if (args.counter && h.counter_reset_hint == CounterResetHint::kGauge) {
      target.annotations->Add(NotCounterWarning(target.metric, target.position));
    }
  }
  return true;
}

bool HistogramEnds(const Window& w, BoundarySamples b, const ExtendedRateArgs& args,
                   Histogram* left, Histogram* right) {
  const int64_t* t = w.histogram_times();
  const auto* h = w.histograms();
  const InterpolateAs as = args.counter ? InterpolateAs::kCounter : InterpolateAs::kGauge;
  *left = *h[b.first];
  *right = *h[b.last];
  if (args.smoothed && t[b.first] < w.range_start_ms &&
      !InterpolateHistograms({t[b.first], h[b.first].get()}, {t[b.first + 1], h[b.first + 1].get()},
                             w.range_start_ms, as, args.target, left)) {
    return false;
  }
  return !(args.smoothed && b.last > 0 && t[b.last] > w.range_end_ms) ||
         InterpolateHistograms({t[b.last - 1], h[b.last - 1].get()}, {t[b.last], h[b.last].get()},
                               w.range_end_ms, as, args.target, right);
}

// Adds to `*increase` what was counted before each reset between the ends. The last sample itself
// is represented by `right`, which inherits its hint; the first by `left`.
bool AddResets(const Window& w, BoundarySamples b, const ExtendedRateArgs& args,
               const Histogram& left, const Histogram& right, Histogram* increase) {
  const auto* h = w.histograms();
  size_t next = b.first + 1;
  const Histogram* previous = &left;
  if (args.smoothed && w.histogram_times()[b.first] < w.range_start_ms &&
      model::DetectReset(*h[b.first + 1], *h[b.first])) {
    // The interpolation of the left end already accounts for this reset.
    previous = h[b.first + 1].get();
    ++next;
  }
  if (next > b.last) {
    return true;
  }
  std::optional<Histogram> correction;
  auto correct = [&] {
    if (!correction.has_value()) {
      correction = *previous;
      return true;
    }
    return AddAnnotated(&*correction, *previous, args.target);
  };
  for (size_t i = next; i < b.last; ++i) {
    if (model::DetectReset(*h[i], *previous) && !correct()) {
      return false;
    }
    previous = h[i].get();
  }
  if (model::DetectReset(right, *previous) && !correct()) {
    return false;
  }
  return !correction.has_value() || AddAnnotated(increase, *correction, args.target);
}

}  // namespace

BoundarySamples FindBoundarySamples(const int64_t* times, size_t count, int64_t start_ms,
                                    int64_t end_ms, bool smoothed) {
  BoundarySamples out;
  const int64_t* last = times + (count - 1);
  const auto after = static_cast<size_t>(std::upper_bound(times, last, start_ms) - times);
  out.first = after > 0 ? after - 1 : 0;
  out.last = count - 1;
  if (smoothed) {
    out.last = static_cast<size_t>(std::lower_bound(times, last, end_ms) - times);
  }
  return out;
}

StepPoint ExtendedRate(const Window& w, const ExtendedRateArgs& args) {
  const int64_t* t = w.float_times();
  const BoundarySamples b =
      FindBoundarySamples(t, w.float_count(), w.range_start_ms, w.range_end_ms, args.smoothed);
  if (OutOfRange(t, b, w, args.smoothed)) {
    return StepPoint::None();
  }
  const FloatEnds ends =
      EndsOf(w, b, args.smoothed, args.counter ? InterpolateAs::kCounter : InterpolateAs::kGauge);
  double result = ends.right - ends.left;
  if (args.counter) {
    const Inner inner = InnerOf(t, b, w);
    double correction = 0;
    double previous = ends.left;
    for (size_t i = inner.first; i < inner.end; ++i) {
      if (w.floats()[i] < previous) {
        correction += previous;
      }
      previous = w.floats()[i];
    }
    if (ends.right < previous) {
      correction += previous;
    }
    result += correction;
  }
  if (args.per_second) {
    result /= args.range_seconds;
  }
  return StepPoint::Float(result);
}

StepPoint ExtendedHistogramRate(const Window& w, const ExtendedRateArgs& args) {
  const int64_t* t = w.histogram_times();
  const BoundarySamples b =
      FindBoundarySamples(t, w.histogram_count(), w.range_start_ms, w.range_end_ms, args.smoothed);
  if (OutOfRange(t, b, w, args.smoothed) || !CheckHistograms(w, b, args)) {
    return StepPoint::None();
  }
  Histogram left;
  Histogram right;
  if (!HistogramEnds(w, b, args, &left, &right)) {
    return StepPoint::None();
  }
  if (!args.counter && (left.counter_reset_hint != CounterResetHint::kGauge ||
                        right.counter_reset_hint != CounterResetHint::kGauge)) {
    args.target.annotations->Add(NotGaugeWarning(args.target.metric, args.target.position));
  }
  Histogram result = right;
  if (!SubtractAnnotated(&result, left, args.target)) {
    return StepPoint::None();
  }
  if (args.counter && !AddResets(w, b, args, left, right, &result)) {
    return StepPoint::None();
  }
  if (args.per_second) {
    model::Divide(&result, args.range_seconds);
  }
  result.counter_reset_hint = CounterResetHint::kGauge;
  model::Compact(&result);
  return StepPoint::Of(std::move(result));
}

ExtendedFloats ExtendFloats(const Window& w, bool smoothed) {
  ExtendedFloats out;
  if (w.float_count() == 0) {
    return out;
  }
  const int64_t* t = w.float_times();
  const BoundarySamples b =
      FindBoundarySamples(t, w.float_count(), w.range_start_ms, w.range_end_ms, smoothed);
  if (t[b.last] <= w.range_start_ms) {
    return out;
  }
  const FloatEnds ends = EndsOf(w, b, smoothed, InterpolateAs::kGauge);
  const Inner inner = InnerOf(t, b, w);
  out.times.push_back(w.range_start_ms);
  out.values.push_back(ends.left);
  for (size_t i = inner.first; i < inner.end; ++i) {
    out.times.push_back(t[i]);
    out.values.push_back(w.floats()[i]);
  }
  out.times.push_back(w.range_end_ms);
  out.values.push_back(ends.right);
  return out;
}

}  // namespace sb::promql
