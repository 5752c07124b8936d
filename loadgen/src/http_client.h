// SPDX-License-Identifier: Apache-2.0
//
// The HTTP/1.1 client of one virtual user: blocking, keep-alive, with the timings that k6 shows.
//
//   HttpClient client(settings);
//   HttpRequest request{"GET", "http://127.0.0.1:8080/", headers, "", deadline};
//   HttpResponse response;
//   client.Exchange(request, &response);            // or ExchangeAll(), several at once
//
// The caller runs on the user's own thread and holds no lock meanwhile. A request that cannot be
// sent or answered has status 0 and `error`, `error_code` (k6's numbers: 1050 timeout, 1101 DNS,
// 1212 refused, 1220 reset …). A kept connection that the server has closed in between is replaced
// once. Bodies above kBodyBytesMax end the exchange with an error.
//
// Threads: one at a time; settings and the DNS cache are shared.
// Source: RFC 9112; error codes from k6's documentation, "Error codes".
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "duration.h"
#include "net_stream.h"

namespace sb::load {

struct Url {
  bool tls = false;
  std::string host;  // without the brackets of IPv6
  uint16_t port = 0;
  std::string authority;  // what Host says
  std::string target;     // path and query, at least "/"
  std::string user_info;  // "user:password", percent-decoded
};
// False for what is not an absolute http(s) (or ws(s)) URL.
bool ParseUrl(std::string_view text, Url* url);

struct HttpRequest {
  std::string method;
  Url url;
  std::string headers;  // lines that end with CR LF, without Host and Content-Length
  std::string body;
  bool has_body = false;
  bool keep_body = true;  // false: the response's body is read and thrown away
  Nanos timeout = 60 * kSecond;
};

// Milliseconds.
struct HttpTimings {
  double blocked = 0, connecting = 0, tls = 0, sending = 0, waiting = 0, receiving = 0;
  double duration() const { return sending + waiting + receiving; }
};

struct HttpResponse {
  int status = 0;
  std::string status_text;
  std::string proto;
  std::string headers;  // as received, without the status line
  std::string body;
  std::string error;
  int error_code = 0;
  HttpTimings timings;
  std::string remote_ip;
  uint16_t remote_port = 0;
  std::string tls_version;
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
};

class HttpClient {
 public:
  static constexpr size_t kBodyBytesMax = 256u << 20;

  explicit HttpClient(const StreamSettings& settings) : settings_(settings) {}

  // `stop` (may be null) ends the wait: its value is a moment of NowNs(), 0 for never.
  void Exchange(const HttpRequest& request, const std::atomic<Nanos>* stop,
                HttpResponse* response);
  // At most `at_once` in flight together, each on a connection of its own.
  void ExchangeAll(std::span<const HttpRequest> requests, size_t at_once,
                   const std::atomic<Nanos>* stop, std::span<HttpResponse> responses);
  void CloseAll() { idle_.clear(); }

 private:
  class Flight;
  struct Idle {
    std::string key;
    std::unique_ptr<NetStream> stream;
  };
  std::unique_ptr<NetStream> TakeIdle(const std::string& key);
  void Keep(std::string key, std::unique_ptr<NetStream> stream);

  const StreamSettings& settings_;
  std::vector<Idle> idle_;
};

}  // namespace sb::load
