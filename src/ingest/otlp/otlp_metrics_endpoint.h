// SPDX-License-Identifier: Apache-2.0
//
// OtlpMetricsEndpoint takes ExportMetricsServiceRequest, protobuf or JSON, into a metrics store. It
// knows no socket: otlp_handler.h and grpc_unary.h are its doors.
//
//   OtlpOutcome outcome = endpoint.Export(OtlpEncoding::kJson, body);
//
// Outcomes as in otlp_endpoint.h. Each request is one batch.
//
// Threads: safe for concurrent use; requests run in the caller's thread. Requests with delta points
// wait for each other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "ingest/otlp/delta_accumulator.h"
#include "ingest/otlp/otlp_endpoint.h"
#include "ingest/otlp/otlp_translation.h"
#include "ingest/pipeline/arrivals.h"
#include "ingest/pipeline/metric_writer.h"
#include "ingest/remote_write/series_cache.h"
#include "wire/otlp/export_response.h"

namespace sb::ingest {

struct OtlpMetricsOptions {
  size_t cached_series_max = 4'000'000;
  MetricLimits limits;
  DeltaAccumulator::Options delta;
  Arrivals* arrivals = nullptr;  // may stay null
};

class OtlpMetricsEndpoint final : public OtlpEndpoint {
 public:
  // All pointers must outlive the endpoint.
  OtlpMetricsEndpoint(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                      base::Registry* registry, OtlpMetricsOptions options = {});

  // The rules of later requests. Until the first call they are the reference's defaults.
  void Configure(OtlpTranslation rules);
  OtlpOutcome Export(wire::OtlpEncoding encoding, std::string_view body) override;

 private:
  // Rules and the seed of the keys that series made by them have in the cache.
  struct Rules {
    OtlpTranslation translation;
    uint64_t seed = 0;
  };
  std::shared_ptr<const Rules> CurrentRules() const;
  OtlpOutcome Malformed(const base::Status& why);

  store::AppenderFactory* const store_;
  base::Env* const env_;
  LossCounters* const losses_;
  const OtlpMetricsOptions options_;
  base::Counter* const requests_;
  base::Counter* const points_;
  SeriesCache cache_;
  DeltaAccumulator delta_;
  base::Registry::Handle delta_series_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const Rules> rules_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
