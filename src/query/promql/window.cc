// SPDX-License-Identifier: Apache-2.0
#include "query/promql/window.h"

#include <algorithm>

namespace sb::promql {
namespace {

// The first position whose time is after `t`, searched from `hint`, which is right or near.
size_t FirstAfter(const std::vector<int64_t>& times, int64_t t, size_t hint) {
  if (hint > 0 && times[hint - 1] > t) {  // windows moved back
    return static_cast<size_t>(std::upper_bound(times.begin(), times.end(), t) - times.begin());
  }
  constexpr size_t kNear = 32;
  const size_t near = std::min(times.size(), hint + kNear);
  while (hint < near && times[hint] <= t) {
    ++hint;
  }
  if (hint < near || hint == times.size()) {
    return hint;
  }
  const auto from = times.begin() + static_cast<ptrdiff_t>(hint);
  return static_cast<size_t>(std::upper_bound(from, times.end(), t) - times.begin());
}

}  // namespace

int64_t SeriesSamples::SampleCount() const {
  auto count = static_cast<int64_t>(floats.size());
  for (const model::HistogramPtr& h : histograms) {
    count += query::HistogramSamples(*h);
  }
  return count;
}

void SeriesSamples::Clear() {
  labels = model::LabelSet();
  drop_name = false;
  for (std::vector<int64_t>* times :
       {&float_times, &float_starts, &histogram_times, &histogram_starts}) {
    times->clear();
  }
  floats.clear();
  histograms.clear();
  floats_left_out = 0;
}

void SplitColumns(model::SampleColumns* columns, SeriesSamples* out) {
  if (columns->histograms.empty() &&
      std::none_of(columns->values.begin(), columns->values.end(), model::IsStaleNan)) {
    out->float_times.swap(columns->times);
    out->floats.swap(columns->values);
    out->float_starts.swap(columns->start_times);
    return;
  }
  const bool has_starts = !columns->start_times.empty();
  for (size_t i = 0; i < columns->size(); ++i) {
    if (!columns->histograms.empty() && columns->histograms[i] != nullptr) {
      if (!model::IsStaleNan(columns->histograms[i]->sum)) {
        out->histogram_times.push_back(columns->times[i]);
        out->histograms.push_back(columns->histograms[i]);
        if (has_starts) {
          out->histogram_starts.push_back(columns->start_times[i]);
        }
      }
    } else if (!model::IsStaleNan(columns->values[i])) {
      out->float_times.push_back(columns->times[i]);
      out->floats.push_back(columns->values[i]);
      if (has_starts) {
        out->float_starts.push_back(columns->start_times[i]);
      }
    }
  }
}

Window WindowSlider::Move(int64_t after_ms, int64_t until_ms) {
  if (!samples_.floats.empty()) {
    float_begin_ = FirstAfter(samples_.float_times, after_ms, float_begin_);
    float_end_ = FirstAfter(samples_.float_times, until_ms, std::max(float_begin_, float_end_));
  }
  if (!samples_.histograms.empty()) {
    histogram_begin_ = FirstAfter(samples_.histogram_times, after_ms, histogram_begin_);
    histogram_end_ =
        FirstAfter(samples_.histogram_times, until_ms, std::max(histogram_begin_, histogram_end_));
  }
  Window window;
  window.samples = &samples_;
  window.float_begin = float_begin_;
  window.float_end = std::max(float_begin_, float_end_);
  window.histogram_begin = histogram_begin_;
  window.histogram_end = std::max(histogram_begin_, histogram_end_);
  return window;
}

}  // namespace sb::promql
