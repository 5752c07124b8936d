// SPDX-License-Identifier: Apache-2.0
//
// HTTP as OpenTelemetry's conventions tell it (stable since 1.23): for each request one span and
// one value of http.server.request.duration or http.client.request.duration. Knows no HTTP library:
// the caller says what it received or is about to send.
//
//   HttpServer telemetry(sdk->tracer("http"), sdk->meter("http"));           // once
//   ServedRequest served(telemetry, {.method = "GET", .route = "/cart/{id}", .path = "/cart/7"},
//                        [&](std::string_view name) { return request.Header(name); });
//   …                                     // spans started here are children; baggage is the
//   caller's served.Answered(200);
//
//   HttpClient client(sdk->tracer("http"), sdk->meter("http"));
//   SentRequest sent(client, {.method = "GET", .url = "http://stock:7002/items/7"});
//   sent.AddHeaders([&](auto name, auto value) { request.SetHeader(name, value); });
//   …
//   sent.Answered(200);                   // or sent.Failed("timeout", "no answer within 10 s")
//
// A request whose end nobody tells counts as failed. Unknown methods are "_OTHER"; user and
// password in a URL become REDACTED. A server's span fails from status 500 on, a client's from 400
// on.
//
// Threads: HttpServer and HttpClient are safe for concurrent use; one request is of one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "signalbox/metrics.h"
#include "signalbox/propagation.h"
#include "signalbox/tracer.h"

namespace signalbox {

class HttpServer {
 public:
  HttpServer(Tracer tracer, const Meter& meter);

 private:
  friend class ServedRequest;
  Tracer tracer_;
  Histogram duration_;
  UpDownCounter active_;
};

struct HttpServerFacts {
  std::string method;
  std::string route = {};  // with placeholders; "" where none matched
  std::string path = {};
  std::string query = {};
  std::string scheme = "http";
  std::string host = {};            // of the Host header, with port
  std::string client_address = {};  // of the user, not of the last proxy
  std::string user_agent = {};
  std::string protocol_version = {};  // "1.1", "2"
  int64_t elapsed_ns = 0;             // where it is told late: how long it has been served already
};

class ServedRequest {
 public:
  ServedRequest(const HttpServer& server, HttpServerFacts facts, const HeaderGetter& headers);
  ~ServedRequest();
  ServedRequest(const ServedRequest&) = delete;
  ServedRequest& operator=(const ServedRequest&) = delete;

  Span& span() { return *span_; }
  void Answered(int status, size_t body_bytes = 0);

 private:
  const HttpServer& server_;
  const HttpServerFacts facts_;
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now() - std::chrono::nanoseconds(facts_.elapsed_ns);
  ContextScope caller_;
  ActiveSpan span_;
  int status_ = 0;
};

class HttpClient {
 public:
  HttpClient(Tracer tracer, const Meter& meter);

 private:
  friend class SentRequest;
  Tracer tracer_;
  Histogram duration_;
};

struct HttpClientFacts {
  std::string method;
  std::string url;                // absolute
  int resend_count = 0;           // retries and redirects before this one
  std::string url_template = {};  // of low cardinality, for the span's name
};

class SentRequest {
 public:
  SentRequest(const HttpClient& client, HttpClientFacts facts);
  ~SentRequest();
  SentRequest(const SentRequest&) = delete;
  SentRequest& operator=(const SentRequest&) = delete;

  // Trace and baggage for the request that is sent.
  void AddHeaders(const HeaderSetter& set) const;
  Span& span() { return *span_; }
  void Answered(int status, std::string_view protocol_version = {});
  // No answer: `type` is of low cardinality.
  void Failed(std::string_view type, std::string_view message);

 private:
  const HttpClient& client_;
  const std::string method_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string address_;
  int64_t port_ = 0;
  ActiveSpan span_;
  int status_ = 0;
  std::string error_type_ = "unfinished";
};

}  // namespace signalbox
