// SPDX-License-Identifier: Apache-2.0
//
// What one listener counts. HttpServer::stats() takes a snapshot; the server module turns the
// fields into metrics. Counters only grow; gauges are marked. Every way in which a connection or a
// request is refused or cut has its own counter.
#pragma once

#include <cstdint>

namespace sb::net {

struct ServerStats {
  uint64_t connections_accepted = 0;
  uint64_t connections_open = 0;     // gauge
  uint64_t connections_refused = 0;  // above max_connections
  uint64_t accept_errors = 0;        // out of file descriptors and the like
  uint64_t tls_handshake_errors = 0;
  uint64_t requests_http1 = 0;
  uint64_t requests_http2 = 0;
  uint64_t requests_in_flight = 0;  // gauge
  uint64_t responses_2xx = 0;
  uint64_t responses_3xx = 0;
  uint64_t responses_4xx = 0;
  uint64_t responses_5xx = 0;
  uint64_t bytes_received = 0;  // on the socket
  uint64_t bytes_sent = 0;
  uint64_t buffered_body_bytes = 0;    // gauge: request bodies held in memory
  uint64_t malformed_requests = 0;     // 400: not HTTP, smuggling attempts, bad chunks
  uint64_t header_too_large = 0;       // 431, 414
  uint64_t body_too_large = 0;         // 413, as sent or decoded
  uint64_t body_undecodable = 0;       // 400 or 415: Content-Encoding
  uint64_t overload_refused = 0;       // 503: requests in flight, full pool, body memory
  uint64_t access_denied = 0;          // replies of the access hook
  uint64_t header_timeouts = 0;        // slow header (slow-loris)
  uint64_t body_timeouts = 0;          // slow body
  uint64_t idle_timeouts = 0;          // keep-alive connections closed for silence
  uint64_t write_timeouts = 0;         // peer does not read
  uint64_t requests_cancelled = 0;     // peer gone before the reply was complete
  uint64_t handler_failures = 0;       // handler threw or gave no reply
  uint64_t http2_protocol_errors = 0;  // GOAWAY with an error, reset floods
  uint64_t websockets_open = 0;        // gauge
  uint64_t websockets_accepted = 0;
  uint64_t websocket_protocol_errors = 0;
};

}  // namespace sb::net
