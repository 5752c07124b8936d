// SPDX-License-Identifier: Apache-2.0
//
// OtlpTransport sends one export request to one server, by HTTP with protobuf or by gRPC (HTTP/2
// without TLS negotiation where the address is http://).
//
// Threads: one at a time; connections are kept between calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace signalbox::internal {

enum class Signal { kTraces, kMetrics, kLogs };

struct TransportOptions {
  // Of HTTP: the whole address of the signal; of gRPC: scheme, host and port.
  std::string address;
  bool is_grpc = false;
  bool is_gzip = false;
  int64_t timeout_ms = 10'000;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct SendResult {
  bool is_ok = false;
  bool is_retryable = false;
  int64_t retry_after_ms = 0;  // as the server asked; 0: it did not
  std::string error;
};

class OtlpTransport {
 public:
  virtual ~OtlpTransport() = default;
  virtual SendResult Send(const std::string& request) = 0;
};

std::unique_ptr<OtlpTransport> MakeCurlTransport(Signal signal, TransportOptions options);

}  // namespace signalbox::internal
