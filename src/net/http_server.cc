// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <utility>

#include "base/log.h"
#include "net/event_loop_impl.h"
#include "net/exchange.h"
#include "net/listener.h"
#include "net/server_state.h"
#include "net/tls_engine.h"

namespace sb::net {

using base::Status;

struct HttpServer::Impl {
  Impl(EventLoops& event_loops, HttpServerOptions options, Router router)
      : loops(event_loops),
        state(std::make_shared<ServerState>(std::move(options), std::move(router))) {}

  Status CheckPools() const;

  EventLoops& loops;
  const std::shared_ptr<ServerState> state;
  std::shared_ptr<Listener> listener;
};

// A route on an unknown pool would run on the event loop and block every connection.
Status HttpServer::Impl::CheckPools() const {
  for (const auto& route : state->router.routes()) {
    if (!route->options.run_on_event_loop && FindExecutor(*state, *route) == nullptr) {
      return base::InvalidArgument("no executor for pool \"" + route->options.pool +
                                   "\" of route " + route->pattern);
    }
  }
  return base::OkStatus();
}

HttpServer::HttpServer(EventLoops& loops, HttpServerOptions options, Router router)
    : impl_(std::make_unique<Impl>(loops, std::move(options), std::move(router))) {}

HttpServer::~HttpServer() {
  // Nobody is left to hear about connections that were cut.
  static_cast<void>(Stop(0));
}

Status HttpServer::Start() {
  SB_RETURN_IF_ERROR(impl_->CheckPools());
  if (impl_->state->options.tls.has_value()) {
    SB_RETURN_IF_ERROR(ReloadCertificates());
  }
  auto listener = std::make_shared<Listener>(impl_->loops, impl_->state);
  SB_RETURN_IF_ERROR(listener->Bind(impl_->state->options.address));
  impl_->listener = std::move(listener);
  impl_->listener->Start();
  SB_LOG(kInfo, "listening", {"server", impl_->state->options.name}, {"address", bound_address()});
  return base::OkStatus();
}

Status HttpServer::Stop(int64_t drain_ms) {
  if (impl_->listener == nullptr) {
    return base::OkStatus();
  }
  impl_->listener->Close();
  impl_->state->is_draining = true;
  const size_t cut = impl_->listener->DrainAll(drain_ms);
  impl_->listener = nullptr;
  if (cut > 0) {
    return base::DeadlineExceeded("connections cut at shutdown: " + std::to_string(cut));
  }
  return base::OkStatus();
}

Status HttpServer::ReloadCertificates() {
  const HttpServerOptions& options = impl_->state->options;
  if (!options.tls.has_value()) {
    return base::FailedPrecondition("the listener has no TLS: " + options.name);
  }
  SB_ASSIGN_OR_RETURN(
      std::shared_ptr<const TlsContext> tls,
      TlsContext::CreateServer(*options.tls, options.enable_http2, impl_->loops.env().files()));
  impl_->state->set_tls(std::move(tls));
  return base::OkStatus();
}

uint16_t HttpServer::port() const {
  return impl_->listener != nullptr ? impl_->listener->endpoint().port() : uint16_t{0};
}

std::string HttpServer::bound_address() const {
  if (impl_->listener == nullptr) {
    return "";
  }
  const boost::asio::ip::tcp::endpoint endpoint = impl_->listener->endpoint();
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

ServerStats HttpServer::stats() const {
  const ServerCounters& c = impl_->state->counters;
  ServerStats s;
  s.connections_accepted = c.connections_accepted;
  s.connections_open = c.connections_open;
  s.connections_refused = c.connections_refused;
  s.accept_errors = c.accept_errors;
  s.tls_handshake_errors = c.tls_handshake_errors;
  s.requests_http1 = c.requests_http1;
  s.requests_http2 = c.requests_http2;
  s.requests_in_flight = c.requests_in_flight;
  s.responses_2xx = c.responses_2xx;
  s.responses_3xx = c.responses_3xx;
  s.responses_4xx = c.responses_4xx;
  s.responses_5xx = c.responses_5xx;
  s.bytes_received = c.bytes_received;
  s.bytes_sent = c.bytes_sent;
  s.buffered_body_bytes = c.buffered_body_bytes;
  s.malformed_requests = c.malformed_requests;
  s.header_too_large = c.header_too_large;
  s.body_too_large = c.body_too_large;
  s.body_undecodable = c.body_undecodable;
  s.overload_refused = c.overload_refused;
  s.access_denied = c.access_denied;
  s.header_timeouts = c.header_timeouts;
  s.body_timeouts = c.body_timeouts;
  s.idle_timeouts = c.idle_timeouts;
  s.write_timeouts = c.write_timeouts;
  s.requests_cancelled = c.requests_cancelled;
  s.handler_failures = c.handler_failures;
  s.http2_protocol_errors = c.http2_protocol_errors;
  s.websockets_open = c.websockets_open;
  s.websockets_accepted = c.websockets_accepted;
  s.websocket_protocol_errors = c.websocket_protocol_errors;
  return s;
}

}  // namespace sb::net
