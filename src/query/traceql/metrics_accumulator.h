// SPDX-License-Identifier: Apache-2.0
//
// MetricsAccumulator gathers the spans of one metrics function into series.
//
//   MetricsAccumulator sums(function, grid, with_exemplars);
//   const uint32_t series = sums.SeriesOf(group_values);     // once per distinct group
//   sums.Add(series, step, value);
//   SB_RETURN_IF_ERROR(sums.status());                       // too much to hold
//   std::vector<MetricsSeries> result = sums.Finish();
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "query/traceql/arena.h"
#include "query/traceql/ast.h"
#include "query/traceql/metrics.h"

namespace sb::traceql {

// No query holds more cells (series times steps) or single values (for quantiles).
inline constexpr size_t kMetricCellsMax = 20'000'000;
inline constexpr size_t kMetricValuesMax = 50'000'000;

class MetricsAccumulator {
 public:
  // `function` must outlive the accumulator.
  MetricsAccumulator(const MetricsFunction& function, MetricsGrid grid, bool instant,
                     bool with_exemplars);

  bool needs_value() const { return function_.field.has_value(); }
  // Nanoseconds of `duration` are counted in seconds.
  double ScaleOf() const { return scale_; }

  uint32_t SeriesOf(std::span<const Value> group);
  void AddOne(uint32_t series, size_t step) { ++cells_[series].counts[step]; }
  // `value` as it stands in the span: ScaleOf() is applied at the end.
  void AddValue(uint32_t series, size_t step, double value);
  void AddExemplar(uint32_t series, size_t step, std::string_view trace_id,
                   std::string_view span_id, int64_t time_ns, double value);

  const base::Status& status() const { return status_; }
  std::vector<MetricsSeries> Finish(size_t exemplars_max);

 private:
  struct Exemplar {
    std::string trace_id;
    std::string span_id;
    int64_t time_ns = 0;
    double value = 0;
  };
  struct Cells {
    std::vector<Value> group;
    std::vector<uint64_t> counts;
    std::vector<double> numbers;                      // min, max, sum
    std::vector<std::vector<double>> values;          // quantiles
    std::map<double, std::vector<uint64_t>> buckets;  // upper bound, unscaled
    std::map<size_t, Exemplar> exemplars;             // by step
  };
  bool Charge(size_t cells);
  OwnedAttributes Labels(const Cells& cells) const;
  std::vector<double> Numbers(const Cells& cells) const;
  void FinishQuantiles(Cells* cells, std::vector<MetricsSeries>* out) const;
  void FinishBuckets(const Cells& cells, std::vector<MetricsSeries>* out) const;
  void FinishExemplars(const Cells& cells, size_t stride, MetricsSeries* series) const;

  const MetricsFunction& function_;
  const MetricsGrid grid_;
  const bool instant_;
  const bool with_exemplars_;
  double scale_ = 1;
  Arena arena_;
  std::vector<Cells> cells_;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  size_t charged_ = 0;
  size_t value_count_ = 0;
  base::Status status_;
};

// By number of labels, then by keys and values.
void SortSeries(std::vector<MetricsSeries>* series);

}  // namespace sb::traceql
