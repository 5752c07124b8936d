// SPDX-License-Identifier: Apache-2.0
#include "server/http_metrics.h"

namespace sb::server {

namespace {

using base::InstrumentKind;

struct Row {
  const char* name;
  const char* help;
  InstrumentKind kind;
  uint64_t net::ServerStats::* field;
};

constexpr Row kRows[] = {
    {"signalbox_http_connections_accepted_total", "Connections accepted.", InstrumentKind::kCounter,
     &net::ServerStats::connections_accepted},
    {"signalbox_http_connections_open", "Connections open now.", InstrumentKind::kGauge,
     &net::ServerStats::connections_open},
    {"signalbox_http_requests_in_flight", "Requests being answered now.", InstrumentKind::kGauge,
     &net::ServerStats::requests_in_flight},
    {"signalbox_http_received_bytes_total", "Bytes read from sockets.", InstrumentKind::kCounter,
     &net::ServerStats::bytes_received},
    {"signalbox_http_sent_bytes_total", "Bytes written to sockets.", InstrumentKind::kCounter,
     &net::ServerStats::bytes_sent},
    {"signalbox_http_buffered_body_bytes", "Request bodies held in memory.", InstrumentKind::kGauge,
     &net::ServerStats::buffered_body_bytes},
};

// Ways in which a connection or request was refused or cut, one label value each.
struct RefusalRow {
  const char* reason;
  uint64_t net::ServerStats::* field;
};

constexpr RefusalRow kRefusals[] = {
    {"connection_limit", &net::ServerStats::connections_refused},
    {"accept_error", &net::ServerStats::accept_errors},
    {"tls_handshake", &net::ServerStats::tls_handshake_errors},
    {"malformed_request", &net::ServerStats::malformed_requests},
    {"header_too_large", &net::ServerStats::header_too_large},
    {"body_too_large", &net::ServerStats::body_too_large},
    {"body_undecodable", &net::ServerStats::body_undecodable},
    {"overload", &net::ServerStats::overload_refused},
    {"access_denied", &net::ServerStats::access_denied},
    {"header_timeout", &net::ServerStats::header_timeouts},
    {"body_timeout", &net::ServerStats::body_timeouts},
    {"idle_timeout", &net::ServerStats::idle_timeouts},
    {"write_timeout", &net::ServerStats::write_timeouts},
    {"cancelled_by_peer", &net::ServerStats::requests_cancelled},
    {"handler_failure", &net::ServerStats::handler_failures},
    {"http2_protocol_error", &net::ServerStats::http2_protocol_errors},
    {"websocket_protocol_error", &net::ServerStats::websocket_protocol_errors},
};

}  // namespace

void CountReplies(const std::string& door, base::Registry& registry,
                  net::HttpServerOptions* options) {
  options->on_response = [door, &registry, bounds = base::ExponentialBounds(0.0005, 4, 9)](
                             const net::HttpRequest&, const net::Route& route, int status,
                             uint64_t /*body_bytes*/, int64_t duration_ns) {
    registry
        .AddCounter("signalbox_http_requests_total", "Requests by route and status.",
                    {{"door", door}, {"handler", route.pattern}, {"code", std::to_string(status)}})
        .Add();
    registry
        .AddHistogram("signalbox_http_request_duration_seconds",
                      "Time from the complete header to the complete reply.", bounds,
                      {{"door", door}, {"handler", route.pattern}})
        .Observe(static_cast<double>(duration_ns) / 1e9);
  };
}

std::vector<base::Registry::Handle> RegisterServerStats(const std::string& door,
                                                        const net::HttpServer& server,
                                                        base::Registry& registry) {
  std::vector<base::Registry::Handle> handles;
  for (const Row& row : kRows) {
    handles.push_back(registry.AddCallback(
        row.kind, row.name, row.help, {{"door", door}},
        [&server, &row] { return static_cast<double>(server.stats().*row.field); }));
  }
  for (const RefusalRow& row : kRefusals) {
    handles.push_back(registry.AddCallback(
        InstrumentKind::kCounter, "signalbox_http_refused_total",
        "Connections and requests that were refused or cut, by reason.",
        {{"door", door}, {"reason", row.reason}},
        [&server, &row] { return static_cast<double>(server.stats().*row.field); }));
  }
  return handles;
}

}  // namespace sb::server
