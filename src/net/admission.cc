// SPDX-License-Identifier: Apache-2.0
#include "net/admission.h"

#include <algorithm>
#include <utility>

namespace sb::net {

bool SetTargetAndPeer(HttpRequest& request, std::string target, const PeerInfo& peer) {
  const size_t question = target.find('?');
  base::Result<std::string> path = PercentDecodePath(std::string_view(target).substr(0, question));
  if (!path.ok()) {
    return false;
  }
  if (question != std::string::npos) {
    request.raw_query = target.substr(question + 1);
    // A query that does not parse is the handler's to judge: paths without parameters ignore it.
    base::Result<UrlParams> query = UrlParams::Parse(request.raw_query);
    if (query.ok()) {
      request.query = *std::move(query);
    } else {
      request.query_error = query.status();
    }
  }
  request.path = *std::move(path);
  request.target = std::move(target);
  request.peer_address = peer.address;
  request.peer_port = peer.port;
  request.is_tls = peer.is_tls;
  request.tls_client_subject = peer.tls_client_subject;
  return true;
}

Admission Admit(ServerState& server, HttpRequest& request, std::optional<uint64_t> content_length) {
  Admission admission;
  if (server.options.access_hook) {
    admission.refusal = server.options.access_hook(request);
    if (admission.refusal.has_value()) {
      Add(server.counters.access_denied);
      return admission;
    }
  }
  if (server.counters.requests_in_flight.load(std::memory_order_relaxed) >=
      server.options.max_requests_in_flight) {
    Add(server.counters.overload_refused);
    admission.refusal = PlainTextResponse(503, "too many requests in flight");
    admission.refusal->headers.Add("Retry-After", "1");
    return admission;
  }
  const std::string_view raw_path =
      std::string_view(request.target).substr(0, request.target.find('?'));
  admission.match = server.router.Find(request.method, raw_path);
  const size_t route_limit = admission.match.route->options.max_body_bytes;
  admission.max_body_bytes = route_limit != 0 ? route_limit : server.options.max_body_bytes;
  if (content_length.value_or(0) > admission.max_body_bytes) {
    Add(server.counters.body_too_large);
    admission.refusal = PlainTextResponse(413, "request body is larger than the limit of bytes: " +
                                                   std::to_string(admission.max_body_bytes));
  }
  return admission;
}

int64_t BodyDeadlineNs(const HttpServerOptions& options, int64_t start_ns, uint64_t received) {
  constexpr int64_t kNsPerMs = 1'000'000;
  const auto rate = std::max<uint64_t>(options.min_body_bytes_per_second, 1);
  return start_ns +
         (options.body_timeout_ms + static_cast<int64_t>(received / rate) * 1'000) * kNsPerMs;
}

}  // namespace sb::net
