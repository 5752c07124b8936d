// SPDX-License-Identifier: Apache-2.0
#include "api/ui/inner_calls.h"

#include <exception>

#include "base/log.h"

namespace sb::api {

namespace {

// Of the outer request's body, conditions and compression.
constexpr std::string_view kOuterHeaders[] = {
    "Accept-Encoding", "Content-Length",    "Content-Type", "Content-Encoding", "If-None-Match",
    "Range",           "If-Modified-Since", "Connection",   "Transfer-Encoding"};

base::Result<net::HttpRequest> InnerRequest(const net::HttpRequest& outer, std::string target) {
  if (target.empty() || target.front() != '/') {
    return base::InvalidArgument("a path starts with \"/\": " + target);
  }
  net::HttpRequest request;
  const size_t question = target.find('?');
  SB_ASSIGN_OR_RETURN(request.path, net::PercentDecodePath(target.substr(0, question)));
  request.raw_query = question == std::string::npos ? "" : target.substr(question + 1);
  base::Result<net::UrlParams> query = net::UrlParams::Parse(request.raw_query);
  request.query_error = query.status();
  request.query = query.ok() ? std::move(query).value() : net::UrlParams();
  request.method = "GET";
  request.target = std::move(target);
  request.headers = outer.headers;
  for (const std::string_view name : kOuterHeaders) {
    request.headers.Remove(name);
  }
  request.host = outer.host;
  request.peer_address = outer.peer_address;
  request.peer_port = outer.peer_port;
  request.version = outer.version;
  request.is_tls = outer.is_tls;
  request.tls_client_subject = outer.tls_client_subject;
  request.principal = outer.principal;
  return request;
}

}  // namespace

InnerCall::InnerCall(net::HttpRequest request, net::Router::Match match, Done done)
    : request_(std::move(request)), route_(std::move(match.route)), done_(std::move(done)) {}

InnerCall::~InnerCall() {
  Deliver(net::PlainTextResponse(500, "Internal Server Error"));
}

void InnerCall::Run() {
  if (IsCancelled()) {
    return;
  }
  try {
    route_->handler(request_, *this);
  } catch (const std::exception& e) {
    SB_LOG_EVERY(1, kError, "handler threw", {"route", route_->pattern}, {"error", e.what()});
  }
}

void InnerCall::Deliver(net::HttpResponse response) {
  if (const Done done = std::exchange(done_, nullptr)) {
    done(std::move(response));
  }
}

void InnerCall::Cancel() {
  std::function<void()> callback;
  {
    const base::MutexLock lock(mutex_);
    is_cancelled_.store(true, std::memory_order_relaxed);
    callback = std::exchange(cancel_callback_, nullptr);
  }
  if (callback) {
    callback();
  }
}

void InnerCall::OnCancel(std::function<void()> callback) {
  {
    const base::MutexLock lock(mutex_);
    if (!is_cancelled_.load(std::memory_order_relaxed)) {
      cancel_callback_ = std::move(callback);
      return;
    }
  }
  callback();
}

void InnerCall::Send(net::HttpResponse response) {
  Deliver(response.body.size() <= kInnerReplyBytesMax
              ? std::move(response)
              : net::PlainTextResponse(500, "the answer is too long for a batch"));
}

void InnerCall::Start(net::HttpResponse head) {
  reply_ = std::move(head);
}

bool InnerCall::Write(std::string_view bytes) {
  is_too_long_ = is_too_long_ || reply_.body.size() + bytes.size() > kInnerReplyBytesMax;
  if (is_too_long_) {
    reply_.body.clear();
    return false;
  }
  reply_.body += bytes;
  return !IsCancelled();
}

void InnerCall::Finish() {
  Deliver(is_too_long_ ? net::PlainTextResponse(500, "the answer is too long for a batch")
                       : std::move(reply_));
}

base::Result<std::shared_ptr<net::WebSocket>> InnerCall::AcceptWebSocket(net::WebSocketOptions,
                                                                         net::WebSocketCallbacks) {
  Deliver(net::PlainTextResponse(501, "a WebSocket cannot be part of a batch"));
  return base::InvalidArgument("no WebSocket in an inner call");
}

const net::Executor* InnerCalls::ExecutorOf(const std::string& pool) const {
  const auto it = options_.executors.find(pool);
  return it != options_.executors.end() ? &it->second : nullptr;
}

InnerCall::Done InnerCalls::Observed(const net::HttpRequest& request,
                                     std::shared_ptr<const net::Route> route,
                                     InnerCall::Done done) const {
  if (!options_.on_response || options_.clock == nullptr) {
    return done;
  }
  return [this, request, route = std::move(route), done = std::move(done),
          start_ns = options_.clock->MonotonicNs()](net::HttpResponse response) {
    const int64_t took_ns = options_.clock->MonotonicNs() - start_ns;
    options_.on_response(request, *route, response.status, response.body.size(), took_ns);
    done(std::move(response));
  };
}

// Null if `done` was called: there is nothing to run.
std::shared_ptr<InnerCall> InnerCalls::Make(const net::HttpRequest& outer, std::string target,
                                            InnerCall::Done done) const {
  base::Result<net::HttpRequest> request = InnerRequest(outer, std::move(target));
  if (!request.ok()) {
    done(net::PlainTextResponse(400, request.status().message()));
    return nullptr;
  }
  if (routes_ == nullptr) {
    done(net::PlainTextResponse(503, "the server is still starting"));
    return nullptr;
  }
  const std::string raw_path = request->target.substr(0, request->target.find('?'));
  net::Router::Match match = routes_->Find("GET", raw_path);
  if (match.route->options.streaming_body) {
    done(net::PlainTextResponse(501, "this path cannot be part of a batch"));
    return nullptr;
  }
  request->path_params = std::move(match.path_params);
  request->mount_prefix = match.route->mount_prefix;
  done = Observed(*request, match.route, std::move(done));
  return std::make_shared<InnerCall>(std::move(request).value(), std::move(match), std::move(done));
}

std::weak_ptr<InnerCall> InnerCalls::Get(const net::HttpRequest& outer, std::string target,
                                         InnerCall::Done done) const {
  std::shared_ptr<InnerCall> call = Make(outer, std::move(target), std::move(done));
  if (call == nullptr) {
    return {};
  }
  const net::RouteOptions& route = call->route().options;
  const net::Executor* executor = route.run_on_event_loop ? nullptr : ExecutorOf(route.pool);
  if (executor == nullptr) {
    call->Run();
  } else if (!(*executor)([call] { call->Run(); })) {
    call->Send(net::PlainTextResponse(503, "too many requests are waiting"));
  }
  return call;
}

net::HttpResponse InnerCalls::GetNow(const net::HttpRequest& outer, std::string target) const {
  // A handler may keep the call beyond its return, and then answers this instead of the caller.
  struct Slot {
    base::Mutex mutex;
    net::HttpResponse reply SB_GUARDED_BY(mutex) = net::HttpResponse(500);
  };
  const auto slot = std::make_shared<Slot>();
  const std::shared_ptr<InnerCall> call =
      Make(outer, std::move(target), [slot](net::HttpResponse response) {
        const base::MutexLock lock(slot->mutex);
        slot->reply = std::move(response);
      });
  if (call != nullptr) {
    call->Run();
  }
  const base::MutexLock lock(slot->mutex);
  return std::move(slot->reply);
}

}  // namespace sb::api
