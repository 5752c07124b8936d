// SPDX-License-Identifier: Apache-2.0
#include "query/engine/step_vector.h"

#include <algorithm>
#include <utility>
#include <unordered_map>
#include <unordered_set>

namespace sb::query {

StepGrid StepGrid::Between(int64_t start_ms, int64_t end_ms, int64_t step_ms) {
  if (end_ms < start_ms) {
    return StepGrid{start_ms, step_ms, 0};
  }
  return StepGrid{start_ms, step_ms, static_cast<size_t>((end_ms - start_ms) / step_ms) + 1};
}

void StepSeries::Reserve(size_t first, size_t end) {
  first_ = first;
  kinds_.assign(end > first ? end - first : 0, PointKind::kNone);
  values_.assign(kinds_.size(), 0);
}

size_t StepSeries::Extend(size_t i) {
  if (kinds_.empty()) {
    first_ = i;
  }
  if (i < first_) {
    const size_t more = first_ - i;
    kinds_.insert(kinds_.begin(), more, PointKind::kNone);
    values_.insert(values_.begin(), more, 0);
    if (!histograms_.empty()) {
      histograms_.insert(histograms_.begin(), more, nullptr);
    }
    first_ = i;
    return 0;
  }
  const size_t at = i - first_;
  kinds_.resize(at + 1, PointKind::kNone);
  values_.resize(at + 1, 0);
  if (!histograms_.empty()) {
    histograms_.resize(at + 1);
  }
  return at;
}

void StepSeries::SetHistogram(size_t i, model::HistogramPtr h) {
  const size_t at = Place(i);
  if (histograms_.empty()) {
    histograms_.resize(kinds_.size());
  }
  kinds_[at] = PointKind::kHistogram;
  histograms_[at] = std::move(h);
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
  const size_t at = i - first_;
  if (at >= kinds_.size()) {
    return;
  }
  kinds_[at] = PointKind::kNone;
  if (!histograms_.empty()) {
    histograms_[at].reset();
  }
}

StepPoint StepSeries::At(size_t i) const {
  switch (KindAt(i)) {
    case PointKind::kNone:
      break;
    case PointKind::kFloat:
      return StepPoint::Float(value(i));
    case PointKind::kHistogram:
      return StepPoint::Of(histogram(i));
  }
  return StepPoint::None();
}

bool StepSeries::AllAbsent() const {
  return std::all_of(kinds_.begin(), kinds_.end(),
                     [](PointKind kind) { return kind == PointKind::kNone; });
}

bool StepSeries::AnyFloat() const {
  return std::find(kinds_.begin(), kinds_.end(), PointKind::kFloat) != kinds_.end();
}

int64_t HistogramSamples(const model::Histogram& h) {
  constexpr size_t kBytesPerSample = 16;
  const size_t buckets = h.positive_buckets.size() + h.negative_buckets.size() +
                         h.positive_spans.size() + h.negative_spans.size() + h.custom_values.size();
  return static_cast<int64_t>((sizeof(model::Histogram) + buckets * sizeof(double)) /
                              kBytesPerSample);
}

// Steps without a point between others take memory too: 9 bytes, where a sample counts as 16.
int64_t StepSeries::SampleCount() const {
  int64_t count = 0;
  for (size_t at = 0; at < kinds_.size(); ++at) {
    if (kinds_[at] == PointKind::kHistogram) {
      count += HistogramSamples(*histograms_[at]);
    } else {
      count += kinds_[at] == PointKind::kFloat ? 1 : 0;
    }
  }
  return std::max(count, static_cast<int64_t>(kinds_.size() / 2));
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

base::Status RowsInTheMaking::Add(const StepSeries& row) {
  constexpr int64_t kLeaseBytes = 64 << 10;
  pending_bytes_ += row.SampleCount() * kSampleBytes;
  if (pending_bytes_ < kLeaseBytes) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(SampleLease lease, context_.LeaseBytes(std::exchange(pending_bytes_, 0)));
  leases_.push_back(std::move(lease));
  return base::OkStatus();
}

bool HasSameLabels(const StepVector& vector) {
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  seen.reserve(vector.series.size());
  return !std::all_of(vector.series.begin(), vector.series.end(),
                      [&](const StepSeries& row) { return seen.insert(row.labels).second; });
}

namespace {

size_t FirstStep(const StepSeries& row) {
  size_t i = row.first();
  while (i < row.end() && !row.Has(i)) {
    ++i;
  }
  return i;
}

}  // namespace

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
    // The part that comes first in time says whether the name is to go, as in the reference.
    if (FirstStep(row) < FirstStep(into)) {
      into.drop_name = row.drop_name;
    }
    for (size_t i = row.first(); i < row.end(); ++i) {
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
