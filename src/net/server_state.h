// SPDX-License-Identifier: Apache-2.0
//
// What the parts of one HttpServer share: options, router, counters, the current certificate.
// Connections, exchanges and handlers hold it by shared_ptr, so it outlives them all.
//
// Threads: options and router are constant after Start(); the rest is atomic or locked.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/mutex.h"
#include "net/http_server.h"
#include "net/transport.h"

namespace sb::net {

class TlsContext;

struct ServerCounters {
  using Counter = std::atomic<uint64_t>;
  Counter connections_accepted{0};
  Counter connections_open{0};
  Counter connections_refused{0};
  Counter accept_errors{0};
  Counter tls_handshake_errors{0};
  Counter requests_http1{0};
  Counter requests_http2{0};
  Counter requests_in_flight{0};
  Counter responses_2xx{0};
  Counter responses_3xx{0};
  Counter responses_4xx{0};
  Counter responses_5xx{0};
  Counter bytes_received{0};
  Counter bytes_sent{0};
  Counter buffered_body_bytes{0};
  Counter malformed_requests{0};
  Counter header_too_large{0};
  Counter body_too_large{0};
  Counter body_undecodable{0};
  Counter overload_refused{0};
  Counter access_denied{0};
  Counter header_timeouts{0};
  Counter body_timeouts{0};
  Counter idle_timeouts{0};
  Counter write_timeouts{0};
  Counter requests_cancelled{0};
  Counter handler_failures{0};
  Counter http2_protocol_errors{0};
  Counter websockets_open{0};
  Counter websockets_accepted{0};
  Counter websocket_protocol_errors{0};
};

inline void Add(ServerCounters::Counter& counter, uint64_t n = 1) {
  counter.fetch_add(n, std::memory_order_relaxed);
}
inline void Subtract(ServerCounters::Counter& counter, uint64_t n = 1) {
  counter.fetch_sub(n, std::memory_order_relaxed);
}

class ServerState {
 public:
  ServerState(HttpServerOptions server_options, Router server_router)
      : options(std::move(server_options)), router(std::move(server_router)) {}

  const HttpServerOptions options;
  const Router router;
  // Set by whoever speaks another protocol than HTTP on its connections (stream_server.h).
  std::function<std::unique_ptr<Session>(Transport& transport)> make_session;
  ServerCounters counters;
  std::atomic<bool> is_draining{false};

  std::shared_ptr<const TlsContext> tls() const {
    const base::MutexLock lock(mutex_);
    return tls_;
  }
  void set_tls(std::shared_ptr<const TlsContext> tls) {
    const base::MutexLock lock(mutex_);
    tls_ = std::move(tls);
  }
  // False if the memory for request bodies is used up; ReleaseBody() gives back what was taken.
  bool ReserveBody(uint64_t bytes) {
    const uint64_t before = counters.buffered_body_bytes.fetch_add(bytes);
    if (before + bytes <= options.max_buffered_body_bytes) {
      return true;
    }
    ReleaseBody(bytes);
    return false;
  }
  void ReleaseBody(uint64_t bytes) { Subtract(counters.buffered_body_bytes, bytes); }
  void CountStatus(int status);

 private:
  mutable base::Mutex mutex_;
  std::shared_ptr<const TlsContext> tls_ SB_GUARDED_BY(mutex_);
};

inline void ServerState::CountStatus(int status) {
  if (status >= 500) {
    Add(counters.responses_5xx);
  } else if (status >= 400) {
    Add(counters.responses_4xx);
  } else if (status >= 300) {
    Add(counters.responses_3xx);
  } else if (status >= 200) {
    Add(counters.responses_2xx);
  }
}

}  // namespace sb::net
