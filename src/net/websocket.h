// SPDX-License-Identifier: Apache-2.0
//
// The server's side of a WebSocket (RFC 6455, version 13, no extensions).
//
//   router.Handle("GET", "/loki/api/v1/tail", [](const HttpRequest& request, ResponseWriter&
//   writer) {
//     WebSocketCallbacks callbacks;
//     callbacks.on_message = [](WebSocket& socket, WebSocketMessage message) { … };
//     auto socket = writer.AcceptWebSocket({}, std::move(callbacks));
//     if (!socket.ok()) writer.Send(PlainTextResponse(400, socket.status().message()));
//   });
//
// The socket lives as long as the connection, or as long as somebody holds it. Pings are answered
// by the server itself, and it pings an idle peer; a peer that answers neither is closed. A
// protocol error, text that is not UTF-8, or a message above the limit closes with the code that
// the RFC names (1002, 1007, 1009). Callbacks run on the route's pool, one at a time and in order;
// while they lag behind, the peer is not read, so that the backlog is bounded.
//
// Threads: all functions are safe for concurrent use. Send() must not be called on an event-loop
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sb::net {

struct WebSocketOptions {
  size_t max_message_bytes = 1 << 20;
  // Received messages that wait for on_message before the peer is no longer read.
  size_t max_queued_messages = 64;
  // Unsent bytes above which Send() blocks.
  size_t max_unsent_bytes = 1 << 20;
  int64_t ping_interval_ms = 30'000;  // of silence; the answer is due within another interval
  int64_t close_timeout_ms = 5'000;   // for the peer's half of the close handshake
  // Offered in order of preference; the first that the peer names is chosen.
  std::vector<std::string> subprotocols = {};
  // Empty: any. Otherwise a request whose Origin is not among them is refused.
  std::vector<std::string> allowed_origins = {};
};

struct WebSocketMessage {
  bool is_text = true;
  std::string payload;
};

class WebSocket;

struct WebSocketCallbacks {
  std::function<void(WebSocket&, WebSocketMessage)> on_message;
  // Once, last: the peer's close code, or 1006 if the connection broke.
  std::function<void(WebSocket&, uint16_t code, std::string_view reason)> on_close;
};

class WebSocket {
 public:
  virtual ~WebSocket() = default;
  // Blocks while more than max_unsent_bytes are waiting. False once the socket is closing.
  virtual bool SendText(std::string_view text) = 0;
  virtual bool SendBinary(std::string_view bytes) = 0;
  // The close handshake; later sends return false.
  virtual void Close(uint16_t code, std::string_view reason) = 0;
  virtual bool IsOpen() const = 0;
  virtual size_t unsent_bytes() const = 0;
  virtual const std::string& subprotocol() const = 0;
};

}  // namespace sb::net
