// SPDX-License-Identifier: Apache-2.0
#include "query/engine/step_vector.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace sb::query {

StepGrid StepGrid::Between(int64_t start_ms, int64_t end_ms, int64_t step_ms) {
  if (end_ms < start_ms) {
    return StepGrid{start_ms, step_ms, 0};
  }
  return StepGrid{start_ms, step_ms, static_cast<size_t>((end_ms - start_ms) / step_ms) + 1};
}

void StepSeries::SetHistogram(size_t i, model::HistogramPtr h) {
  if (histograms.empty()) {
    histograms.resize(kinds.size());
  }
  kinds[i] = PointKind::kHistogram;
  histograms[i] = std::move(h);
}

void StepSeries::Set(size_t i, const StepPoint& point) {
  switch (point.kind) {
    case PointKind::kNone:
      return Clear(i);
    case PointKind::kFloat:
      return SetFloat(i, point.value);
    case PointKind::kHistogram:
      return SetHistogram(i, point.histogram);
  }
}

void StepSeries::Clear(size_t i) {
  kinds[i] = PointKind::kNone;
  if (!histograms.empty()) {
    histograms[i].reset();
  }
}

StepPoint StepSeries::At(size_t i) const {
  StepPoint point{kinds[i], values[i], nullptr};
  if (kinds[i] == PointKind::kHistogram) {
    point.histogram = histograms[i];
  }
  return point;
}

bool StepSeries::AllAbsent() const {
  return std::all_of(kinds.begin(), kinds.end(),
                     [](PointKind kind) { return kind == PointKind::kNone; });
}

int64_t HistogramSamples(const model::Histogram& h) {
  constexpr size_t kBytesPerSample = 16;
  const size_t buckets = h.positive_buckets.size() + h.negative_buckets.size() +
                         h.positive_spans.size() + h.negative_spans.size() + h.custom_values.size();
  return static_cast<int64_t>((sizeof(model::Histogram) + buckets * sizeof(double)) /
                              kBytesPerSample);
}

int64_t StepSeries::SampleCount() const {
  int64_t count = 0;
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == PointKind::kFloat) {
      ++count;
    } else if (kinds[i] == PointKind::kHistogram) {
      count += HistogramSamples(*histograms[i]);
    }
  }
  return count;
}

int64_t StepVector::SampleCount() const {
  int64_t count = 0;
  for (const StepSeries& row : series) {
    count += row.SampleCount();
  }
  return count;
}

base::Status StepVector::Charge(QueryContext& context) {
  lease = SampleLease();
  SB_ASSIGN_OR_RETURN(SampleLease fresh, context.Lease(SampleCount()));
  lease = std::move(fresh);
  return base::OkStatus();
}

bool HasSameLabels(const StepVector& vector) {
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  seen.reserve(vector.series.size());
  return !std::all_of(vector.series.begin(), vector.series.end(),
                      [&](const StepSeries& row) { return seen.insert(row.labels).second; });
}

base::Status MergeSameLabels(StepVector* vector) {
  if (vector->series.size() < 2 || !HasSameLabels(*vector)) {
    return base::OkStatus();
  }
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> places;
  std::vector<StepSeries> merged;
  for (StepSeries& row : vector->series) {
    const auto [at, is_new] = places.emplace(row.labels, merged.size());
    if (is_new) {
      merged.push_back(std::move(row));
      continue;
    }
    StepSeries& into = merged[at->second];
    for (size_t i = 0; i < row.steps(); ++i) {
      if (!row.Has(i)) {
        continue;
      }
      if (into.Has(i)) {
        return base::FailedPrecondition("vector cannot contain metrics with the same labelset");
      }
      into.Set(i, row.At(i));
    }
  }
  vector->series = std::move(merged);
  return base::OkStatus();
}

}  // namespace sb::query
