// SPDX-License-Identifier: Apache-2.0
#include "query/promql/histogram_arithmetic.h"

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"

namespace sb::promql {
namespace {

bool Annotated(const base::Result<model::HistogramOutcome>& outcome, HistogramOperation operation,
               const AnnotationTarget& target) {
  if (!outcome.ok()) {
    target.annotations->Add(MixedExponentialCustomWarning(target.metric, target.position));
    return false;
  }
  if (outcome->bounds_reconciled) {
    target.annotations->Add(ReconciledBoundsInfo(operation, target.position));
  }
  return true;
}

}  // namespace

bool AddAnnotated(model::Histogram* h, const model::Histogram& other,
                  const AnnotationTarget& target) {
  return Annotated(model::Add(h, other), HistogramOperation::kAddition, target);
}

bool SubtractAnnotated(model::Histogram* h, const model::Histogram& other,
                       const AnnotationTarget& target) {
  return Annotated(model::Subtract(h, other), HistogramOperation::kSubtraction, target);
}

bool InterpolateHistograms(const HistogramAt& first, const HistogramAt& second, int64_t time_ms,
                           InterpolateAs as, const AnnotationTarget& target,
                           model::Histogram* out) {
  if (time_ms == first.time_ms) {
    *out = *first.histogram;
    return true;
  }
  *out = *second.histogram;
  if (time_ms == second.time_ms) {
    return true;
  }
  const double fraction = static_cast<double>(time_ms - first.time_ms) /
                          static_cast<double>(second.time_ms - first.time_ms);
  if (as == InterpolateAs::kCounter && model::DetectReset(*second.histogram, *first.histogram)) {
    model::Multiply(out, fraction);
    return true;
  }
  if (!SubtractAnnotated(out, *first.histogram, target)) {
    return false;
  }
  model::Multiply(out, fraction);
  return AddAnnotated(out, *first.histogram, target);
}

double InterpolateFloats(double v1, int64_t t1, double v2, int64_t t2, int64_t time_ms,
                         InterpolateAs as) {
  const double from = as == InterpolateAs::kCounter && v2 < v1 ? 0 : v1;
  return from + (v2 - from) * static_cast<double>(time_ms - t1) / static_cast<double>(t2 - t1);
}

}  // namespace sb::promql
