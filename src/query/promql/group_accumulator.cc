// SPDX-License-Identifier: Apache-2.0
#include "query/promql/group_accumulator.h"

#include <cmath>
#include <limits>

#include "model/histogram_math.h"
#include "model/kahan.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/float_statistics.h"

namespace sb::promql {

using query::StepPoint;
using query::StepSeries;

GroupAccumulator::GroupAccumulator(AggregateOp op, AggregationTarget target, size_t steps)
    : op_(op), target_(target), steps_(steps), seen_(steps, Seen::kNothing) {
  switch (op) {
    case AggregateOp::kSum:
      values_.resize(steps);
      compensations_.resize(steps);
      break;
    case AggregateOp::kAvg:
      counts_.resize(steps);
      values_.resize(steps);
      compensations_.resize(steps);
      incremental_.resize(steps);
      break;
    case AggregateOp::kStddev:
    case AggregateOp::kStdvar:
      counts_.resize(steps);
      values_.resize(steps);
      means_.resize(steps);
      break;
    case AggregateOp::kQuantile:
      samples_.resize(steps);
      break;
    default:
      values_.resize(steps);
  }
}

void GroupAccumulator::Add(const StepSeries& row) {
  drop_name_ = drop_name_ || row.drop_name;
  if (op_ == AggregateOp::kCount || op_ == AggregateOp::kGroup) {
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (row.Has(i)) {
        seen_[i] = Seen::kFloats;
        values_[i] += 1;
      }
    }
    return;
  }
  for (size_t i = row.first(); i < row.end(); ++i) {
    if (row.IsFloat(i)) {
      AddFloat(i, row.value(i));
    } else if (row.IsHistogram(i)) {
      AddHistogram(i, row);
    }
  }
}

void GroupAccumulator::AddFloat(size_t i, double v) {
  const bool first = seen_[i] == Seen::kNothing;
  if (first) {
    seen_[i] = Seen::kFloats;
  } else if (seen_[i] != Seen::kFloats) {
    return Mix(i);
  }
  switch (op_) {
    case AggregateOp::kSum:
      if (first) {
        values_[i] = v;
      } else {
        model::KahanAdd(v, &values_[i], &compensations_[i]);
      }
      return;
    case AggregateOp::kAvg:
      return AddToMean(i, v);
    case AggregateOp::kMin:
    case AggregateOp::kMax: {
      const bool better = op_ == AggregateOp::kMax ? values_[i] < v : values_[i] > v;
      if (first || better || std::isnan(values_[i])) {  // NaN only if there is nothing else
        values_[i] = v;
      }
      return;
    }
    case AggregateOp::kQuantile:
      samples_[i].push_back(v);
      return;
    default:
      break;
  }
  // Welford's method.
  counts_[i] += 1;
  if (first) {
    means_[i] = v;
    values_[i] = std::isfinite(v) ? 0 : std::numeric_limits<double>::quiet_NaN();
    return;
  }
  const double delta = v - means_[i];
  means_[i] += delta / counts_[i];
  values_[i] += delta * (v - means_[i]);
}

// See MeanAccumulator, of which this is the form by columns.
void GroupAccumulator::AddToMean(size_t i, double v) {
  counts_[i] += 1;
  const double count = counts_[i];
  if (count == 1) {
    values_[i] = v;
    return;
  }
  if (incremental_[i] == 0) {
    double sum = values_[i];
    double compensation = compensations_[i];
    model::KahanAdd(v, &sum, &compensation);
    if (!std::isinf(sum)) {
      values_[i] = sum;
      compensations_[i] = compensation;
      return;
    }
    incremental_[i] = 1;
    values_[i] /= count - 1;
    compensations_[i] /= count - 1;
  }
  const double q = (count - 1) / count;
  double mean = q * values_[i];
  double compensation = q * compensations_[i];
  model::KahanAdd(v / count, &mean, &compensation);
  values_[i] = mean;
  compensations_[i] = compensation;
}

