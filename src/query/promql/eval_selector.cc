// SPDX-License-Identifier: Apache-2.0
//
// Instant vector selectors: at every step the newest sample within the look-back.
#include <algorithm>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/histogram_arithmetic.h"
#include "query/promql/label_text.h"
#include "query/promql/preprocess.h"
#include "query/promql/step_extent.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using model::Histogram;
using query::StepPoint;
using query::StepSeries;
using query::StepVector;

// About what a selected series and its labels hold.
constexpr int64_t kSeriesBytes = 512;

bool IsStale(const model::SampleColumns& columns, size_t i) {
  if (!columns.histograms.empty() && columns.histograms[i] != nullptr) {
    return model::IsStaleNan(columns.histograms[i]->sum);
  }
  return model::IsStaleNan(columns.values[i]);
}

// Leaves only count, sum and the answer to "was there a reset since the one before", which needs
// the buckets.
void KeepStatistics(model::SampleColumns* columns) {
  const Histogram* before = nullptr;
  std::vector<model::HistogramPtr> full = columns->histograms;
  for (size_t i = 0; i < full.size(); ++i) {
    if (full[i] == nullptr) {
      continue;
    }
    const Histogram& h = *full[i];
    Histogram statistics;
    statistics.counter_reset_hint = h.counter_reset_hint;
    statistics.schema = h.schema;
    statistics.count = h.count;
    statistics.sum = h.sum;
    if (!model::IsStaleNan(h.sum)) {
      if (h.counter_reset_hint == CounterResetHint::kUnknown && before != nullptr) {
        statistics.counter_reset_hint =
            model::DetectReset(h, *before) ? CounterResetHint::kReset : CounterResetHint::kNotReset;
      }
      before = &h;
    }
    columns->histograms[i] = std::make_shared<const Histogram>(std::move(statistics));
  }
}

// The point of a smoothed selector at `time_ms`, from the samples around it.
class Smoother {
 public:
  explicit Smoother(AnnotationTarget target) : target_(target) {}

  StepPoint At(const Window& w, int64_t time_ms) const {
    if (w.empty()) {
      return StepPoint::None();
    }
    if (w.float_count() > 0 && w.histogram_count() > 0) {
      target_.annotations->Add(MixedFloatsHistogramsWarning(target_.metric, target_.position));
      return StepPoint::None();
    }
    return w.histogram_count() > 0 ? HistogramAtTime(w, time_ms) : FloatAtTime(w, time_ms);
  }

 private:
  static StepPoint FloatAtTime(const Window& w, int64_t time_ms) {
    const int64_t* t = w.float_times();
    const double* v = w.floats();
    const size_t n = w.float_count();
    const auto i = static_cast<size_t>(std::lower_bound(t, t + n, time_ms) - t);
    if (i < n && t[i] == time_ms) {
      return StepPoint::Float(v[i]);
    }
    if (i == 0) {
      return StepPoint::None();
    }
    if (i == n) {
      return StepPoint::Float(v[i - 1]);
    }
    return StepPoint::Float(
        InterpolateFloats(v[i - 1], t[i - 1], v[i], t[i], time_ms, InterpolateAs::kGauge));
  }

  StepPoint HistogramAtTime(const Window& w, int64_t time_ms) const {
    const int64_t* t = w.histogram_times();
    const auto* h = w.histograms();
    const size_t n = w.histogram_count();
    const auto i = static_cast<size_t>(std::lower_bound(t, t + n, time_ms) - t);
    if (i < n && t[i] == time_ms) {
      return StepPoint::Of(h[i]);
    }
    if (i == 0) {
      return StepPoint::None();
    }
    if (i == n) {
      // The hint was about the sample before, not about the value carried forward.
      Histogram carried = *h[i - 1];
      carried.counter_reset_hint = CounterResetHint::kUnknown;
      return StepPoint::Of(std::move(carried));
    }
    if (h[i - 1]->UsesCustomBuckets() != h[i]->UsesCustomBuckets()) {
      target_.annotations->Add(MixedExponentialCustomWarning(target_.metric, target_.position));
      return StepPoint::None();
    }
    const bool gauges = h[i - 1]->counter_reset_hint == CounterResetHint::kGauge &&
                        h[i]->counter_reset_hint == CounterResetHint::kGauge;
    Histogram out;
    if (!InterpolateHistograms({t[i - 1], h[i - 1].get()}, {t[i], h[i].get()}, time_ms,
                               gauges ? InterpolateAs::kGauge : InterpolateAs::kCounter, target_,
                               &out)) {
      return StepPoint::None();
    }
    return StepPoint::Of(std::move(out));
  }

