// SPDX-License-Identifier: Apache-2.0
//
// UdpListener hands the datagrams of one UDP address to a handler on a pool.
//
//   UdpListenerOptions options;
//   options.address = "127.0.0.1:6831";
//   options.executor = …;                                  // as net/http_server.h
//   UdpListener listener(loops, std::move(options), [](std::string_view datagram) { … });
//   SB_RETURN_IF_ERROR(listener.Start());
//   …
//   listener.Stop();
//
// Datagrams that wait or are being handled are at most `queue_max`; what comes beyond is dropped
// and counted (`on_dropped`), since a sender of UDP cannot be slowed down. The kernel's receive
// buffer takes bursts before that; what it drops, it counts itself (/proc/net/udp).
//
// Threads: Start and Stop from one thread; the handler runs on threads of the executor, several at
// once. After Stop() the handler is not called any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/event_loop.h"
#include "net/http_server.h"

namespace sb::net {

struct UdpListenerOptions {
  std::string name = "udp";             // in log lines
  std::string address = "127.0.0.1:0";  // as HttpServerOptions::address
  size_t queue_max = 1'000;             // datagrams
  int receive_buffer_bytes = 4 << 20;   // asked of the kernel, which may give less
  Executor executor;
  // Called on an event-loop thread with the number of datagrams that found no place. Optional.
  std::function<void(size_t datagrams)> on_dropped;
};

class UdpListener {
 public:
  using Handler = std::function<void(std::string_view datagram)>;

  // `loops` outlives the listener.
  UdpListener(EventLoops& loops, UdpListenerOptions options, Handler handler);
  ~UdpListener();  // Stop()
  UdpListener(const UdpListener&) = delete;
  UdpListener& operator=(const UdpListener&) = delete;

  // kUnavailable if the address is taken, kInvalidArgument if it is none.
  base::Status Start();
  void Stop();
  std::string bound_address() const;  // after Start(): "127.0.0.1:39641"

 private:
  class Socket;
  std::shared_ptr<Socket> socket_;
};

}  // namespace sb::net
