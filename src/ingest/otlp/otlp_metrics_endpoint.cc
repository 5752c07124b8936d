// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_metrics_endpoint.h"

#include "ingest/otlp/otlp_metrics_translator.h"
#include "wire/otlp/json_to_proto.h"

namespace sb::ingest {
namespace {

// The first refusal of samples; what happened to exemplars and metadata is not the sender's count.
std::string FirstMessage(const AppendResult& result) {
  for (const Rejection& rejection : result.rejected) {
    if (LossRowOf(rejection.reason).unit == LossUnit::kSamples) {
      return std::string(LossRowOf(rejection.reason).name) + ": " + rejection.first_message;
    }
  }
  return "";
}

}  // namespace

OtlpMetricsEndpoint::OtlpMetricsEndpoint(store::AppenderFactory* store, base::Env* env,
                                         LossCounters* losses, base::Registry* registry,
                                         OtlpMetricsOptions options)
    : store_(store),
      env_(env),
      losses_(losses),
      options_(options),
      requests_(&registry->AddCounter("signalbox_otlp_requests_total",
                                      "OTLP export requests received.", {{"signal", "metrics"}})),
      points_(&registry->AddCounter("signalbox_otlp_data_points_total",
                                    "Data points received in well-formed OTLP requests.")),
      cache_(options.cached_series_max),
      delta_(options.delta),
      delta_series_(
          registry->AddCallback(base::InstrumentKind::kGauge, "signalbox_otlp_delta_series",
                                "Series of delta temporality that are being summed up.", {},
                                [this] { return static_cast<double>(delta_.series_count()); })) {
  Configure(OtlpTranslation());
}

void OtlpMetricsEndpoint::Configure(OtlpTranslation rules) {
  auto fresh = std::make_shared<Rules>();
  fresh->translation = std::move(rules);
  fresh->seed = env_->random().Next64();  // tidy: random because it is the one of Env
  const base::MutexLock lock(mutex_);
  rules_ = std::move(fresh);
}

std::shared_ptr<const OtlpMetricsEndpoint::Rules> OtlpMetricsEndpoint::CurrentRules() const {
  const base::MutexLock lock(mutex_);
  return rules_;
}

OtlpOutcome OtlpMetricsEndpoint::Malformed(const base::Status& why) {
  losses_->Add(LossReason::kMalformedRequest);
  return {base::InvalidArgument(std::string(why.message())), {}};
}

OtlpOutcome OtlpMetricsEndpoint::Export(wire::OtlpEncoding encoding, std::string_view body) {
  requests_->Add();
  std::string transcoded;
  if (encoding == wire::OtlpEncoding::kJson) {
    const base::Status read = wire::JsonToProto(wire::JsonMetricsRequest(), body, &transcoded);
    if (!read.ok()) {
      return Malformed(read);
    }
    body = transcoded;
  }
  const std::shared_ptr<const Rules> rules = CurrentRules();
  const base::TimestampMs now = env_->clock().NowMs();
  MetricWriter writer(store_->NewAppender(), options_.limits, now);
  OtlpSeriesBatch batch(&rules->translation, rules->seed, &cache_, &writer);
  OtlpMetricsTranslator translator(&rules->translation, rules->seed, &batch, &delta_, now);
  // Leaving without Commit() rolls back: of a malformed request nothing is stored.
  const base::Status read = translator.Translate(body);
  if (!read.ok()) {
    cache_.Clear();  // its new series take their metadata with them
    return Malformed(read);
  }
  const auto result = writer.Commit(losses_);
  if (!result.ok()) {
    cache_.Clear();
    return {base::Unavailable(std::string(result.status().message())), {}};
  }
  translator.KeepDeltas();
  points_->Add(batch.points());
  for (const auto& [service, points] : translator.points_by_service()) {
    if (options_.arrivals != nullptr) {
      options_.arrivals->Count(ArrivalSignal::kMetrics, "OTLP", service, points);
    }
  }
  OtlpOutcome outcome;
  if (batch.rejected_points() != 0) {
    outcome.partial = {batch.rejected_points(), FirstMessage(*result)};
  }
  return outcome;
}

}  // namespace sb::ingest
