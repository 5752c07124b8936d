// SPDX-License-Identifier: Apache-2.0
//
// StreamServer listens for TCP or TLS connections that carry bytes in one direction, such as
// syslog's, and hands them to a handler per connection on a pool.
//
//   StreamServerOptions options;
//   options.address = "127.0.0.1:6514";
//   options.executor = …;                                       // as net/http_server.h
//   StreamServer server(loops, std::move(options),
//                       [](const std::string& peer) { return std::make_unique<MyHandler>(peer); });
//   SB_RETURN_IF_ERROR(server.Start());
//   …
//   server.Stop();
//
// A peer that is faster than its handler is slowed down: no more than kBufferedMax bytes of a
// connection wait. Nothing is ever written to the peer, except by TLS.
//
// Threads: Start and Stop from one thread; the calls of one handler never overlap. When Stop()
// returns, every handler has seen its end.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/event_loop.h"
#include "net/http_server.h"

namespace sb::net {

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual void OnBytes(std::string_view bytes) = 0;
  // The peer closed, or the server stops. Nothing follows.
  virtual void OnEnd() = 0;
};

struct StreamServerOptions {
  std::string name = "stream";
  std::string address = "127.0.0.1:0";
  std::optional<ServerTlsOptions> tls = std::nullopt;
  size_t max_connections = 1'000;
  Executor executor;
};

class StreamServer {
 public:
  static constexpr size_t kBufferedMax = 1 << 20;
  using HandlerFactory = std::function<std::unique_ptr<StreamHandler>(const std::string& peer)>;

  // `loops` outlives the server.
  StreamServer(EventLoops& loops, StreamServerOptions options, HandlerFactory make_handler);
  ~StreamServer();  // Stop()
  StreamServer(const StreamServer&) = delete;
  StreamServer& operator=(const StreamServer&) = delete;

  // kUnavailable if the address is taken, kInvalidArgument for a bad address or certificate.
  base::Status Start();
  void Stop();
  std::string bound_address() const;  // after Start()

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::net
