// SPDX-License-Identifier: Apache-2.0
//
// Functions of one native histogram: its count, sum, mean, deviation.
#include <cmath>

#include "model/histogram_buckets.h"
#include "model/kahan.h"
#include "query/promql/evaluator.h"

namespace sb::promql {
namespace {

using model::Histogram;
using query::StepSeries;
using query::StepVector;

// What stands for the observations of a bucket.
double BucketValue(const Histogram& h, const model::Bucket& bucket) {
  if (h.UsesCustomBuckets()) {
    return (bucket.upper + bucket.lower) / 2.0;
  }
  if (bucket.lower <= 0 && bucket.upper >= 0) {
    return 0;
  }
  const double geometric = std::sqrt(bucket.upper * bucket.lower);
  return bucket.upper < 0 ? -geometric : geometric;
}

double Variance(const Histogram& h) {
  const double mean = h.sum / h.count;
  double variance = 0;
  double compensation = 0;
  for (const model::Bucket& bucket : model::AllBuckets(h)) {
    if (bucket.count == 0) {
      continue;
    }
    const double delta = BucketValue(h, bucket) - mean;
    model::KahanAdd(bucket.count * delta * delta, &variance, &compensation);
  }
  return (variance + compensation) / h.count;
}

double Evaluate(FunctionId id, const Histogram& h) {
  switch (id) {
    case FunctionId::kHistogramCount:
      return h.count;
    case FunctionId::kHistogramSum:
      return h.sum;
    case FunctionId::kHistogramAvg:
      return h.sum / h.count;
    case FunctionId::kHistogramStddev:
      return std::sqrt(Variance(h));
    default:
      return Variance(h);
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalHistogramFunction(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*call.args[0], grid));
  for (StepSeries& row : rows.series) {
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (row.IsHistogram(i)) {
        row.SetFloat(i, Evaluate(call.function->id, *row.histogram(i)));
      } else {
        row.Clear(i);
      }
    }
    if (!options_.delayed_name_removal) {
      row.labels = row.labels.WithoutMetricName();  // the reference keeps type and unit here
    }
    row.drop_name = true;
  }
  std::erase_if(rows.series, [](const StepSeries& row) { return row.AllAbsent(); });
  SB_RETURN_IF_ERROR(CheckDuplicates(&rows, grid));
  return rows;
}

}  // namespace sb::promql
