// SPDX-License-Identifier: Apache-2.0
//
// GroupAccumulator makes one series of the series of a group: sum, avg, min, max, count, group,
// stddev, stdvar, quantile. Series are added one after the other and need not be kept; the digits
// of sums depend on their order.
//
//   GroupAccumulator sum(AggregateOp::kSum, {&annotations, position}, steps);
//   for (…) sum.Add(row);
//   StepSeries result = sum.Finish(labels, quantiles);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "query/engine/annotations.h"
#include "query/engine/step_vector.h"
#include "query/promql/histogram_accumulator.h"
#include "query/promql/operators.h"

namespace sb::promql {

struct AggregationTarget {
  query::Annotations* annotations = nullptr;
  int32_t position = 0;  // of the aggregated expression
};

class GroupAccumulator {
 public:
  GroupAccumulator(AggregateOp op, AggregationTarget target, size_t steps);

  void Add(const query::StepSeries& row);
  // `param` is the quantile at each step. To be called once.
  query::StepSeries Finish(model::LabelSet labels, const std::vector<double>& param);

 private:
  // What has come at a step so far.
  enum class Seen : uint8_t { kNothing, kFloats, kHistograms, kBoth, kIncompatible };

  void AddFloat(size_t i, double v);
  void AddToMean(size_t i, double v);
  void AddHistogram(size_t i, const query::StepSeries& row);
  void Mix(size_t i);
  query::StepPoint HistogramAt(size_t i);
  query::StepPoint FloatAt(size_t i, const std::vector<double>& param);

  const AggregateOp op_;
  const AggregationTarget target_;
  const size_t steps_;
  bool drop_name_ = false;
  bool histograms_ignored_ = false;

  // By step. Which of them are in use depends on the operator.
  std::vector<Seen> seen_;
  std::vector<double> counts_;
  std::vector<double> values_;         // sum, extreme, or sum of squared deviations
  std::vector<double> compensations_;  // of a sum or mean
  std::vector<double> means_;
  std::vector<uint8_t> incremental_;  // the mean is no longer sum / count
  std::vector<std::vector<double>> samples_;
  std::vector<std::unique_ptr<HistogramAccumulator>> histograms_;
};

}  // namespace sb::promql
