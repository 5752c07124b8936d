// SPDX-License-Identifier: Apache-2.0
//
// HttpClient sends requests, on libcurl's multi interface in a thread of its own, with connections
// kept for reuse.
//
//   HttpClient client;
//   ClientRequest request;
//   request.url = "http://127.0.0.1:9100/metrics";
//   request.timeout_ms = 10'000;
//   base::Result<ClientResponse> reply = client.Fetch(std::move(request));
//
// Any HTTP status is a reply; a Status says that there is none: kDeadlineExceeded (timeout),
// kUnavailable (refused, reset, unknown host, TLS), kResourceExhausted (body above its limit),
// kPermissionDenied (address filter), kInvalidArgument (URL, options), kCancelled, kAborted (too
// many redirects). Messages name scheme, host and path, never user info, query, headers or secrets.
//
// Threads: safe for concurrent use. Callbacks run on the client's thread and must be short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "net/address_filter.h"
#include "net/http_message.h"

namespace sb::net {

struct ClientTlsOptions {
  // PEM text; *_file variants are resolved by HttpClientConfig (http_client_config.h).
  std::string ca_pem;  // empty: the system's
  std::string cert_pem;
  std::string key_pem;
  std::string server_name;  // for SNI and verification instead of the URL's host
  bool insecure_skip_verify = false;
  std::string min_version;  // "", TLS10, TLS11, TLS12, TLS13
  std::string max_version;
};

struct ProxyOptions {
  std::string url;                // http://, https://, socks5://; may hold user info
  std::string no_proxy;           // comma-separated hosts, domains, addresses, CIDR
  bool from_environment = false;  // HTTP_PROXY, HTTPS_PROXY, NO_PROXY
  std::vector<std::pair<std::string, std::string>> connect_headers;
};

enum class RedirectPolicy : uint8_t { kFollow, kReturn };

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  int64_t timeout_ms = 30'000;  // for everything, redirects included
  int64_t connect_timeout_ms = 10'000;
  size_t max_response_bytes = 64 << 20;  // decoded
  // Sent as Accept-Encoding and undone in the reply; "" asks for none. A header Accept-Encoding in
  // `headers` wins, and what it brings is undone as well.
  std::string accept_encoding = "zstd, gzip";
  RedirectPolicy redirects = RedirectPolicy::kFollow;
  int max_redirects = 10;
  bool enable_http2 = true;
  bool http2_prior_knowledge = false;  // h2c
  std::string unix_socket;             // path; the URL's host is then only the Host header
  // Authorization and Cookie headers are not sent on to another host by a redirect.
  std::string basic_auth_user;
  std::string basic_auth_password;
  std::string bearer_token;
  ClientTlsOptions tls;
  ProxyOptions proxy;
  // Asked for every address before it is connected to, after DNS, on each redirect; such requests
  // get a connection of their own. Through a proxy it sees the proxy's address only. Null: all.
  std::shared_ptr<const AddressFilter> address_filter;
};

struct ClientResponse {
  int status = 0;
  HttpVersion version = HttpVersion::kHttp11;
  Headers headers;  // of the last hop; Content-Encoding is removed if it was undone
  Headers trailers;
  std::string body;
  std::string effective_url;    // without user info
  uint64_t received_bytes = 0;  // of the body, on the wire
  int64_t duration_ns = 0;
  bool reused_connection = false;
};

struct ClientStats {
  uint64_t requests = 0;
  uint64_t failures = 0;
  uint64_t timeouts = 0;
  uint64_t address_denied = 0;
  uint64_t body_too_large = 0;
  uint64_t connections_opened = 0;
  uint64_t in_flight = 0;  // gauge
};

// Cancels a request in flight: its callback gets kCancelled unless it already ran. Copies refer to
// the same request; dropping them cancels nothing.
class RequestHandle {
 public:
  RequestHandle() = default;
  void Cancel() const;

 private:
  friend class HttpClient;
  friend class ConfiguredClient;
  explicit RequestHandle(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  std::function<void()> cancel_;
};

class HttpClient {
 public:
  struct Options {
    base::Env* env = nullptr;  // null: base::Env::Real()
    std::string user_agent = "Signalbox";
    size_t max_idle_connections = 1'024;
    size_t max_in_flight = 65'536;  // above it requests fail with kResourceExhausted
    int64_t idle_connection_ms = 300'000;
  };
  using Callback = std::function<void(base::Result<ClientResponse>)>;

  explicit HttpClient(Options options);
  HttpClient() : HttpClient(Options()) {}
  ~HttpClient();  // cancels what is in flight; callbacks have run when it returns
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Not on the client's own thread.
  base::Result<ClientResponse> Fetch(ClientRequest request);
  // The callback runs exactly once.
  RequestHandle FetchAsync(ClientRequest request, Callback callback);

  ClientStats stats() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::net
