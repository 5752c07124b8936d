// SPDX-License-Identifier: Apache-2.0
//
// The annotations of PromQL, in the reference's words. `position` is a byte offset in the query
// text.
#pragma once

#include <cstdint>
#include <string_view>

#include "query/engine/annotations.h"

namespace sb::promql {

enum class HistogramOperation : uint8_t { kAddition, kSubtraction, kAggregation };

query::Annotation InvalidRatioWarning(double ratio, double capped_to, int32_t position);
query::Annotation InvalidQuantileWarning(double quantile, int32_t position);
query::Annotation BadBucketLabelWarning(std::string_view metric, std::string_view label,
                                        int32_t position);
query::Annotation MixedFloatsHistogramsWarning(std::string_view metric, int32_t position);
query::Annotation MixedFloatsHistogramsAggregationWarning(int32_t position);
query::Annotation MixedClassicNativeWarning(std::string_view metric, int32_t position);
query::Annotation NotCounterWarning(std::string_view metric, int32_t position);
query::Annotation NotGaugeWarning(std::string_view metric, int32_t position);
query::Annotation MixedExponentialCustomWarning(std::string_view metric, int32_t position);
query::Annotation IncompatibleBucketLayoutWarning(std::string_view op, int32_t position);
query::Annotation SortInRangeQueryWarning(int32_t position);
query::Annotation ResetCollisionWarning(HistogramOperation operation, int32_t position);
query::Annotation StartTimeOverlapWarning(std::string_view metric, int32_t position);

query::Annotation PossibleNonCounterInfo(std::string_view metric, int32_t position);
query::Annotation PossibleNonCounterLabelInfo(std::string_view metric, std::string_view type,
                                              int32_t position);
query::Annotation ForcedMonotonicityInfo(std::string_view metric,
                                         const query::MonotonicityFigures& figures,
                                         int32_t position);
query::Annotation IncompatibleTypesInfo(std::string_view lhs, std::string_view op,
                                        std::string_view rhs, int32_t position);
query::Annotation IgnoredInAggregationInfo(std::string_view aggregation, int32_t position);
query::Annotation IgnoredInMixedRangeInfo(std::string_view metric, int32_t position);
query::Annotation QuantileNanResultInfo(std::string_view metric, int32_t position);
query::Annotation QuantileNanSkewInfo(std::string_view metric, int32_t position);
query::Annotation FractionNansInfo(std::string_view metric, int32_t position);
query::Annotation ReconciledBoundsInfo(HistogramOperation operation, int32_t position);

}  // namespace sb::promql
