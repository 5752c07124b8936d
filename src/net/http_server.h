// SPDX-License-Identifier: Apache-2.0
//
// HttpServer is one listener: HTTP/1.1 and HTTP/2 (prior knowledge on plain connections, ALPN on
// TLS ones) on one address, answered by one Router.
//
//   EventLoops loops;
//   HttpServerOptions options;
//   options.address = "127.0.0.1:9090";
//   options.executors[""] = [&pool](std::function<void()> task) { return pool.TrySubmit(…); };
//   HttpServer server(loops, std::move(options), std::move(router));
//   SB_RETURN_IF_ERROR(server.Start());
//   …
//   server.Stop(5'000);
//
// Everything a peer can make grow has a limit below, and each limit has a counter in ServerStats.
// Malformed or ambiguous framing (both Content-Length and Transfer-Encoding, repeated Host or
// Content-Length, obs-fold, bad chunk sizes, spaces before the colon) is answered 400 and the
// connection is closed.
//
// A peer that closes its sending side while a request runs counts as gone (IsCancelled(), as in
// Go's net/http), but a reply that the handler gives all the same is still delivered.
//
// Threads: Start, Stop and ReloadCertificates from one thread at a time; stats() and port() from
// any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "net/event_loop.h"
#include "net/http_message.h"
#include "net/router.h"
#include "net/server_stats.h"

namespace sb::net {

// Runs the task soon on some thread; false if its queue is full (the request is then answered 503).
using Executor = std::function<bool(std::function<void()> task)>;

// Called on an event-loop thread when a request's header is complete, before routing and before its
// body is read, so it must take microseconds (an expensive password check belongs into a handler,
// its outcome into a cache that this hook looks up). Returns the reply that refuses the request, or
// nothing to let it pass; may set HttpRequest::principal.
using AccessHook = std::function<std::optional<HttpResponse>(HttpRequest& request)>;

struct ServerTlsOptions {
  std::string cert_file = {};  // PEM, chain included
  std::string key_file = {};   // PEM
  // Certificates signed by these are accepted from clients; empty: none is asked for.
  std::string client_ca_file = {};
  bool require_client_certificate = false;
  std::string min_version = "TLS12";  // TLS12 or TLS13
};

struct HttpServerOptions {
  std::string name = "http";            // in log lines
  std::string address = "127.0.0.1:0";  // "HOST:PORT", "[::1]:0", ":9090" (all addresses)
  std::optional<ServerTlsOptions> tls;
  bool enable_http2 = true;

  size_t max_connections = 20'000;
  size_t max_header_bytes = 64 << 10;  // request line and headers; queries travel in GET
  size_t max_headers = 256;
  size_t max_body_bytes = 32 << 20;  // as sent
  size_t max_decoded_body_bytes = 128 << 20;
  size_t max_buffered_body_bytes = 512 << 20;  // of all requests together
  size_t max_requests_in_flight = 4'096;
  size_t max_http2_streams = 250;         // of one connection
  size_t write_buffer_bytes = 256 << 10;  // unsent bytes of one reply before Write() blocks

  int64_t header_timeout_ms = 10'000;  // first byte to end of header; also the TLS handshake
  int64_t idle_timeout_ms = 300'000;   // between requests
  // A body may take this long plus the time it needs at min_body_bytes_per_second.
  int64_t body_timeout_ms = 30'000;
  size_t min_body_bytes_per_second = 16 << 10;
  int64_t write_timeout_ms = 60'000;  // without the peer taking a single byte

  size_t min_compress_bytes = 1'024;  // smaller replies are sent as they are
  bool enable_compression = true;

  // By RouteOptions::pool; "" must be there unless every route runs on the event loop.
  std::map<std::string, Executor> executors;
  AccessHook access_hook;
  // Called once per request, on whichever thread is last done with it, for access logs and latency
  // metrics; status 499 if the peer went away before there was a reply. Must be short. Optional.
  std::function<void(const HttpRequest&, const Route&, int status, uint64_t body_bytes,
                     int64_t duration_ns)>
      on_response;
};

class HttpServer {
 public:
  // `loops` outlives the server.
  HttpServer(EventLoops& loops, HttpServerOptions options, Router router);
  ~HttpServer();  // Stop(0)
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and listens. kUnavailable if the address is taken, kInvalidArgument if it is none or the
  // certificate cannot be used.
  base::Status Start();
  // No new connections; open requests get `drain_ms` to finish, then are cancelled and cut. Returns
  // when no connection is left; kDeadlineExceeded if some had to be cut.
  base::Status Stop(int64_t drain_ms);
  // Reads certificate and key again for new connections; on failure the old ones stay.
  base::Status ReloadCertificates();

  uint16_t port() const;              // after Start()
  std::string bound_address() const;  // "127.0.0.1:39641"
  ServerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::net
