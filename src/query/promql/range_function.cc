// SPDX-License-Identifier: Apache-2.0
#include "query/promql/range_function.h"

#include "query/promql/eval_annotations.h"

namespace sb::promql {

bool RangeFunction::IsMixed(const Window& window) const {
  return window.float_count() > 0 && window.histogram_count() > 0;
}

void RangeFunction::AnnotateIgnoredHistograms(const Window& window) const {
  if (window.histogram_count() > 0) {
    Annotate(IgnoredInMixedRangeInfo(samples().metric_name(), call().position));
  }
}

std::unique_ptr<RangeFunction> NewRangeFunction(FunctionId id) {
  switch (id) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
    case FunctionId::kDelta:
      return NewRateFunction(id);
    case FunctionId::kIrate:
    case FunctionId::kIdelta:
      return NewInstantRateFunction(id);
    case FunctionId::kSumOverTime:
      return NewSumOverTime();
    case FunctionId::kAvgOverTime:
      return NewAvgOverTime();
    case FunctionId::kMinOverTime:
    case FunctionId::kMaxOverTime:
    case FunctionId::kTsOfMinOverTime:
    case FunctionId::kTsOfMaxOverTime:
      return NewExtremeOverTime(id);
    case FunctionId::kResets:
    case FunctionId::kChanges:
      return NewTransitionFunction(id);
    case FunctionId::kDeriv:
    case FunctionId::kPredictLinear:
    case FunctionId::kDoubleExponentialSmoothing:
      return NewTrendFunction(id);
    default:
      return NewOverTimeFunction(id);
  }
}

}  // namespace sb::promql