// Floats and histograms together have no sum. After incompatible histograms nothing matters.
void GroupAccumulator::Mix(size_t i) {
  if (seen_[i] != Seen::kIncompatible) {
    seen_[i] = Seen::kBoth;
  }
}

void GroupAccumulator::AddHistogram(size_t i, const StepSeries& row) {
  if (op_ != AggregateOp::kSum && op_ != AggregateOp::kAvg) {
    histograms_ignored_ = true;
    return;
  }
  const bool begun = i < histograms_.size() && histograms_[i] != nullptr;
  if (seen_[i] == Seen::kFloats || (seen_[i] == Seen::kBoth && !begun)) {
    return Mix(i);
  }
  if (seen_[i] == Seen::kIncompatible) {
    return;
  }
  if (!begun) {
    histograms_.resize(steps_);
    histograms_[i] = std::make_unique<HistogramAccumulator>(op_ == AggregateOp::kAvg
                                                                ? HistogramAccumulator::Of::kMean
                                                                : HistogramAccumulator::Of::kSum);
    seen_[i] = Seen::kHistograms;
  }
  const bool added = histograms_[i]->Add(*row.histogram(i));
  if (histograms_[i]->bounds_reconciled()) {
    target_.annotations->Add(
        ReconciledBoundsInfo(HistogramOperation::kAggregation, target_.position));
  }
  if (!added) {
    target_.annotations->Add(
        MixedExponentialCustomWarning(row.labels.metric_name(), target_.position));
    if (seen_[i] == Seen::kBoth) {
      histograms_[i].reset();  // nothing more is added up, but the floats are still to be told
    } else {
      seen_[i] = Seen::kIncompatible;
    }
  }
}

StepPoint GroupAccumulator::HistogramAt(size_t i) {
  if (histograms_[i]->reset_collision()) {
    target_.annotations->Add(
        ResetCollisionWarning(HistogramOperation::kAggregation, target_.position));
  }
  model::Histogram result = histograms_[i]->Result();
  histograms_[i].reset();
  model::Compact(&result);
  return StepPoint::Of(std::move(result));
}

StepPoint GroupAccumulator::FloatAt(size_t i, const std::vector<double>& param) {
  switch (op_) {
    case AggregateOp::kSum:
      return StepPoint::Float(values_[i] + compensations_[i]);
    case AggregateOp::kAvg:
      return StepPoint::Float(incremental_[i] != 0
                                  ? values_[i] + compensations_[i]
                                  : values_[i] / counts_[i] + compensations_[i] / counts_[i]);
    case AggregateOp::kStdvar:
      return StepPoint::Float(values_[i] / counts_[i]);
    case AggregateOp::kStddev:
      return StepPoint::Float(std::sqrt(values_[i] / counts_[i]));
    case AggregateOp::kQuantile:
      return StepPoint::Float(QuantileOf(param[i], &samples_[i]));
    case AggregateOp::kGroup:
      return StepPoint::Float(1);
    default:
      return StepPoint::Float(values_[i]);
  }
}

StepSeries GroupAccumulator::Finish(model::LabelSet labels, const std::vector<double>& param) {
  StepSeries out(std::move(labels), steps_);
  out.drop_name = drop_name_;
  size_t first = 0;
  while (first < steps_ && seen_[first] == Seen::kNothing) {
    ++first;
  }
  size_t end = steps_;
  while (end > first && seen_[end - 1] == Seen::kNothing) {
    --end;
  }
  out.Reserve(first, end);
  for (size_t i = first; i < end; ++i) {
    switch (seen_[i]) {
      case Seen::kNothing:
      case Seen::kIncompatible:
        break;
      case Seen::kFloats:
        out.Set(i, FloatAt(i, param));
        break;
      case Seen::kHistograms:
        out.Set(i, HistogramAt(i));
        break;
      case Seen::kBoth:
        target_.annotations->Add(MixedFloatsHistogramsAggregationWarning(target_.position));
        break;
    }
  }
  if (histograms_ignored_) {
    target_.annotations->Add(IgnoredInAggregationInfo(AggregateOpName(op_), target_.position));
  }
  return out;
}

}  // namespace sb::promql