  AnnotationTarget target_;
};

}  // namespace

base::Result<std::vector<std::unique_ptr<store::Series>>> Evaluator::Select(
    const std::vector<model::Matcher>& matchers, int64_t first_ms, int64_t last_ms) {
  store::SelectHints hints;
  hints.range = {base::TimestampMs(first_ms), base::TimestampMs(last_ms + 1)};
  auto series = querier_.Select(context_, hints, matchers);
  if (!series.ok()) {
    return series.status().WithPrefix("expanding series");
  }
  SB_ASSIGN_OR_RETURN(query::SampleLease lease,
                      context_.LeaseBytes(static_cast<int64_t>(series->size()) * kSeriesBytes));
  selected_.push_back(std::move(lease));
  return series;
}

base::Status Evaluator::ReadSeries(store::Series& series, int64_t first_ms, int64_t last_ms,
                                   bool statistics_only, model::SampleColumns* columns) {
  columns->Clear();
  SB_RETURN_IF_ERROR(
      series.Read({base::TimestampMs(first_ms), base::TimestampMs(last_ms + 1)}, columns));
  if (statistics_only && !columns->histograms.empty()) {
    KeepStatistics(columns);
  }
  return base::OkStatus();
}

Evaluator::Rows Evaluator::EvalSelector(const VectorSelector& selector, const Grid& grid,
                                        SelectorValue value) {
  if (selector.smoothed && value == SelectorValue::kSample) {
    return EvalSmoothedSelector(selector, grid);
  }
  const int64_t first = ReferenceTime(selector.time, grid.start_ms) - options_.lookback_ms + 1;
  const int64_t last = ReferenceTime(selector.time, grid.last_ms());
  SB_ASSIGN_OR_RETURN(auto series, Select(selector.matchers, first, last));
  StepVector out;
  query::RowsInTheMaking making(context_);
  SB_RETURN_IF_ERROR(EvalInstantSeries(series, selector, grid, value, [&](StepSeries&& row) {
    out.series.push_back(std::move(row));
    return making.Add(out.series.back());
  }));
  return out;
}

namespace {

bool IsHistogramAt(const model::SampleColumns& columns, size_t at) {
  return !columns.histograms.empty() && columns.histograms[at] != nullptr;
}

// Calls use(step, sample) for every step that sees a sample: the newest one that is at most the
// look-back old, and no stale marker.
template <typename Fn>
void ForEachVisible(const model::SampleColumns& columns, const TimeModifiers& time,
                    const query::StepGrid& grid, int64_t lookback_ms, StepExtent extent, Fn&& use) {
  size_t next = 0;  // the first sample after the reference time
  for (size_t i = extent.first; i < extent.end; ++i) {
    const int64_t reference = ReferenceTime(time, grid.At(i));
    while (next < columns.size() && columns.times[next] <= reference) {
      ++next;
    }
    if (next > 0 && columns.times[next - 1] > reference - lookback_ms &&
        !IsStale(columns, next - 1)) {
      use(i, next - 1);
    }
  }
}

}  // namespace

