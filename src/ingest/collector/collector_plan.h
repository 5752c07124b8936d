// SPDX-License-Identifier: Apache-2.0
//
// CollectorPlan is what a Collector file makes of spans: the processors, connectors and samplers of
// its traces pipelines, between the doors and the store.
//
//   SB_ASSIGN_OR_RETURN(auto plan, CollectorPlan::Create(file, &store, env, &losses));
//   for (const ComponentVerdict& v : plan->report()) …                  // log it
//   plan->Write(request);                       // SpanSink: through every traces pipeline
//   plan->Flush(metrics);                       // every few seconds: connectors, tail sampling
//   plan->Finish(metrics);                      // at the end: nothing is left waiting
//
// Within a pipeline the order is: processors as written, but for samplers; then connectors, which
// so see every span; then samplers; then the store. A pipeline whose exporters are connectors only
// does not store. If none stores, spans are stored as they came.
//
// kInvalidArgument, as file:line:column, for a component that is used and whose configuration is
// not understood. Threads: Write from any thread; Flush and Finish from one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "ingest/collector/collector_file.h"
#include "ingest/collector/component_verdict.h"
#include "ingest/kafka/kafka_config.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_sink.h"
#include "store/interface/appender.h"

namespace sb::ingest {

class CollectorPlan final : public SpanSink {
 public:
  // `store` and the others must outlive the plan.
  static base::Result<std::unique_ptr<CollectorPlan>> Create(const CollectorFile& file,
                                                             SpanSink* store,
                                                             const base::Clock* clock,
                                                             LossCounters* losses);
  ~CollectorPlan() override;

  SpanWriteResult Write(std::string_view request) override;
  void Flush(store::AppenderFactory* metrics);
  void Finish(store::AppenderFactory* metrics);
  const std::vector<ComponentVerdict>& report() const { return report_; }
  // What whoever owns the plan reads from Kafka for it.
  const std::vector<KafkaOptions>& kafka() const { return kafka_; }

 private:
  struct Parts;
  class Builder;
  CollectorPlan();

  std::unique_ptr<Parts> parts_;
  std::vector<ComponentVerdict> report_;
  std::vector<KafkaOptions> kafka_;
};

}  // namespace sb::ingest
