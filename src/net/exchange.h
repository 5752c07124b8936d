// SPDX-License-Identifier: Apache-2.0
//
// Exchange is one request and its reply: the bridge between a session on an event-loop thread and a
// handler on a pool. The handler sees it as ResponseWriter; the session (ExchangeSink) takes what
// the handler produced. Both sides hold it by shared_ptr; either may go first.
//
//   session: header (and body) complete -> Exchange -> Dispatch() -> executor -> handler
//   handler: Send/Write -> pending output -> one posted wake-up -> sink.OnOutput() -> TakeOutput()
//   session: peer gone -> Cancel() -> IsCancelled(), Write() returns false
//
// Threads: functions are grouped by who may call them; what both sides touch is under mutex_.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "net/content_coding.h"
#include "net/response_writer.h"
#include "net/server_state.h"
#include "net/stream_body.h"
#include "net/transport.h"

namespace sb::net {

class Exchange;

// The session's side, called on the loop's thread.
class ExchangeSink {
 public:
  virtual ~ExchangeSink() = default;
  virtual void OnOutput(Exchange& exchange) = 0;
  // The handler read `bytes` of a streaming body.
  virtual void OnBodyConsumed(Exchange& exchange, size_t bytes) = 0;
};

class Exchange : public ResponseWriter, public std::enable_shared_from_this<Exchange> {
 public:
  using Upgrade = std::function<std::unique_ptr<Session>(Transport&)>;
  struct Output {
    std::optional<HttpResponse> head;  // without body
    std::string bytes;
    bool is_finished = false;
    bool is_aborted = false;  // the handler gave up in the middle of its reply
    Headers trailers;
    Upgrade upgrade;  // with a head of status 101
  };

  Exchange(EventLoop& loop, std::shared_ptr<ServerState> server, HttpRequest request,
           Router::Match match, ExchangeSink* sink);
  ~Exchange() override;

  // --- The session, on the loop's thread ---------------------------------------------------------
  // Sets up request().body_reader. Before Dispatch().
  std::shared_ptr<StreamBody> StartStreamBody();
  // Runs the handler, here or on its pool; answers 503 if that is full. May call OnOutput() at
  // once.
  void Dispatch();
  // Everything the handler produced since the last call.
  Output TakeOutput();
  // Bytes of this reply that the transport still holds; counts as unsent for back-pressure.
  void SetInTransport(size_t bytes);
  // The peer will send no more: IsCancelled() turns true, but a reply is still delivered.
  void PeerHalfClosed();
  // The peer is gone, or the session does not want any more.
  void Cancel();
  // The reply went to the transport completely. Cancel() or this ends the session's interest.
  void Complete();
  void AddReservedBody(uint64_t bytes) { reserved_body_bytes_ += bytes; }
  // Before Dispatch() only.
  HttpRequest& mutable_request() { return request_; }
  const Route& route() const { return *route_; }

  // --- The handler (response_writer.h) -----------------------------------------------------------
  void Send(HttpResponse response) override;
  void Start(HttpResponse head) override;
  bool Write(std::string_view bytes) override;
  bool Flush() override;
  void SetTrailer(std::string name, std::string value) override;
  void Finish() override;
  base::Result<std::shared_ptr<WebSocket>> AcceptWebSocket(WebSocketOptions options,
                                                           WebSocketCallbacks callbacks) override;
  std::shared_ptr<ResponseWriter> Detach() override { return guard_.lock(); }
  bool IsCancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  void OnCancel(std::function<void()> callback) override;

 private:
  enum class Phase : uint8_t { kOpen, kStreaming, kFinished };

  void RunHandler();
  bool DecodeBody();
  void OnHandlerReleased();
  // Moves from one phase to the next; false (and a log line) if the handler did it twice.
  bool Advance(Phase from, Phase to);
  void PrepareHead(HttpResponse& head);
  ContentCoding CodingFor(const HttpResponse& head) const;
  bool AppendBody(std::string bytes, bool waits);
  size_t UnsentLocked() const SB_REQUIRES(mutex_) { return pending_.size() + in_transport_; }
  void WakeLoop() SB_REQUIRES(mutex_);
  void DeliverOutput();
  void RaiseCancelled();
  void Report();

  EventLoop& loop_;
  const std::shared_ptr<ServerState> server_;
  const std::shared_ptr<const Route> route_;
  HttpRequest request_;
  const bool is_head_request_;
  const int64_t start_ns_;

  // The loop's thread only.
  ExchangeSink* sink_;
  uint64_t reserved_body_bytes_ = 0;

  // The handler's calls only.
  std::unique_ptr<ContentEncoder> encoder_;
  std::optional<uint64_t> declared_left_;  // of a Content-Length given to Start()
  bool has_no_body_ = false;
  std::weak_ptr<ResponseWriter> guard_;
  std::shared_ptr<StreamBody> stream_body_;

  std::atomic<bool> is_cancelled_{false};
  std::atomic<bool> is_gone_{false};  // after Cancel(): nothing reaches the peer any more
  mutable base::Mutex mutex_;
  base::CondVar drained_;
  Phase phase_ SB_GUARDED_BY(mutex_) = Phase::kOpen;
  std::optional<HttpResponse> head_ SB_GUARDED_BY(mutex_);
  std::string pending_ SB_GUARDED_BY(mutex_);
  size_t in_transport_ SB_GUARDED_BY(mutex_) = 0;
  bool is_aborted_ SB_GUARDED_BY(mutex_) = false;
  bool wake_posted_ SB_GUARDED_BY(mutex_) = false;
  int status_ SB_GUARDED_BY(mutex_) = 0;
  uint64_t body_bytes_ SB_GUARDED_BY(mutex_) = 0;
  Headers trailers_ SB_GUARDED_BY(mutex_);
  Upgrade upgrade_ SB_GUARDED_BY(mutex_);
  std::function<void()> cancel_callback_ SB_GUARDED_BY(mutex_);
};

// The pool of a route; null if it runs on the event loop.
const Executor* FindExecutor(const ServerState& server, const Route& route);

}  // namespace sb::net
