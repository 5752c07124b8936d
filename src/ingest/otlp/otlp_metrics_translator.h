// SPDX-License-Identifier: Apache-2.0
//
// OtlpMetricsTranslator walks one metrics request and hands its points, as series, to the batch.
//
//   OtlpMetricsTranslator translator(rules, seed, &batch, &delta, now);
//   SB_RETURN_IF_ERROR(translator.Translate(request));   // kInvalidArgument: malformed
//   … commit …
//   translator.KeepDeltas();                             // what was stored stays summed up
//
// Gauges and sums become one series, explicit histograms _bucket, _count and _sum (or a histogram
// with custom buckets), exponential ones a native histogram, summaries quantiles, _count and _sum;
// each resource with points gives target_info. "No recorded value" becomes the stale marker.
//
// Source: Prometheus otlptranslator. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/otlp/delta_accumulator.h"
#include "ingest/otlp/otlp_series_batch.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/metrics_reader.h"

namespace sb::ingest {

class OtlpMetricsTranslator {
 public:
  OtlpMetricsTranslator(const OtlpTranslation* rules, uint64_t seed, OtlpSeriesBatch* batch,
                        DeltaAccumulator* delta, base::TimestampMs now)
      : rules_(*rules), seed_(seed), batch_(*batch), delta_(delta), now_(now) {}

  base::Status Translate(std::string_view request);
  void KeepDeltas();
  // How many points each resource had, by its service.name; refused ones too.
  const std::vector<std::pair<std::string, uint64_t>>& points_by_service() const {
    return points_by_service_;
  }

 private:
  base::Status TranslateMetric(const wire::OtlpMetric& metric,
                               const std::shared_ptr<const OtlpLabels>& shared);
  base::Status TranslatePoint(const wire::OtlpMetric& metric, std::string_view bytes);
  base::Status TranslateNumber(const wire::OtlpMetric& metric, std::string_view bytes);
  base::Status TranslateHistogram(const wire::OtlpMetric& metric, std::string_view bytes);
  base::Status TranslateExponential(const wire::OtlpMetric& metric, std::string_view bytes);
  base::Status TranslateSummary(std::string_view bytes);
  void AddClassicHistogram();
  void AddNative(const wire::OtlpPoint& point, model::Histogram histogram);
  base::Status AddTargetInfo(const wire::OtlpResource& resource);
  // The exemplars of a point, by time.
  base::Status ReadExemplars(const wire::OtlpPoint& point);
  void AddExemplars();

  bool Begin(const wire::OtlpPoint& point);
  // False, and the point is rejected, unless the status is OK.
  bool Accept(const base::Status& status);
  model::Sample SampleOf(const wire::OtlpPoint& point, double value) const;
  DeltaAccumulator::Session& deltas();

  const OtlpTranslation& rules_;
  const uint64_t seed_;
  OtlpSeriesBatch& batch_;
  DeltaAccumulator* const delta_;
  const base::TimestampMs now_;
  std::optional<DeltaAccumulator::Session> session_;
  bool knows_metric_ = false;  // the metric at hand can be stored at all
  LossReason metric_loss_ = LossReason::kOtlpInvalidPoint;
  std::string metric_message_;
  // Of the points of the resource at hand, in milliseconds; none yet if earliest > latest.
  int64_t earliest_ms_ = INT64_MAX;
  int64_t latest_ms_ = INT64_MIN;
  std::vector<std::pair<std::string, uint64_t>> points_by_service_;

  wire::OtlpNumberPoint number_;
  wire::OtlpHistogramPoint histogram_;
  wire::OtlpExponentialPoint exponential_;
  wire::OtlpSummaryPoint summary_;
  std::vector<model::Exemplar> exemplars_;
};

}  // namespace sb::ingest
