// SPDX-License-Identifier: Apache-2.0
//
// ProbeStream is a blocking connection, TCP or Unix, with or without TLS, every call bounded by the
// probe's deadline (kDeadlineExceeded). kUnavailable for what the peer or the network does.
//
// Threads: one thread at a time.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "collect/probe/certificate_metrics.h"
#include "collect/probe/probe_address.h"

namespace sb::probe {

class ProbeStream {
 public:
  explicit ProbeStream(const ProbeJob& job) : job_(job) {}
  ~ProbeStream();
  ProbeStream(const ProbeStream&) = delete;
  ProbeStream& operator=(const ProbeStream&) = delete;

  // `source_ip`: the address to bind; empty: any.
  base::Status ConnectTcp(const net::IpAddress& ip, uint16_t port, const std::string& source_ip);
  base::Status ConnectUnix(const std::string& path);
  // Verifies the peer as `server_name`, or the name of `config`.
  base::Status StartTls(const net::TlsConfig& config, const std::string& server_name);
  const TlsFacts& tls_facts() const { return facts_; }

  base::Status Write(std::string_view bytes);
  // The next line without its end; kOutOfRange at the end of the stream, kResourceExhausted for a
  // line above 64 KiB.
  base::Result<std::string> ReadLine();
  // Exactly `size` bytes; kOutOfRange if the stream ends before.
  base::Result<std::string> ReadBytes(size_t size);

 private:
  base::Status Open(const sockaddr_storage& address, socklen_t size, int family);
  base::Status Wait(short events);
  // What to wait for after `result` of an SSL call; an error when there is nothing to wait for.
  base::Status WaitTls(int result, std::string_view what);
  // Appends at least a byte to buffer_.
  base::Status Fill();
  base::Status LoadTls(const net::TlsConfig& config);

  const ProbeJob& job_;
  int fd_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
  TlsFacts facts_;
  std::string buffer_;
};

}  // namespace sb::probe
