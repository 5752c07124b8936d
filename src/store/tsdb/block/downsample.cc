// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/downsample.h"

#include <cmath>

#include "model/histogram_math.h"

namespace sb::tsdb {
namespace {

int64_t IntervalOf(int64_t time, int64_t every) {
  return time / every - (time % every < 0 ? 1 : 0);
}

const model::Histogram* HistogramAt(const model::SampleColumns& columns, size_t i) {
  return columns.histograms.empty() ? nullptr : columns.histograms[i].get();
}

bool IsStale(const model::SampleColumns& columns, size_t i) {
  const model::Histogram* histogram = HistogramAt(columns, i);
  return model::IsStaleNan(histogram != nullptr ? histogram->sum : columns.values[i]);
}

// Something begins anew between the sample before `i` and it.
bool IsEdge(const model::SampleColumns& columns, SeriesKind kind, size_t i) {
  if (!columns.start_times.empty() && columns.start_times[i] != columns.start_times[i - 1]) {
    return true;
  }
  const model::Histogram* before = HistogramAt(columns, i - 1);
  const model::Histogram* now = HistogramAt(columns, i);
  if ((before == nullptr) != (now == nullptr)) {
    return true;
  }
  if (now == nullptr) {
    return kind == SeriesKind::kCounter && columns.values[i] < columns.values[i - 1];
  }
  const bool gauges = before->counter_reset_hint == model::CounterResetHint::kGauge;
  const bool gauge = now->counter_reset_hint == model::CounterResetHint::kGauge;
  return gauges != gauge || (!gauge && model::DetectReset(*now, *before));
}

}  // namespace

SeriesKind KindOf(const model::LabelSet& labels, const model::MetricMetadata* metadata) {
  using enum model::MetricType;
  if (metadata != nullptr && metadata->type != kUnknown) {
    const bool counts =
        metadata->type == kCounter || metadata->type == kHistogram || metadata->type == kSummary;
    return counts ? SeriesKind::kCounter : SeriesKind::kGauge;
  }
  const std::string_view name = labels.Get(model::kMetricName);
  for (const std::string_view ending : {"_total", "_count", "_sum", "_bucket"}) {
    if (name.ends_with(ending)) {
      return SeriesKind::kCounter;
    }
  }
  return SeriesKind::kGauge;
}

std::vector<bool> KeptBySpacing(const model::SampleColumns& columns, SeriesKind kind,
                                int64_t every_ms) {
  const size_t size = columns.size();
  std::vector<bool> kept(size, false);
  for (size_t i = 0; i < size; ++i) {
    const bool is_last = i + 1 == size || IntervalOf(columns.times[i], every_ms) !=
                                              IntervalOf(columns.times[i + 1], every_ms);
    kept[i] = kept[i] || i == 0 || is_last;
    const bool is_stale = IsStale(columns, i);
    if (i > 0 && (is_stale || IsStale(columns, i - 1) || IsEdge(columns, kind, i))) {
      kept[i - 1] = true;
      kept[i] = true;
    }
  }
  return kept;
}

}  // namespace sb::tsdb
