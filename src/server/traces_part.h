// SPDX-License-Identifier: Apache-2.0
//
// TracesPart brings spans in: the doors of OTLP, Jaeger and Zipkin, the metrics made of spans, and
// what a Collector file says about all this. Questions about traces are another part's business.
//
// Path of a span: door -> endpoint (decode to OTLP) -> processors -> connectors -> samplers ->
// events store.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "ingest/collector/collector_plan.h"
#include "ingest/connectors/service_graph.h"
#include "ingest/connectors/span_metrics.h"
#include "ingest/jaeger/jaeger_endpoint.h"
#include "ingest/jaeger/sampling_strategies.h"
#include "ingest/kafka/kafka_source.h"
#include "ingest/otlp/otlp_traces_endpoint.h"
#include "ingest/pipeline/observed_sink.h"
#include "ingest/pipeline/span_writer.h"
#include "ingest/pipeline/switch_sink.h"
#include "ingest/zipkin/zipkin_endpoint.h"
#include "net/udp_listener.h"
#include "server/part.h"

namespace sb::server {

class TracesPart final : public Part {
 public:
  explicit TracesPart(const PartContext& context);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  bool OwnsDoor(std::string_view door) const override;
  base::Result<std::string> OpenDoor(std::string_view door, const std::string& address,
                                     net::EventLoops& loops) override;
  base::Status Start() override;
  void Stop() override;

 private:
  using Strategies = std::shared_ptr<const ingest::SamplingStrategies>;
  Strategies CurrentStrategies() const;
  void FlushConnectors();
  void PollKafka();
  void OpenKafka(const ingest::CollectorPlan* plan);
  // Null: no Collector file.
  base::Result<std::shared_ptr<ingest::CollectorPlan>> PrepareCollector(const std::string& file);

  const PartContext context_;
  ingest::SpanWriter writer_;
  ingest::SwitchSink collector_;  // what a Collector file makes of spans, else the writer
  // What comes out of spans without any configuration.
  ingest::SpanMetrics span_metrics_;
  ingest::ServiceGraph service_graph_;
  ingest::ObservedSink sink_;
  ingest::OtlpTracesEndpoint otlp_;
  ingest::JaegerEndpoint jaeger_;
  ingest::ZipkinEndpoint zipkin_;
  std::vector<std::unique_ptr<net::UdpListener>> datagrams_;
  std::unique_ptr<base::TaskRunner> flusher_;
  base::Mutex kafka_mutex_;
  std::vector<std::unique_ptr<ingest::KafkaSource>> kafka_ SB_GUARDED_BY(kafka_mutex_);
  std::unique_ptr<base::TaskRunner> kafka_reader_;
  // Between Prepare and Commit.
  Strategies prepared_strategies_;
  std::shared_ptr<ingest::CollectorPlan> prepared_plan_;
  mutable base::Mutex mutex_;
  Strategies strategies_ SB_GUARDED_BY(mutex_);
  std::shared_ptr<ingest::CollectorPlan> plan_ SB_GUARDED_BY(mutex_);
  // Plans that a reload replaced, until no request uses them.
  std::vector<std::shared_ptr<ingest::CollectorPlan>> retired_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::server
