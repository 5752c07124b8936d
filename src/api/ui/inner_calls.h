// SPDX-License-Identifier: Apache-2.0
//
// InnerCalls asks the program's own APIs without a socket: what a page needs in one answer instead
// of thirty requests.
//
//   InnerCalls calls({.executors = …, .clock = &env.clock()});
//   calls.Use(main_routes);                                    // once, before the first call
//   std::weak_ptr<InnerCall> call = calls.Get(request, "/loki/api/v1/labels", done);
//   net::HttpResponse now = calls.GetNow(request, "/api/datasources");   // on this thread
//
// The inner request is a GET with the headers and the principal of the outer one; what belongs to
// the outer body, to its conditions and to its compression is left out. Get() runs the handler on
// the executor of its route and calls `done` exactly once, on any thread: with 404 if there is no
// such path, 400 if the target is malformed, 503 if the executor refuses, 500 if the handler gives
// up, 501 for routes that read a body in pieces and for WebSockets. A reply of more than
// kInnerReplyBytesMax is cut and becomes a 500.
//
// GetNow() answers 500 if the handler has not replied when it returns.
//
// Threads: Use() first, then any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/env.h"
#include "base/mutex.h"
#include "net/http_message.h"
#include "net/http_server.h"
#include "net/response_writer.h"
#include "net/router.h"

namespace sb::api {

inline constexpr size_t kInnerReplyBytesMax = 64 << 20;

// One call under way; keeps the reply until it is whole.
class InnerCall final : public net::ResponseWriter, public std::enable_shared_from_this<InnerCall> {
 public:
  using Done = std::function<void(net::HttpResponse)>;

  InnerCall(net::HttpRequest request, net::Router::Match match, Done done);
  ~InnerCall() override;  // a reply that never came is a 500

  // Runs the handler on this thread.
  void Run();
  // Whoever asked has gone: the handler is told.
  void Cancel();
  const net::HttpRequest& request() const { return request_; }
  const net::Route& route() const { return *route_; }

  // --- The handler (net/response_writer.h) ---
  void Send(net::HttpResponse response) override;
  void Start(net::HttpResponse head) override;
  bool Write(std::string_view bytes) override;
  bool Flush() override { return !IsCancelled(); }
  void SetTrailer(std::string, std::string) override {}
  void Finish() override;
  base::Result<std::shared_ptr<net::WebSocket>> AcceptWebSocket(
      net::WebSocketOptions options, net::WebSocketCallbacks callbacks) override;
  std::shared_ptr<net::ResponseWriter> Detach() override { return shared_from_this(); }
  bool IsCancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  void OnCancel(std::function<void()> callback) override;

 private:
  void Deliver(net::HttpResponse response);

  const net::HttpRequest request_;
  const std::shared_ptr<const net::Route> route_;
  // The handler's calls only.
  Done done_;
  net::HttpResponse reply_;
  bool is_too_long_ = false;

  std::atomic<bool> is_cancelled_{false};
  base::Mutex mutex_;
  std::function<void()> cancel_callback_ SB_GUARDED_BY(mutex_);
};

class InnerCalls {
 public:
  struct Options {
    std::map<std::string, net::Executor> executors = {};  // by RouteOptions::pool, "" among them
    const base::Clock* clock = nullptr;
    // As HttpServerOptions::on_response. Optional.
    std::function<void(const net::HttpRequest&, const net::Route&, int status, uint64_t body_bytes,
                       int64_t duration_ns)>
        on_response = {};
  };
  explicit InnerCalls(Options options) : options_(std::move(options)) {}

  void Use(std::shared_ptr<const net::Router> routes) { routes_ = std::move(routes); }
  // Empty if the call was over at once.
  std::weak_ptr<InnerCall> Get(const net::HttpRequest& outer, std::string target,
                               InnerCall::Done done) const;
  net::HttpResponse GetNow(const net::HttpRequest& outer, std::string target) const;
  const net::Executor* ExecutorOf(const std::string& pool) const;

 private:
  std::shared_ptr<InnerCall> Make(const net::HttpRequest& outer, std::string target,
                                  InnerCall::Done done) const;
  InnerCall::Done Observed(const net::HttpRequest& request, std::shared_ptr<const net::Route> route,
                           InnerCall::Done done) const;

  const Options options_;
  std::shared_ptr<const net::Router> routes_;
};

}  // namespace sb::api
