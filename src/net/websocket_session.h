// SPDX-License-Identifier: Apache-2.0
//
// WebSocket on a connection that HTTP/1.1 handed over. WebSocketChannel is the part that handlers
// hold (net/websocket.h) and that survives the connection; the session, made by
// MakeWebSocketSession(), moves frames between it and the transport on the loop's thread.
//
//   peer -> session -> channel.inbox -> on_message on the route's pool, one at a time
//   SendText -> channel.outbox -> one posted wake-up -> session -> transport
//
// Invariants: callbacks never overlap; on_close is the last one and comes exactly once.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/status.h"
#include "net/server_state.h"
#include "net/transport.h"
#include "net/websocket.h"
#include "net/websocket_codec.h"

namespace sb::net {

class WebSocketSession;

struct WebSocketHandshake {
  HttpResponse response;
  std::string subprotocol;
};
// kInvalidArgument for what is no valid upgrade, kPermissionDenied for a foreign Origin.
base::Result<WebSocketHandshake> CheckWebSocketRequest(const HttpRequest& request,
                                                       const WebSocketOptions& options);

class WebSocketChannel : public WebSocket, public std::enable_shared_from_this<WebSocketChannel> {
 public:
  // An empty executor runs the callbacks on the loop's thread.
  WebSocketChannel(EventLoop& loop, std::shared_ptr<ServerState> server, WebSocketOptions options,
                   WebSocketCallbacks callbacks, Executor executor, std::string subprotocol);
  ~WebSocketChannel() override;

  bool SendText(std::string_view text) override;
  bool SendBinary(std::string_view bytes) override;
  void Close(uint16_t code, std::string_view reason) override;
  bool IsOpen() const override { return is_open_.load(); }
  size_t unsent_bytes() const override;
  const std::string& subprotocol() const override { return subprotocol_; }

 private:
  friend class WebSocketSession;

  bool Send(WebSocketOpcode opcode, std::string_view payload);
  void Enqueue(std::string frame) SB_REQUIRES(mutex_);
  void PostPump();
  void StartCallbacks();
  void RunCallbacks();

  // The session, on the loop's thread.
  void Deliver(WebSocketMessage message);
  void DeliverClose(uint16_t code, std::string reason);
  size_t inbox_size() const;
  std::string TakeOutbox(bool* wants_close);
  void SetInTransport(size_t bytes);

  EventLoop& loop_;
  const std::shared_ptr<ServerState> server_;
  const WebSocketOptions options_;
  const WebSocketCallbacks callbacks_;
  const Executor executor_;
  const std::string subprotocol_;
  WebSocketSession* session_ = nullptr;  // the loop's thread only

  std::atomic<bool> is_open_{true};
  mutable base::Mutex mutex_;
  base::CondVar drained_;
  std::string outbox_ SB_GUARDED_BY(mutex_);
  size_t in_transport_ SB_GUARDED_BY(mutex_) = 0;
  bool wants_close_ SB_GUARDED_BY(mutex_) = false;
  bool wake_posted_ SB_GUARDED_BY(mutex_) = false;
  std::deque<WebSocketMessage> inbox_ SB_GUARDED_BY(mutex_);
  bool is_running_callbacks_ SB_GUARDED_BY(mutex_) = false;
  bool has_close_event_ SB_GUARDED_BY(mutex_) = false;
  uint16_t close_code_ SB_GUARDED_BY(mutex_) = 0;
  std::string close_reason_ SB_GUARDED_BY(mutex_);
};

std::unique_ptr<Session> MakeWebSocketSession(Transport& transport,
                                              std::shared_ptr<WebSocketChannel> channel);

}  // namespace sb::net
