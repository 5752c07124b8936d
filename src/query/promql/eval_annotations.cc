// SPDX-License-Identifier: Apache-2.0
#include "query/promql/eval_annotations.h"

#include <fmt/format.h>

#include "model/histogram_buckets.h"
#include "model/label_name.h"

namespace sb::promql {
namespace {

using query::Annotation;
using query::Info;
using query::Warning;

std::string ForMetric(std::string text, std::string_view metric) {
  return metric.empty() ? text : text + " for metric name " + model::QuoteString(metric);
}

std::string_view OperationName(HistogramOperation operation) {
  switch (operation) {
    case HistogramOperation::kAddition:
      return "addition";
    case HistogramOperation::kSubtraction:
      return "subtraction";
    case HistogramOperation::kAggregation:
      break;
  }
  return "aggregation";
}

}  // namespace

Annotation InvalidRatioWarning(double ratio, double capped_to, int32_t position) {
  return Warning("ratio value should be between -1 and 1, got " + model::FormatGoG(ratio) +
                     ", capping to " + model::FormatGoG(capped_to),
                 position);
}

Annotation InvalidQuantileWarning(double quantile, int32_t position) {
  return Warning("quantile value should be between 0 and 1, got " + model::FormatGoG(quantile),
                 position);
}

Annotation BadBucketLabelWarning(std::string_view metric, std::string_view label,
                                 int32_t position) {
  return Warning(ForMetric("bucket label \"le\" is missing or has a malformed value of " +
                               model::QuoteString(label),
                           metric),
                 position);
}

Annotation MixedFloatsHistogramsWarning(std::string_view metric, int32_t position) {
  return Warning(
      "encountered a mix of histograms and floats for metric name " + model::QuoteString(metric),
      position);
}

Annotation MixedFloatsHistogramsAggregationWarning(int32_t position) {
  return Warning("encountered a mix of histograms and floats for aggregation", position);
}

Annotation MixedClassicNativeWarning(std::string_view metric, int32_t position) {
  return Warning(ForMetric("vector contains a mix of classic and native histograms", metric),
                 position);
}

Annotation NotCounterWarning(std::string_view metric, int32_t position) {
  return Warning("this native histogram metric is not a counter: " + model::QuoteString(metric),
                 position);
}

Annotation NotGaugeWarning(std::string_view metric, int32_t position) {
  return Warning("this native histogram metric is not a gauge: " + model::QuoteString(metric),
                 position);
}

Annotation MixedExponentialCustomWarning(std::string_view metric, int32_t position) {
  return Warning(
      "vector contains a mix of histograms with exponential and custom buckets schemas for metric "
      "name " +
          model::QuoteString(metric),
      position);
}

Annotation IncompatibleBucketLayoutWarning(std::string_view op, int32_t position) {
  return Warning("incompatible bucket layout encountered for binary operator " + std::string(op),
                 position);
}

Annotation SortInRangeQueryWarning(int32_t position) {
  return Warning("sort is ineffective for range queries since results are always ordered by labels",
                 position);
}

Annotation ResetCollisionWarning(HistogramOperation operation, int32_t position) {
  return Warning(
      "conflicting counter resets during histogram " + std::string(OperationName(operation)),
      position);
}

Annotation StartTimeOverlapWarning(std::string_view metric, int32_t position) {
  Annotation out =
      Warning("sample has start time that overlaps with previous sample timestamp for metric " +
                  model::QuoteString(metric),
              position);
  out.occurrences = 1;
  return out;
}

Annotation PossibleNonCounterInfo(std::string_view metric, int32_t position) {
  return Info("metric might not be a counter, name does not end in _total/_sum/_count/_bucket: " +
                  model::QuoteString(metric),
              position);
}

Annotation PossibleNonCounterLabelInfo(std::string_view metric, std::string_view type,
                                       int32_t position) {
  return Info(
      "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", "
      "got " +
          model::QuoteString(type) + ": " + model::QuoteString(metric),
      position);
}

Annotation ForcedMonotonicityInfo(std::string_view metric,
                                  const query::MonotonicityFigures& figures, int32_t position) {
  Annotation out =
      Info(ForMetric("input to histogram_quantile needed to be fixed for monotonicity (see "
                     "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                     "#histogram_quantile)",
                     metric),
           position);
  out.monotonicity = figures;
  return out;
}

Annotation IncompatibleTypesInfo(std::string_view lhs, std::string_view op, std::string_view rhs,
                                 int32_t position) {
  return Info(fmt::format("incompatible sample types encountered for binary operator {}: {} {} {}",
                          model::QuoteString(op), lhs, op, rhs),
              position);
}

Annotation IgnoredInAggregationInfo(std::string_view aggregation, int32_t position) {
  return Info(fmt::format("ignored histogram in {} aggregation", aggregation), position);
}

Annotation IgnoredInMixedRangeInfo(std::string_view metric, int32_t position) {
  return Info(
      "ignored histograms in a range containing both floats and histograms for metric name " +
          model::QuoteString(metric),
      position);
}

Annotation QuantileNanResultInfo(std::string_view metric, int32_t position) {
  return Info(ForMetric("input to histogram_quantile has NaN observations, result is NaN", metric),
              position);
}

Annotation QuantileNanSkewInfo(std::string_view metric, int32_t position) {
  return Info(ForMetric("input to histogram_quantile has NaN observations, result is skewed higher",
                        metric),
              position);
}

Annotation FractionNansInfo(std::string_view metric, int32_t position) {
  return Info(ForMetric("input to histogram_fraction has NaN observations, which are excluded from "
                        "all fractions",
                        metric),
              position);
}

Annotation ReconciledBoundsInfo(HistogramOperation operation, int32_t position) {
  return Info(
      "mismatched custom buckets were reconciled during " + std::string(OperationName(operation)),
      position);
}

}  // namespace sb::promql
