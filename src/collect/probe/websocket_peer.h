// SPDX-License-Identifier: Apache-2.0
//
// The client's side of one WebSocket connection (RFC 6455) over a blocking stream: the handshake,
// then whole messages. Pings are answered on the way.
//
//   WebsocketPeer peer(job, &stream);
//   SB_RETURN_IF_ERROR(peer.Shake(request_headers, "/chat", &status));
//   SB_ASSIGN_OR_RETURN(const std::string message, peer.Read());
//   SB_RETURN_IF_ERROR(peer.Send("hello"));
//
// What can fail: all that ProbeStream can; kUnavailable when the server refuses the handshake or
// breaks the protocol, kOutOfRange when it closes, kResourceExhausted for a message above 1 MiB.
//
// Threads: one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "collect/probe/probe_stream.h"
#include "net/http_message.h"
#include "net/websocket_codec.h"

namespace sb::probe {

class WebsocketPeer {
 public:
  WebsocketPeer(const ProbeJob& job, ProbeStream* stream) : job_(job), stream_(*stream) {}

  // `headers` has Host and what the user wants besides. `*status` is the HTTP status of the reply,
  // unchanged when there is none.
  base::Status Shake(const net::Headers& headers, std::string_view target, int* status);
  // The next text or binary message.
  base::Result<std::string> Read();
  base::Status Send(std::string_view text) { return SendFrame(net::WebSocketOpcode::kText, text); }
  void Close();

 private:
  struct Frame {
    bool is_final = false;
    net::WebSocketOpcode opcode = net::WebSocketOpcode::kText;
    std::string payload;
  };
  base::Status SendFrame(net::WebSocketOpcode opcode, std::string_view payload);
  // `bytes_max`: what the payload may have.
  base::Result<Frame> ReadFrame(size_t bytes_max);
  base::Result<net::Headers> ReadHead(int* status);

  const ProbeJob& job_;
  ProbeStream& stream_;
};

}  // namespace sb::probe
