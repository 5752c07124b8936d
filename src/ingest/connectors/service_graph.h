// SPDX-License-Identifier: Apache-2.0
//
// ServiceGraph pairs the two spans of each call between services, and counts the edges:
// traces_service_graph_request_total, _request_failed_total, _request_server_seconds,
// _request_client_seconds, _request_messaging_system_seconds, _unpaired_spans_total and
// _dropped_spans_total, with the labels client, server and connection_type.
//
//   ServiceGraph graph(ServiceGraphOptions(), &clock, &losses);
//   … graph.Observe(resource, scope, spans) as spans come …
//   graph.Flush(store);                       // every few seconds; also decides what waited too
//   long
//
// A client (or producer) span pairs with the server (or consumer) span whose parent it is, whatever
// comes first. A client span that names a database is an edge of its own. A server span without
// parent is called by "user". A client span whose other side does not come within `ttl_ms` is an
// edge to the peer that its attributes name, if they name one.
//
// Spans that wait are at most `items_max`; more are counted as dropped. Label sets are bounded as
// those of SpanMetrics.
//
// Source: Collector contrib, servicegraphconnector; Tempo, metrics generator. Threads: safe for
// concurrent use; one Flush at a time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "ingest/connectors/series_flush.h"
#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

struct ServiceGraphOptions {
  // What comes out without any configuration: Tempo's labels and buckets.
  static ServiceGraphOptions Tempo();

  LatencyShape shape = LatencyShape::Explicit(
      {0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15});
  std::vector<std::string> dimensions;  // labels client_x and server_x
  std::vector<std::string> peer_attributes = {"peer.service", "db.name", "db.system"};
  std::vector<std::string> database_attributes = {"db.name"};
  bool has_failed_label = true;         // failed="true"
  bool has_virtual_node_label = false;  // virtual_node="client" or "server"
  bool has_messaging_latency = false;
  int64_t ttl_ms = 2'000;
  size_t items_max = 1'000;
  size_t label_sets_max = 5'000;
  int64_t expiration_ms = 0;
  int64_t keep_alive_ms = 15'000;
};

class ServiceGraph final : public SpanObserver {
 public:
  // All pointers must outlive the object.
  ServiceGraph(ServiceGraphOptions options, const base::Clock* clock, LossCounters* losses);
  ~ServiceGraph() override;

  void Observe(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
               std::span<const wire::OtlpSpan> spans) override;
  void Flush(store::AppenderFactory* store);
  size_t waiting_count() const;

 private:
  using Key = std::array<char, 24>;  // trace id, span id of the client's span
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  struct Edge;
  struct EdgeSet;

  void ObserveSpan(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                   std::string_view service, int64_t now_ms) SB_REQUIRES(mutex_);
  void FillClient(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                  std::string_view service, Edge* edge);
  void FillServer(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                  std::string_view service, Edge* edge);
  void AddDimensions(const char* side, const wire::OtlpResource& resource,
                     const wire::OtlpSpan& span, Edge* edge);
  Edge* Waiting(const Key& key, int64_t now_ms) SB_REQUIRES(mutex_);
  void Expire(int64_t now_ms) SB_REQUIRES(mutex_);
  void Unpaired(const Edge& edge, int64_t now_ms) SB_REQUIRES(mutex_);
  void Complete(const Edge& edge, int64_t now_ms) SB_REQUIRES(mutex_);
  EdgeSet* SetOf(ConnectorLabels labels, int64_t now_ms) SB_REQUIRES(mutex_);
  ConnectorLabels LabelsOf(const Edge& edge) const;
  void Gather(EdgeSet* set, SeriesFlush* flush);

  const ServiceGraphOptions options_;
  const base::Clock* const clock_;
  LossCounters* const losses_;
  const HistogramNames server_names_;
  const HistogramNames client_names_;
  const HistogramNames messaging_names_;
  mutable base::Mutex mutex_;
  std::unordered_map<Key, std::unique_ptr<Edge>, KeyHash> waiting_ SB_GUARDED_BY(mutex_);
  std::deque<std::pair<int64_t, Key>> deadlines_ SB_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::unique_ptr<EdgeSet>> sets_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
