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

// One series: what it has at each step. `kinds` and `values` have one entry per step; `histograms`
// is empty until the first histogram is set.
struct StepSeries {
  model::LabelSet labels;
  bool drop_name = false;  // the metric name goes at the end (delayed name removal)
  std::vector<PointKind> kinds;
  std::vector<double> values;
  std::vector<model::HistogramPtr> histograms;

  StepSeries() = default;
  StepSeries(model::LabelSet l, size_t steps)
      : labels(std::move(l)), kinds(steps, PointKind::kNone), values(steps, 0) {}

  size_t steps() const { return kinds.size(); }
  bool Has(size_t i) const { return kinds[i] != PointKind::kNone; }
  bool IsFloat(size_t i) const { return kinds[i] == PointKind::kFloat; }
  bool IsHistogram(size_t i) const { return kinds[i] == PointKind::kHistogram; }
  void SetFloat(size_t i, double v) {
    kinds[i] = PointKind::kFloat;
    values[i] = v;
  }
  void SetHistogram(size_t i, model::HistogramPtr h);
  void Set(size_t i, const StepPoint& point);
  void Clear(size_t i);
  StepPoint At(size_t i) const;
  bool AllAbsent() const;
  // What its points count against the query's budget.
  int64_t SampleCount() const;
};

struct StepVector {
  std::vector<StepSeries> series;
  SampleLease lease;  // of the points

  int64_t SampleCount() const;
  // Takes the lease for the points as they are now, giving back the one held before.
  base::Status Charge(QueryContext& context);
};

// A histogram's worth in samples.
int64_t HistogramSamples(const model::Histogram& h);

// Joins rows with equal labels whose points do not collide, in the order of the first rows. Where
// two have a point at one step: kFailedPrecondition "vector cannot contain metrics with the same
// labelset".
base::Status MergeSameLabels(StepVector* vector);
bool HasSameLabels(const StepVector& vector);

}  // namespace sb::query
