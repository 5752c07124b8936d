// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/service_graph.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "encoding/hash.h"
#include "encoding/varint.h"

namespace sb::ingest {
namespace {

constexpr const char* kRequests = "traces_service_graph_request_total";
constexpr const char* kFailed = "traces_service_graph_request_failed_total";
constexpr const char* kUnpaired = "traces_service_graph_unpaired_spans_total";
constexpr const char* kDropped = "traces_service_graph_dropped_spans_total";
constexpr const char* kOverflowLabel = "otel_metric_overflow";

double SecondsOf(const wire::OtlpSpan& span) {
  return static_cast<double>(span.DurationNs()) / 1e9;
}

std::string KeyOf(const ConnectorLabels& labels) {
  std::string key;
  for (const auto& [name, value] : labels) {
    encoding::AppendVarint(&key, name.size());
    key.append(name);
    encoding::AppendVarint(&key, value.size());
    key.append(value);
  }
  return key;
}

}  // namespace

ServiceGraphOptions ServiceGraphOptions::Tempo() {
  ServiceGraphOptions options;
  options.shape = LatencyShape::Explicit({0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8});
  options.peer_attributes = {
      "peer.service",   "db.name",        "db.namespace",  "db.system",
      "db.system.name", "server.address", "net.peer.name", "network.peer.address"};
  options.database_attributes = {"db.namespace", "db.name", "db.system.name", "db.system"};
  options.has_failed_label = false;
  options.has_messaging_latency = true;
  options.ttl_ms = 10'000;
  options.items_max = 20'000;
  options.expiration_ms = 15 * 60'000;
  return options;
}

struct ServiceGraph::Edge {
  std::string client;
  std::string server;
  std::string peer;             // what the client says that it calls
  std::string connection_type;  // "", messaging_system, database, virtual_node
  std::string virtual_node;
  ConnectorLabels dimensions;
  double client_seconds = 0;
  double server_seconds = 0;
  bool has_client = false;
  bool has_server = false;
  bool failed = false;
  uint64_t client_end_ns = 0;
  uint64_t server_start_ns = 0;
};

struct ServiceGraph::EdgeSet {
  explicit EdgeSet(const LatencyShape* shape)
      : server_seconds(shape), client_seconds(shape), messaging_seconds(shape) {}
  ConnectorLabels labels;
  int64_t created_ms = 0;
  int64_t seen_ms = 0;
  int64_t written_ms = 0;
  bool changed = false;
  uint64_t requests = 0;
  uint64_t failed = 0;
  uint64_t unpaired = 0;
  uint64_t dropped = 0;
  SeriesSlot requests_slot;
  SeriesSlot failed_slot;
  SeriesSlot unpaired_slot;
  SeriesSlot dropped_slot;
  HistogramCell server_seconds;
  HistogramCell client_seconds;
  HistogramCell messaging_seconds;
};

size_t ServiceGraph::KeyHash::operator()(const Key& key) const {
  return encoding::Hash64Of({key.data(), key.size()});
}

ServiceGraph::ServiceGraph(ServiceGraphOptions options, const base::Clock* clock,
                           LossCounters* losses)
    : options_(std::move(options)),
      clock_(clock),
      losses_(losses),
      server_names_("traces_service_graph_request_server_seconds"),
      client_names_("traces_service_graph_request_client_seconds"),
      messaging_names_("traces_service_graph_request_messaging_system_seconds") {}

ServiceGraph::~ServiceGraph() = default;

size_t ServiceGraph::waiting_count() const {
  const base::MutexLock lock(mutex_);
  return waiting_.size();
}

void ServiceGraph::AddDimensions(const char* side, const wire::OtlpResource& resource,
                                 const wire::OtlpSpan& span, Edge* edge) {
  std::string scratch;
  for (const std::string& dimension : options_.dimensions) {
    std::string_view text = AttributeText(resource.attributes, dimension, &scratch);
    if (text.empty()) {
      text = AttributeText(span.attributes, dimension, &scratch);
    }
    if (!text.empty()) {
      edge->dimensions.emplace_back(side + ConnectorLabelName(dimension), text);
    }
  }
}

void ServiceGraph::FillClient(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                              std::string_view service, Edge* edge) {
  std::string scratch;
  edge->has_client = true;
  edge->client = service;
  edge->client_seconds = SecondsOf(span);
  edge->client_end_ns = span.end_ns;
  edge->failed |= span.status == wire::OtlpStatusCode::kError;
  edge->peer = FirstAttributeText(span.attributes, options_.peer_attributes, &scratch);
  if (edge->peer.empty()) {
    edge->peer = FirstAttributeText(resource.attributes, options_.peer_attributes, &scratch);
  }
  if (span.kind == wire::OtlpSpanKind::kProducer) {
    edge->connection_type = "messaging_system";
  }
  AddDimensions("client_", resource, span, edge);
  if (span.kind != wire::OtlpSpanKind::kClient) {
    return;
  }
  const std::string_view database =
      FirstAttributeText(span.attributes, options_.database_attributes, &scratch);
  if (!database.empty()) {
    edge->connection_type = "database";
    edge->has_server = true;
    edge->server = database;
    edge->server_seconds = edge->client_seconds;
  }
}

void ServiceGraph::FillServer(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                              std::string_view service, Edge* edge) {
  edge->has_server = true;
  edge->server = service;
  edge->server_seconds = SecondsOf(span);
  edge->server_start_ns = span.start_ns;
  edge->failed |= span.status == wire::OtlpStatusCode::kError;
  if (span.kind == wire::OtlpSpanKind::kConsumer) {
    edge->connection_type = "messaging_system";
  }
  AddDimensions("server_", resource, span, edge);
}

// Null when there are as many as may wait.
ServiceGraph::Edge* ServiceGraph::Waiting(const Key& key, int64_t now_ms) {
  if (const auto found = waiting_.find(key); found != waiting_.end()) {
    return found->second.get();
  }
  if (waiting_.size() >= options_.items_max) {
    return nullptr;
  }
  deadlines_.emplace_back(now_ms + options_.ttl_ms, key);
  return (waiting_[key] = std::make_unique<Edge>()).get();
}

ConnectorLabels ServiceGraph::LabelsOf(const Edge& edge) const {
  ConnectorLabels labels = edge.dimensions;
  const auto add = [&labels](const char* name, std::string_view value) {
    if (!value.empty()) {
      labels.emplace_back(name, value);
    }
  };
  add("client", edge.client);
  add("server", edge.server);
  add("connection_type", edge.connection_type);
  if (options_.has_failed_label) {
    add("failed", edge.failed ? "true" : "false");
  }
  if (options_.has_virtual_node_label) {
    add("virtual_node", edge.virtual_node);
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

ServiceGraph::EdgeSet* ServiceGraph::SetOf(ConnectorLabels labels, int64_t now_ms) {
  std::string key = KeyOf(labels);
  auto found = sets_.find(key);
  if (found == sets_.end() && sets_.size() >= options_.label_sets_max) {
    losses_->Add(LossReason::kConnectorSeriesLimit);
    labels = {{kOverflowLabel, "true"}};
    key = KeyOf(labels);
    found = sets_.find(key);
  }
  if (found == sets_.end()) {
    auto set = std::make_unique<EdgeSet>(&options_.shape);
    set->labels = std::move(labels);
    set->created_ms = now_ms;
    found = sets_.emplace(std::move(key), std::move(set)).first;
  }
  found->second->seen_ms = now_ms;
  found->second->changed = true;
  return found->second.get();
}

void ServiceGraph::Complete(const Edge& edge, int64_t now_ms) {
  EdgeSet* const set = SetOf(LabelsOf(edge), now_ms);
  ++set->requests;
  set->failed += edge.failed ? 1 : 0;
  set->server_seconds.data.Observe(edge.server_seconds);
  set->client_seconds.data.Observe(edge.client_seconds);
  if (edge.connection_type == "messaging_system" && edge.server_start_ns > edge.client_end_ns) {
    set->messaging_seconds.data.Observe(
        static_cast<double>(edge.server_start_ns - edge.client_end_ns) / 1e9);
  }
}

void ServiceGraph::Unpaired(const Edge& edge, int64_t now_ms) {
  if (edge.has_client && !edge.peer.empty()) {
    Edge virtual_edge = edge;
    virtual_edge.server = edge.peer;
    virtual_edge.connection_type = "virtual_node";
    virtual_edge.virtual_node = "server";
    virtual_edge.server_seconds = edge.client_seconds;
    Complete(virtual_edge, now_ms);
    return;
  }
  ++SetOf(LabelsOf(edge), now_ms)->unpaired;
}

void ServiceGraph::Expire(int64_t now_ms) {
  while (!deadlines_.empty() && deadlines_.front().first <= now_ms) {
    const auto found = waiting_.find(deadlines_.front().second);
    deadlines_.pop_front();
    if (found != waiting_.end()) {
      const std::unique_ptr<Edge> edge = std::move(found->second);
      waiting_.erase(found);
      Unpaired(*edge, now_ms);
    }
  }
}

void ServiceGraph::ObserveSpan(const wire::OtlpResource& resource, const wire::OtlpSpan& span,
                               std::string_view service, int64_t now_ms) {
  using Kind = wire::OtlpSpanKind;
  const bool is_client = span.kind == Kind::kClient || span.kind == Kind::kProducer;
  if (!is_client && span.kind != Kind::kServer && span.kind != Kind::kConsumer) {
    return;
  }
  if (!is_client && span.IsRoot()) {
    Edge from_outside;
    FillServer(resource, span, service, &from_outside);
    from_outside.client = "user";
    from_outside.connection_type = "virtual_node";
    from_outside.virtual_node = "client";
    from_outside.client_seconds = from_outside.server_seconds;
    Complete(from_outside, now_ms);
    return;
  }
  Key key;
  std::memcpy(key.data(), span.trace_id.data(), 16);
  std::memcpy(key.data() + 16, is_client ? span.span_id.data() : span.parent_span_id.data(), 8);
  Edge* const edge = Waiting(key, now_ms);
  if (edge == nullptr) {
    losses_->Add(LossReason::kServiceGraphEdgeLimit);
    Edge lost;
    (is_client ? lost.client : lost.server) = service;
    ++SetOf(LabelsOf(lost), now_ms)->dropped;
    return;
  }
  if (is_client) {
    FillClient(resource, span, service, edge);
  } else {
    FillServer(resource, span, service, edge);
  }
  if (edge->has_client && edge->has_server) {
    Complete(*edge, now_ms);
    waiting_.erase(key);
  }
}

void ServiceGraph::Observe(const wire::OtlpResource& resource, const wire::OtlpScope& /*scope*/,
                           std::span<const wire::OtlpSpan> spans) {
  std::string scratch;
  const std::string_view service = AttributeText(resource.attributes, "service.name", &scratch);
  if (service.empty()) {
    return;
  }
  const int64_t now_ms = clock_->NowMs().Value();
  const base::MutexLock lock(mutex_);
  for (const wire::OtlpSpan& span : spans) {
    ObserveSpan(resource, span, service, now_ms);
  }
}

void ServiceGraph::Gather(EdgeSet* set, SeriesFlush* flush) {
  const auto counter = [&](SeriesSlot* slot, const char* name, uint64_t value) {
    flush->AddCounter(slot, &set->labels, name, static_cast<double>(value), set->created_ms);
  };
  if (set->requests != 0) {
    counter(&set->requests_slot, kRequests, set->requests);
    flush->AddHistogram(&set->server_seconds, &set->labels, server_names_, set->created_ms);
    flush->AddHistogram(&set->client_seconds, &set->labels, client_names_, set->created_ms);
    if (options_.has_messaging_latency && set->messaging_seconds.data.count() != 0) {
      flush->AddHistogram(&set->messaging_seconds, &set->labels, messaging_names_, set->created_ms);
    }
  }
  if (set->failed != 0) {
    counter(&set->failed_slot, kFailed, set->failed);
  }
  if (set->unpaired != 0) {
    counter(&set->unpaired_slot, kUnpaired, set->unpaired);
  }
  if (set->dropped != 0) {
    counter(&set->dropped_slot, kDropped, set->dropped);
  }
}

void ServiceGraph::Flush(store::AppenderFactory* store) {
  const int64_t now_ms = clock_->NowMs().Value();
  SeriesFlush flush(now_ms);
  std::vector<std::unique_ptr<EdgeSet>> ended;  // until their last rows are written
  {
    const base::MutexLock lock(mutex_);
    Expire(now_ms);
    for (auto at = sets_.begin(); at != sets_.end();) {
      EdgeSet* const set = at->second.get();
      if (!set->changed && options_.expiration_ms > 0 &&
          now_ms - set->seen_ms > options_.expiration_ms) {
        for (SeriesSlot* slot :
             {&set->requests_slot, &set->failed_slot, &set->unpaired_slot, &set->dropped_slot}) {
          if (slot->is_known) {
            flush.AddEnd(slot);
          }
        }
        for (HistogramCell* cell :
             {&set->server_seconds, &set->client_seconds, &set->messaging_seconds}) {
          if (cell->slots[0].is_known) {
            flush.AddEnd(cell);
          }
        }
        ended.push_back(std::move(at->second));
        at = sets_.erase(at);
        continue;
      }
      if (set->changed || now_ms - set->written_ms >= options_.keep_alive_ms) {
        Gather(set, &flush);
        set->changed = false;
        set->written_ms = now_ms;
      }
      ++at;
    }
  }
  flush.Write(store, losses_);
}

}  // namespace sb::ingest
