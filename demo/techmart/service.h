// SPDX-License-Identifier: Apache-2.0
//
// Service is one of the demo's programs: its telemetry, an HTTP server whose routes are traced and
// measured, and calls to other services that carry the context along.
//
//   Service api({.name = "techmart-api", .port = 7001, .otlp = "http://127.0.0.1:4318"});
//   api.Get("/api/products/([0-9]+)", "/api/products/{id}", [&](Request& request) { … });
//   api.Start();
//
// A handler answers with Json() or Fail(); an exception becomes 500, with the span marked as
// failed.
//
// Threads: handlers run on the server's own threads.
#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "signalbox/http.h"
#include "signalbox/sdk.h"

namespace techmart {

struct ServiceOptions {
  std::string name;
  std::string version = "1.4.2";
  int port = 0;
  std::string otlp;  // base address of the receiver
};

class Request {
 public:
  Request(const httplib::Request& request, httplib::Response& response, signalbox::Span& span)
      : request_(request), response_(response), span_(span) {}

  // Part `i` of the path, from 1.
  std::string Part(size_t i) const { return request_.matches[i].str(); }
  std::string Query(const std::string& name, const std::string& fallback = "") const {
    return request_.has_param(name.c_str()) ? request_.get_param_value(name.c_str()) : fallback;
  }
  const std::string& body() const { return request_.body; }
  signalbox::Span& span() { return span_; }

  void Json(const std::string& body, int status = 200);
  void Page(const std::string& html);
  // {"error": message} and the status; 5xx marks the span.
  void Fail(int status, const std::string& message);

 private:
  const httplib::Request& request_;
  httplib::Response& response_;
  signalbox::Span& span_;
};

struct CallResult {
  int status = 0;  // 0: no answer
  std::string body;
  bool ok() const { return status >= 200 && status < 400; }
};

class Service {
 public:
  using Handler = std::function<void(Request&)>;

  explicit Service(ServiceOptions options);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // `pattern` is a regular expression over the path, `route` its name in telemetry.
  void Get(const std::string& pattern, const std::string& route, Handler handler);
  void Post(const std::string& pattern, const std::string& route, Handler handler);

  // A traced request to another service; headers carry trace and baggage.
  CallResult Call(const std::string& method, const std::string& base, const std::string& path,
                  const std::string& body = "");

  // False if the port is taken.
  bool Start();
  // Serves nobody any more; telemetry goes on.
  void StopServing();
  void Stop();

  const std::string& name() const { return options_.name; }
  int port() const { return options_.port; }
  signalbox::Sdk& sdk() { return *sdk_; }
  const signalbox::Tracer& tracer() const { return tracer_; }
  const signalbox::Logger& logger() const { return logger_; }
  const signalbox::Meter& meter() const { return meter_; }

 private:
  void Handle(const std::string& route, const Handler& handler, const httplib::Request& request,
              httplib::Response& response);
  void LogRequest(const httplib::Request& request, int status, double seconds) const;

  const ServiceOptions options_;
  std::unique_ptr<signalbox::Sdk> sdk_;
  signalbox::Tracer tracer_;
  signalbox::Logger logger_;
  signalbox::Meter meter_;
  const signalbox::HttpServer served_;
  const signalbox::HttpClient calls_;
  httplib::Server server_;
  std::thread thread_;
};

}  // namespace techmart
