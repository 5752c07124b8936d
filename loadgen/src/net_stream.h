// SPDX-License-Identifier: Apache-2.0
//
// A byte stream to a server: TCP, or TLS over it; blocking, with a deadline.
//
//   StreamError error;
//   std::unique_ptr<NetStream> stream = NetStream::Open(settings, host, port, tls, wait, &error);
//   stream->Send(bytes, wait);   stream->Receive(buffer, wait);
//
// A wait wakes at least every 100 ms and looks at its limits, so that a user can be stopped while
// it is blocked. Names are resolved once in five minutes per process.
//
// Threads: a stream belongs to one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "duration.h"

struct ssl_st;

namespace sb::load {

// Monotonic.
Nanos NowNs();

struct StreamSettings {
  std::map<std::string, std::string> hosts;
  bool insecure_skip_tls_verify = false;
  bool no_connection_reuse = false;
};

struct StreamError {
  int code = 0;  // k6's number
  std::string text;
};

// Until when a call may block.
struct WaitLimit {
  Nanos deadline = 0;
  const std::atomic<Nanos>* stop = nullptr;  // a moment that may be set later; 0: none
  bool Passed(Nanos now) const {
    if (now >= deadline) return true;
    const Nanos moment = stop == nullptr ? 0 : stop->load(std::memory_order_relaxed);
    return moment != 0 && now >= moment;
  }
};

struct ConnectTimings {
  double dns = 0, connecting = 0, tls = 0;  // milliseconds
};

class NetStream {
 public:
  static std::unique_ptr<NetStream> Open(const StreamSettings& settings, const std::string& host,
                                         uint16_t port, bool tls, const WaitLimit& wait,
                                         ConnectTimings* timings, StreamError* error);
  ~NetStream();
  NetStream(const NetStream&) = delete;
  NetStream& operator=(const NetStream&) = delete;

  bool Send(std::string_view bytes, const WaitLimit& wait, StreamError* error);
  enum class Got : uint8_t { kBytes, kEnd, kLater, kError };
  // Appends what has come to `out`. With `block` false kLater says that nothing is there.
  Got Receive(bool block, const WaitLimit& wait, std::string* out, StreamError* error);

  int fd() const { return fd_; }
  bool HasBuffered() const;
  const std::string& remote_ip() const { return remote_ip_; }
  uint16_t remote_port() const { return remote_port_; }
  std::string tls_version() const;

 private:
  NetStream() = default;
  bool Connect(const StreamSettings& settings, const std::string& host, uint16_t port,
               const WaitLimit& wait, ConnectTimings* timings, StreamError* error);
  bool Handshake(const StreamSettings& settings, const std::string& host, const WaitLimit& wait,
                 StreamError* error);

  int fd_ = -1;
  ssl_st* ssl_ = nullptr;
  std::string remote_ip_;
  uint16_t remote_port_ = 0;
};

}  // namespace sb::load
