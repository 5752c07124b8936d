// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include <chrono>
#include <cstdio>

#include "json_text.h"

namespace techmart {

namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void Request::Json(const std::string& body, int status) {
  response_.status = status;
  response_.set_content(body, "application/json");
}

void Request::Page(const std::string& html) {
  response_.set_content(html, "text/html; charset=utf-8");
}

void Request::Fail(int status, const std::string& message) {
  if (status >= 500) {
    span_.SetStatus(signalbox::SpanStatus::kError, message);
  }
  Json("{\"error\":" + JsonText(message) + "}", status);
}

Service::Service(ServiceOptions options)
    : options_(std::move(options)),
      sdk_(signalbox::Sdk::Start({.service_name = options_.name,
                                  .service_version = options_.version,
                                  .resource = {{"deployment.environment.name", "demo"}},
                                  .endpoint = options_.otlp,
                                  .batch_delay_ms = 500,
                                  .metric_interval_ms = 5000,
                                  .shutdown_ms = 500})),
      tracer_(sdk_->tracer(options_.name)),
      logger_(sdk_->logger(options_.name)),
      meter_(sdk_->meter(options_.name)),
      served_(tracer_, meter_),
      calls_(tracer_, meter_) {
  server_.new_task_queue = [] { return new httplib::ThreadPool(8); };
  server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(sdk_->PrometheusText(), "text/plain; version=0.0.4");
  });
  server_.Get("/health", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content("{\"status\":\"ok\",\"service\":" + JsonText(options_.name) + "}",
                         "application/json");
  });
}

Service::~Service() {
  Stop();
}

void Service::Get(const std::string& pattern, const std::string& route, Handler handler) {
  server_.Get(pattern.c_str(), [this, route, handler = std::move(handler)](
                                   const auto& in, auto& out) { Handle(route, handler, in, out); });
}

void Service::Post(const std::string& pattern, const std::string& route, Handler handler) {
  server_.Post(pattern.c_str(),
               [this, route, handler = std::move(handler)](const auto& in, auto& out) {
                 Handle(route, handler, in, out);
               });
}

void Service::Handle(const std::string& route, const Handler& handler,
                     const httplib::Request& request, httplib::Response& response) {
  const auto start = std::chrono::steady_clock::now();
  signalbox::ServedRequest served(
      served_,
      {.method = request.method,
       .route = route,
       .path = request.path,
       .host = request.get_header_value("Host"),
       .user_agent = request.get_header_value("User-Agent"),
       .protocol_version = "1.1"},
      [&](std::string_view name) { return request.get_header_value(std::string(name).c_str()); });
  Request wrapped(request, response, served.span());
  response.status = 200;
  try {
    handler(wrapped);
  } catch (const std::exception& error) {
    served.span().RecordException(error);
    logger_.Error("request failed", {{"http.route", route}, {"error", error.what()}});
    wrapped.Fail(500, error.what());
  }
  served.Answered(response.status, response.body.size());
  LogRequest(request, response.status, SecondsSince(start));
}

void Service::LogRequest(const httplib::Request& request, int status, double seconds) const {
  char text[256];
  std::snprintf(text, sizeof text, "%s %.120s %d %.1f ms", request.method.c_str(),
                request.path.c_str(), status, seconds * 1000);
  const signalbox::Severity severity = status >= 500   ? signalbox::Severity::kError
                                       : status >= 400 ? signalbox::Severity::kWarn
                                                       : signalbox::Severity::kInfo;
  logger_.Log(severity, text,
              {{"method", request.method},
               {"path", request.path},
               {"status", status},
               {"duration_ms", seconds * 1000}});
}

CallResult Service::Call(const std::string& method, const std::string& base,
                         const std::string& path, const std::string& body) {
  signalbox::SentRequest sent(calls_, {.method = method, .url = base + path});
  httplib::Headers headers;
  sent.AddHeaders([&](std::string_view name, std::string_view value) {
    headers.emplace(std::string(name), std::string(value));
  });
  httplib::Client client(base);
  client.set_connection_timeout(1);
  client.set_read_timeout(10);
  const httplib::Result answer = method == "POST"
                                     ? client.Post(path.c_str(), headers, body, "application/json")
                                     : client.Get(path.c_str(), headers);
  if (!answer) {
    sent.Failed("connection", "no answer from " + base);
    return {};
  }
  sent.Answered(answer->status, "1.1");
  return {answer->status, answer->body};
}

bool Service::Start() {
  if (!server_.bind_to_port("127.0.0.1", options_.port)) {
    return false;
  }
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  return true;
}

void Service::StopServing() {
  server_.stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Service::Stop() {
  StopServing();
  sdk_->Shutdown();
}

}  // namespace techmart
