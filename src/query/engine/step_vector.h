// SPDX-License-Identifier: Apache-2.0
//
// How an instant vector is evaluated for all steps of a range query at once: one row per series,
// one column per step of a StepGrid. An instant query is a grid of one step.
//
// The order of the rows is part of the result: aggregations sum in it, and an instant query answers
// in it. Threads: values.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "model/sample.h"
#include "query/engine/query_context.h"

namespace sb::query {

// No grid of a query has more steps, whatever its limit of samples.
inline constexpr size_t kStepsMax = size_t{1} << 28;

// The times start, start + step, …: `count` of them. Milliseconds; step above 0.
struct StepGrid {
  int64_t start_ms = 0;
  int64_t step_ms = 1;
  size_t count = 1;

  int64_t At(size_t i) const { return start_ms + static_cast<int64_t>(i) * step_ms; }
  int64_t last_ms() const { return At(count == 0 ? 0 : count - 1); }
  // The grid from start to the last step that is not after end; empty if end < start.
  static StepGrid Between(int64_t start_ms, int64_t end_ms, int64_t step_ms);
  // Only the first step.
  StepGrid First() const { return StepGrid{start_ms, step_ms, 1}; }
};

enum class PointKind : uint8_t { kNone, kFloat, kHistogram };

struct StepPoint {
  PointKind kind = PointKind::kNone;
  double value = 0;
  model::HistogramPtr histogram;

  static StepPoint None() { return {}; }
  static StepPoint Float(double v) { return {PointKind::kFloat, v, nullptr}; }
  static StepPoint Of(model::HistogramPtr h) { return {PointKind::kHistogram, 0, std::move(h)}; }
  static StepPoint Of(model::Histogram h) {
    return Of(std::make_shared<const model::Histogram>(std::move(h)));
  }
};

// One series: what it has at each step. Only the steps from first() to end() are stored, so that a
// series that lived for a short part of a long query costs little.
class StepSeries {
 public:
  model::LabelSet labels;
  bool drop_name = false;  // the metric name goes at the end (delayed name removal)

  StepSeries() = default;
  StepSeries(model::LabelSet l, size_t steps) : labels(std::move(l)), steps_(steps) {}

  size_t steps() const { return steps_; }
  // There are no points before first() and from end() on.
  size_t first() const { return first_; }
  size_t end() const { return first_ + kinds_.size(); }
  // Makes room for the points of [first, end) at once. To be called before the first Set.
  void Reserve(size_t first, size_t end);

  bool Has(size_t i) const { return KindAt(i) != PointKind::kNone; }
  bool IsFloat(size_t i) const { return KindAt(i) == PointKind::kFloat; }
  bool IsHistogram(size_t i) const { return KindAt(i) == PointKind::kHistogram; }
  PointKind KindAt(size_t i) const {
    const size_t at = i - first_;  // wraps to a large number before first_
    return at < kinds_.size() ? kinds_[at] : PointKind::kNone;
  }
  // Only where there is a point of that kind.
  double value(size_t i) const { return values_[i - first_]; }
  const model::HistogramPtr& histogram(size_t i) const { return histograms_[i - first_]; }
  StepPoint At(size_t i) const;
  bool has_histograms() const { return !histograms_.empty(); }

  void SetFloat(size_t i, double v) {
    const size_t at = Place(i);
    kinds_[at] = PointKind::kFloat;
    values_[at] = v;
  }
  void SetHistogram(size_t i, model::HistogramPtr h);
  void Set(size_t i, const StepPoint& point);
  void Clear(size_t i);

  bool AllAbsent() const;
  bool AnyFloat() const;
  // What its points count against the query's budget.
  int64_t SampleCount() const;

 private:
  size_t Place(size_t i) {
    const size_t at = i - first_;
    return at < kinds_.size() ? at : Extend(i);
  }
  size_t Extend(size_t i);

  size_t steps_ = 0;
  size_t first_ = 0;
  std::vector<PointKind> kinds_;  // of [first(), end())
  std::vector<double> values_;
  std::vector<model::HistogramPtr> histograms_;  // empty until the first histogram is set
};

struct StepVector {
  std::vector<StepSeries> series;
  SampleLease lease;  // of the points

  int64_t SampleCount() const;
  // Takes the lease for the points as they are now, giving back the one held before.
  base::Status Charge(QueryContext& context);
};

// Charges rows while a node collects them, before the StepVector that holds them is charged as a
// whole: a query that is too large must end before its rows are all there. Returns everything when
// it is destroyed.
class RowsInTheMaking {
 public:
  explicit RowsInTheMaking(QueryContext& context) : context_(context) {}
  base::Status Add(const StepSeries& row);

 private:
  QueryContext& context_;
  int64_t pending_bytes_ = 0;  // not leased yet: small rows are leased together
  std::vector<SampleLease> leases_;
};

// A histogram's worth in samples.
int64_t HistogramSamples(const model::Histogram& h);

// Joins rows with equal labels whose points do not collide, in the order of the first rows. Where
// two have a point at one step: kFailedPrecondition "vector cannot contain metrics with the same
// labelset".
base::Status MergeSameLabels(StepVector* vector);
bool HasSameLabels(const StepVector& vector);

}  // namespace sb::query
