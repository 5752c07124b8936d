// SPDX-License-Identifier: Apache-2.0
#include "query/promql/rate_histogram.h"

#include <algorithm>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/start_time.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using model::Histogram;

bool IsGauge(const Histogram& h) {
  return h.counter_reset_hint == CounterResetHint::kGauge;
}

bool StartTimeReset(const Window& w, size_t i, const HistogramRateArgs& args) {
  return args.use_start_times &&
         IsStartTimeReset(w.histogram_start(i - 1), w.histogram_times()[i - 1],
                          w.histogram_start(i), w.histogram_times()[i]);
}

// The coarsest schema among what is to be combined; empty if exponential and custom buckets mix.
std::optional<int32_t> CommonSchema(const Window& w, const Histogram& first, bool custom,
                                    const HistogramRateArgs& args) {
  const AnnotationTarget& target = args.target;
  const size_t n = w.histogram_count();
  const Histogram& last = *w.histograms()[n - 1];
  if (last.UsesCustomBuckets() != custom) {
    target.annotations->Add(MixedExponentialCustomWarning(target.metric, target.position));
    return std::nullopt;
  }
  int32_t schema = std::min(last.schema, first.schema);
  if (!args.counter) {
    return schema;
  }
  bool gauge_seen = false;
  for (size_t i = 1; i + 1 < n; ++i) {
    const Histogram& h = *w.histograms()[i];
    gauge_seen |= IsGauge(h);
    schema = std::min(schema, h.schema);
    if (h.UsesCustomBuckets() != custom) {
      *target.annotations = query::Annotations();  // the reference answers with this warning alone
      target.annotations->Add(MixedExponentialCustomWarning(target.metric, target.position));
      return std::nullopt;
    }
  }
  if (gauge_seen) {
    target.annotations->Add(NotCounterWarning(target.metric, target.position));
  }
  return schema;
}

void AnnotateOverlap(const Window& w, const HistogramRateArgs& args) {
  if (!args.use_start_times) {
    return;
  }
  for (size_t i = 1; i < w.histogram_count(); ++i) {
    if (StartTimesOverlap(w.histogram_start(i - 1), w.histogram_times()[i - 1],
                          w.histogram_start(i))) {
      args.target.annotations->Add(
          StartTimeOverlapWarning(args.target.metric, args.target.position));
      return;
    }
  }
}

// Adds what was counted before each reset. `first` stands for the window's first histogram.
bool AddResets(const Window& w, const Histogram& first, const HistogramRateArgs& args,
               Histogram* increase) {
  AnnotateOverlap(w, args);
  const Histogram* previous = &first;
  for (size_t i = 1; i < w.histogram_count(); ++i) {
    const Histogram& current = *w.histograms()[i];
    if ((StartTimeReset(w, i, args) || model::DetectReset(current, *previous)) &&
        !AddAnnotated(increase, *previous, args.target)) {
      return false;
    }
    previous = &current;
  }
  return true;
}

std::optional<Histogram> IncreaseOf(const Window& w, const HistogramRateArgs& args) {
  const AnnotationTarget& target = args.target;
  const Histogram* first = w.histograms()[0].get();
  const Histogram& last = *w.histograms()[w.histogram_count() - 1];
  if (args.counter && (IsGauge(*first) || IsGauge(last))) {
    target.annotations->Add(NotCounterWarning(target.metric, target.position));
  }
  // After a reset right behind the first histogram, nothing of it is needed, so its layout does not
  // matter either: an empty one takes its place.
  Histogram empty;
  if (args.counter) {
    const Histogram& second = *w.histograms()[1];
    if (StartTimeReset(w, 1, args) || model::DetectReset(second, *first)) {
      empty.schema = second.schema;
      empty.custom_values = second.custom_values;
      first = &empty;
    }
  }
  const std::optional<int32_t> schema = CommonSchema(w, *first, first->UsesCustomBuckets(), args);
  if (!schema.has_value()) {
    return std::nullopt;
  }
  Histogram increase = model::CopyToSchema(last, *schema);
  if (!SubtractAnnotated(&increase, *first, target)) {
    return std::nullopt;
  }
  if (args.counter) {
    if (!AddResets(w, *first, args, &increase)) {
      return std::nullopt;
    }
  } else if (!IsGauge(*w.histograms()[0]) || !IsGauge(last)) {
    target.annotations->Add(NotGaugeWarning(target.metric, target.position));
  }
  increase.counter_reset_hint = CounterResetHint::kGauge;
  model::Compact(&increase);
  return increase;
}

}  // namespace

std::optional<Histogram> HistogramIncrease(const Window& window, const HistogramRateArgs& args) {
  query::Annotations found;
  HistogramRateArgs collecting = args;
  collecting.target.annotations = &found;
  std::optional<Histogram> increase = IncreaseOf(window, collecting);
  args.target.annotations->Merge(found);
  return increase;
}

}  // namespace sb::promql
