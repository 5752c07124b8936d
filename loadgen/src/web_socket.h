// SPDX-License-Identifier: Apache-2.0
//
// The client side of one WebSocket of a user.
//
//   StreamError error;  int status = 0;
//   auto link = WebSocketLink::Open(settings, url, header_lines, wait, &status, &error);
//   link->Send(1, "text", wait);
//   for (WebSocketFrame& frame : link->Receive(wait)) …
//
// Control frames are given out too; a ping is answered here. Messages above 16 MB end the
// connection. Threads: the user's own. Source: RFC 6455.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http_client.h"
#include "net_stream.h"

namespace sb::load {

struct WebSocketFrame {
  int kind = 0;  // opcode: 1 text, 2 binary, 8 close, 9 ping, 10 pong; 0: an error, in `data`
  std::string data;
  int code = 0;  // of a close
};

class WebSocketLink {
 public:
  static std::unique_ptr<WebSocketLink> Open(const StreamSettings& settings, const Url& url,
                                             const std::string& headers, const WaitLimit& wait,
                                             int* status, StreamError* error);
  bool Send(int kind, std::string_view data, const WaitLimit& wait);
  // What has come; empty when nothing complete is there.
  std::vector<WebSocketFrame> Receive(const WaitLimit& wait);
  int fd() const { return stream_->fd(); }
  bool HasBuffered() const { return stream_->HasBuffered() || !in_.empty(); }

 private:
  bool TakeFrame(const WaitLimit& wait, std::vector<WebSocketFrame>* out);

  std::unique_ptr<NetStream> stream_;
  std::string in_;
  std::string message_;
  int message_kind_ = 0;
};

}  // namespace sb::load
