// SPDX-License-Identifier: Apache-2.0
#include "query/promql/group_accumulator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "model/histogram_math.h"
#include "model/kahan.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/float_statistics.h"
#include "query/promql/histogram_accumulator.h"

namespace sb::promql {
namespace {

using query::StepPoint;
using query::StepSeries;

using Members = std::vector<const StepSeries*>;

// Sum or mean at one step.
class SumOrMean {
 public:
  SumOrMean(AggregateOp op, const AggregationTarget& target)
      : mean_(op == AggregateOp::kAvg), target_(target) {}

  StepPoint At(const Members& members, size_t step) const {
    size_t floats = 0;
    size_t histograms = 0;
    for (const StepSeries* row : members) {
      floats += row->IsFloat(step) ? 1 : 0;
      histograms += row->IsHistogram(step) ? 1 : 0;
    }
    if (floats == 0 && histograms == 0) {
      return StepPoint::None();
    }
    if (histograms == 0) {
      return StepPoint::Float(mean_ ? MeanOfFloats(members, step) : SumOfFloats(members, step));
    }
    if (floats > 0) {
      target_.annotations->Add(MixedFloatsHistogramsAggregationWarning(target_.position));
      return StepPoint::None();
    }
    return OfHistograms(members, step);
  }

 private:
  static double SumOfFloats(const Members& members, size_t step) {
    double sum = 0;
    double compensation = 0;
    bool first = true;
    for (const StepSeries* row : members) {
      if (!row->IsFloat(step)) {
        continue;
      }
      if (first) {
        sum = row->values[step];
        first = false;
      } else {
        model::KahanAdd(row->values[step], &sum, &compensation);
      }
    }
    return sum + compensation;
  }

  static double MeanOfFloats(const Members& members, size_t step) {
    MeanAccumulator mean;
    for (const StepSeries* row : members) {
      if (row->IsFloat(step)) {
        mean.Add(row->values[step]);
      }
    }
    return mean.Result();
  }

  StepPoint OfHistograms(const Members& members, size_t step) const {
    HistogramAccumulator sum(mean_ ? HistogramAccumulator::Of::kMean
                                   : HistogramAccumulator::Of::kSum);
    for (const StepSeries* row : members) {
      if (row->IsHistogram(step) && !sum.Add(*row->histograms[step])) {
        target_.annotations->Add(
            MixedExponentialCustomWarning(row->labels.metric_name(), target_.position));
        if (sum.bounds_reconciled()) {
          target_.annotations->Add(
              ReconciledBoundsInfo(HistogramOperation::kAggregation, target_.position));
        }
        return StepPoint::None();
      }
    }
    if (sum.bounds_reconciled()) {
      target_.annotations->Add(
          ReconciledBoundsInfo(HistogramOperation::kAggregation, target_.position));
    }
    if (sum.reset_collision()) {
      target_.annotations->Add(
          ResetCollisionWarning(HistogramOperation::kAggregation, target_.position));
    }
    model::Histogram result = sum.Result();
    model::Compact(&result);
    return StepPoint::Of(std::move(result));
  }

  const bool mean_;
  const AggregationTarget target_;
};

// Sum or mean of rows of floats, row by row: for each step the rows still come in their order, and
// memory is read in sequence.
void AccumulateRows(AggregateOp op, const Members& members, StepSeries* out) {
  const size_t steps = out->steps();
  if (op == AggregateOp::kAvg) {
    std::vector<MeanAccumulator> means(steps);
    for (const StepSeries* row : members) {
      for (size_t i = 0; i < steps; ++i) {
        if (row->IsFloat(i)) {
          means[i].Add(row->values[i]);
        }
      }
    }
    for (size_t i = 0; i < steps; ++i) {
      if (means[i].count() > 0) {
        out->SetFloat(i, means[i].Result());
      }
    }
    return;
  }
  std::vector<double> compensations(steps, 0);
  for (const StepSeries* row : members) {
    for (size_t i = 0; i < steps; ++i) {
      if (!row->IsFloat(i)) {
        continue;
      }
      if (!out->Has(i)) {
        out->SetFloat(i, row->values[i]);
      } else {
        model::KahanAdd(row->values[i], &out->values[i], &compensations[i]);
      }
    }
  }
  for (size_t i = 0; i < steps; ++i) {
    out->values[i] += compensations[i];
  }
}

bool OnlyFloats(const Members& members) {
  return std::all_of(members.begin(), members.end(),
                     [](const StepSeries* row) { return row->histograms.empty(); });
}

StepPoint CountAt(const Members& members, size_t step, bool group) {
  double count = 0;
  for (const StepSeries* row : members) {
    count += row->Has(step) ? 1 : 0;
  }
  if (count == 0) {
    return StepPoint::None();
  }
  return StepPoint::Float(group ? 1 : count);
}

// NaN only if there is nothing else.
StepPoint ExtremeAt(const std::vector<double>& values, bool largest) {
  double out = values[0];
  for (const double v : values) {
    if (std::isnan(out) || (largest ? out < v : out > v)) {
      out = v;
    }
  }
  return StepPoint::Float(out);
}

// Welford's method.
StepPoint VarianceAt(const std::vector<double>& values, bool root) {
  double count = 1;
  double mean = values[0];
  double squares = std::isfinite(values[0]) ? 0 : std::numeric_limits<double>::quiet_NaN();
  for (size_t i = 1; i < values.size(); ++i) {
    count += 1;
    const double delta = values[i] - mean;
    mean += delta / count;
    squares += delta * (values[i] - mean);
  }
  return StepPoint::Float(root ? std::sqrt(squares / count) : squares / count);
}

StepPoint OfFloats(AggregateOp op, double param, std::vector<double>* values) {
  if (values->empty()) {
    return StepPoint::None();
  }
  switch (op) {
    case AggregateOp::kMin:
    case AggregateOp::kMax:
      return ExtremeAt(*values, op == AggregateOp::kMax);
    case AggregateOp::kStddev:
    case AggregateOp::kStdvar:
      return VarianceAt(*values, op == AggregateOp::kStddev);
    default:
      return StepPoint::Float(QuantileOf(param, values));
  }
}

}  // namespace

void AggregateGroup(AggregateOp op, const Members& members, const std::vector<double>& param,
                    const AggregationTarget& target, StepSeries* out) {
  for (const StepSeries* row : members) {
    out->drop_name = out->drop_name || row->drop_name;
  }
  if ((op == AggregateOp::kSum || op == AggregateOp::kAvg) && OnlyFloats(members)) {
    return AccumulateRows(op, members, out);
  }
  const SumOrMean sum(op, target);
  std::vector<double> values;
  bool ignored = false;
  for (size_t i = 0; i < out->steps(); ++i) {
    switch (op) {
      case AggregateOp::kSum:
      case AggregateOp::kAvg:
        out->Set(i, sum.At(members, i));
        break;
      case AggregateOp::kCount:
      case AggregateOp::kGroup:
        out->Set(i, CountAt(members, i, op == AggregateOp::kGroup));
        break;
      default:
        values.clear();
        for (const StepSeries* row : members) {
          if (row->IsFloat(i)) {
            values.push_back(row->values[i]);
          }
          ignored = ignored || row->IsHistogram(i);
        }
        out->Set(i, OfFloats(op, param[i], &values));
    }
  }
  if (ignored) {
    target.annotations->Add(IgnoredInAggregationInfo(AggregateOpName(op), target.position));
  }
}

}  // namespace sb::promql
