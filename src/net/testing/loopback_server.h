// SPDX-License-Identifier: Apache-2.0
//
// A TCP server of a test: a thread that takes one connection after the other on a free port of
// 127.0.0.1 and lets `serve` speak with it; what `serve` returns from is closed.
//
//   LoopbackServer server([](int peer) { send(peer, "220\r\n", 5, MSG_NOSIGNAL); });
//   Connect(server.port());
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "base/check.h"

namespace sb::net {

class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<void(int peer)> serve) : serve_(std::move(serve)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const bare = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    SB_CHECK(bind(fd_, bare, size) == 0);
    SB_CHECK(listen(fd_, 16) == 0);
    SB_CHECK(getsockname(fd_, bare, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int peer; (peer = accept(fd_, nullptr, nullptr)) >= 0; close(peer)) {
        serve_(peer);
      }
    });
  }
  ~LoopbackServer() {
    shutdown(fd_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    close(fd_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  uint16_t port() const { return port_; }

 private:
  const std::function<void(int peer)> serve_;
  int fd_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sb::net