base::Status Evaluator::EvalInstantSeries(std::vector<std::unique_ptr<store::Series>>& series,
                                          const VectorSelector& selector, const Grid& grid,
                                          SelectorValue value, const RowSink& sink) {
  TimeModifiers time;
  time.at_ms = selector.time.at_ms;
  time.original_offset_ms = selector.time.original_offset_ms;
  const bool of_timestamp = value == SelectorValue::kTime || value == SelectorValue::kStartTime;
  if (of_timestamp && time.at_ms.has_value()) {
    time.original_offset_ms = 0;  // timestamp(x @ 5 offset 1m) forgets the offset in the reference
  }
  const int64_t lookback = options_.lookback_ms;
  const int64_t first = ReferenceTime(time, grid.start_ms) - lookback + 1;
  const int64_t last = ReferenceTime(time, grid.last_ms());
  model::SampleColumns columns;
  for (auto& s : series) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_RETURN_IF_ERROR(ReadSeries(*s, first, last, selector.skip_histogram_buckets, &columns));
    if (columns.empty()) {
      continue;
    }
    const StepExtent extent =
        StepsThatSee({columns.times.front(), columns.times.back(), lookback, 0}, time, grid);
    StepSeries row(s->labels(), grid.count);
    row.Reserve(extent.first, extent.end);
    bool odd_info = false;
    ForEachVisible(columns, time, grid, lookback, extent, [&](size_t i, size_t at) {
      const bool histogram = IsHistogramAt(columns, at);
      switch (value) {
        case SelectorValue::kInfoTime:
          odd_info = odd_info || histogram;
          row.SetFloat(i, static_cast<double>(columns.times[at]));
          break;
        case SelectorValue::kTime:
          row.SetFloat(i, static_cast<double>(columns.times[at]) / 1000);
          break;
        case SelectorValue::kStartTime: {
          const int64_t start = columns.start_times.empty() ? 0 : columns.start_times[at];
          row.SetFloat(i, static_cast<double>(start) / 1000);
          break;
        }
        case SelectorValue::kSample:
          histogram ? row.SetHistogram(i, columns.histograms[at])
                    : row.SetFloat(i, columns.values[at]);
      }
      const int64_t samples = row.IsHistogram(i) ? query::HistogramSamples(*row.histogram(i)) : 1;
      CountQueryable(i, samples);
      CountRead(samples);
    });
    if (odd_info) {
      return base::FailedPrecondition("this should be an info metric, with float samples: " +
                                      LabelText(row.labels));
    }
    if (!row.AllAbsent()) {
      SB_RETURN_IF_ERROR(sink(std::move(row)));
    }
  }
  return base::OkStatus();
}

Evaluator::Rows Evaluator::EvalSmoothedSelector(const VectorSelector& selector, const Grid& grid) {
  const int64_t lookback = options_.lookback_ms;
  const int64_t first = ReferenceTime(selector.time, grid.start_ms) - lookback + 1;
  const int64_t last = ReferenceTime(selector.time, grid.last_ms()) + lookback;
  SB_ASSIGN_OR_RETURN(auto series, Select(selector.matchers, first, last));
  StepVector out;
  query::RowsInTheMaking making(context_);
  model::SampleColumns columns;
  for (auto& s : series) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_RETURN_IF_ERROR(ReadSeries(*s, first, last, selector.skip_histogram_buckets, &columns));
    const StepExtent extent =
        columns.empty()
            ? StepExtent()
            : StepsThatSee({columns.times.front(), columns.times.back(), lookback, lookback},
                           selector.time, grid);
    SeriesSamples samples;
    samples.labels = s->labels();
    SplitColumns(&columns, &samples);
    const Smoother smoother({annotations_, samples.metric_name(), selector.range.start});
    WindowSlider slider(samples);
    StepSeries row(samples.labels, grid.count);
    row.Reserve(extent.first, extent.end);
    for (size_t i = extent.first; i < extent.end; ++i) {
      const int64_t reference = ReferenceTime(selector.time, grid.At(i));
      const Window window = slider.Move(reference - lookback, reference + lookback);
      row.Set(i, smoother.At(window, reference));
    }
    CountRead(samples.SampleCount());
    out.series.push_back(std::move(row));
    SB_RETURN_IF_ERROR(making.Add(out.series.back()));
  }
  return out;
}

}  // namespace sb::promql
