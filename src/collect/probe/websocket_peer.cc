// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/websocket_peer.h"

#include <charconv>

#include "wire/otlp/base64.h"

namespace sb::probe {
namespace {

constexpr size_t kHeadersMax = 256;
constexpr size_t kMessageBytesMax = 1 << 20;
constexpr size_t kControlBytesMax = 125;

std::string RandomBytes(base::Env& env, size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const uint64_t number = env.random().Next64();
    for (int shift = 0; shift < 64 && bytes.size() < count; shift += 8) {
      bytes += static_cast<char>(number >> shift & 0xff);
    }
  }
  return bytes;
}

bool IsControl(net::WebSocketOpcode opcode) {
  return static_cast<uint8_t>(opcode) >= 8;
}

bool IsKnown(uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

base::Result<net::Headers> WebsocketPeer::ReadHead(int* status) {
  SB_ASSIGN_OR_RETURN(const std::string first, stream_.ReadLine());
  const std::string_view line(first);
  const size_t space = line.find(' ');
  int code = 0;
  if (!line.starts_with("HTTP/1.") || space == line.npos ||
      std::from_chars(line.data() + space + 1, line.data() + line.size(), code).ec != std::errc()) {
    return base::Unavailable("the reply is not HTTP/1.1: " + first.substr(0, 100));
  }
  *status = code;
  net::Headers headers;
  while (true) {
    SB_ASSIGN_OR_RETURN(const std::string text, stream_.ReadLine());
    const size_t colon = text.find(':');
    if (text.empty()) {
      return headers;
    }
    if (colon == text.npos || headers.size() == kHeadersMax) {
      return base::Unavailable("malformed header in the reply: " + text.substr(0, 100));
    }
    const size_t value = text.find_first_not_of(" \t", colon + 1);
    headers.Add(text.substr(0, colon), value == text.npos ? "" : text.substr(value));
  }
}

base::Status WebsocketPeer::Shake(const net::Headers& headers, std::string_view target,
                                  int* status) {
  std::string key;
  wire::AppendBase64(RandomBytes(job_.source.env, 16), &key);
  std::string request = "GET " + std::string(target) + " HTTP/1.1\r\n";
  for (const net::Headers::Entry& entry : headers) {
    if (!net::IsToken(entry.first) || !net::IsHeaderValue(entry.second)) {
      return base::InvalidArgument("invalid header: " + entry.first);
    }
    request += entry.first + ": " + entry.second + "\r\n";
  }
  request +=
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: " +
      key + "\r\n\r\n";
  SB_RETURN_IF_ERROR(stream_.Write(request));
  SB_ASSIGN_OR_RETURN(const net::Headers reply, ReadHead(status));
  if (*status != 101 || !reply.HasToken("Upgrade", "websocket") ||
      !reply.HasToken("Connection", "upgrade") ||
      reply.Get("Sec-WebSocket-Accept") != net::WebSocketAcceptKey(key)) {
    return base::Unavailable("bad handshake: HTTP status " + std::to_string(*status));
  }
  return base::OkStatus();
}

base::Status WebsocketPeer::SendFrame(net::WebSocketOpcode opcode, std::string_view payload) {
  std::string frame = net::EncodeWebSocketFrame(opcode, payload);
  const size_t head = frame.size() - payload.size();
  const std::string mask = RandomBytes(job_.source.env, 4);
  frame[1] = static_cast<char>(frame[1] | 0x80);
  for (size_t i = 0; i < payload.size(); ++i) {
    frame[head + i] = static_cast<char>(frame[head + i] ^ mask[i % 4]);
  }
  frame.insert(head, mask);
  return stream_.Write(frame);
}

base::Result<WebsocketPeer::Frame> WebsocketPeer::ReadFrame(size_t bytes_max) {
  SB_ASSIGN_OR_RETURN(const std::string head, stream_.ReadBytes(2));
  const auto first = static_cast<uint8_t>(head[0]);
  const auto second = static_cast<uint8_t>(head[1]);
  if ((first & 0x70) != 0 || !IsKnown(first & 0x0f) || (second & 0x80) != 0) {
    return base::Unavailable("the server sent a frame that no server may send");
  }
  Frame frame{(first & 0x80) != 0, static_cast<net::WebSocketOpcode>(first & 0x0f), ""};
  uint64_t size = second;
  if (size >= 126) {
    SB_ASSIGN_OR_RETURN(const std::string bytes, stream_.ReadBytes(size == 126 ? 2 : 8));
    size = 0;
    for (const char byte : bytes) {
      size = size << 8 | static_cast<uint8_t>(byte);
    }
  }
  if (IsControl(frame.opcode) && (!frame.is_final || size > kControlBytesMax)) {
    return base::Unavailable("the server sent a control frame that is too long or in parts");
  }
  if (!IsControl(frame.opcode) && size > bytes_max) {
    return base::ResourceExhausted("a message is longer than 1 MiB");
  }
  SB_ASSIGN_OR_RETURN(frame.payload, stream_.ReadBytes(static_cast<size_t>(size)));
  return frame;
}

base::Result<std::string> WebsocketPeer::Read() {
  std::string message;
  bool is_begun = false;
  while (true) {
    SB_ASSIGN_OR_RETURN(const Frame frame, ReadFrame(kMessageBytesMax - message.size()));
    if (frame.opcode == net::WebSocketOpcode::kClose) {
      return base::OutOfRange("the server closed the connection");
    }
    if (frame.opcode == net::WebSocketOpcode::kPing) {
      SB_RETURN_IF_ERROR(SendFrame(net::WebSocketOpcode::kPong, frame.payload));
    }
    if (IsControl(frame.opcode)) {
      continue;
    }
    if ((frame.opcode == net::WebSocketOpcode::kContinuation) != is_begun) {
      return base::Unavailable("the server's fragments are out of order");
    }
    is_begun = true;
    message += frame.payload;
    if (frame.is_final) {
      return message;
    }
  }
}

void WebsocketPeer::Close() {
  // 1000 in network order. The answer is of no interest, nor is a peer that is gone.
  (void)SendFrame(net::WebSocketOpcode::kClose, "\x03\xe8").ok();
}

}  // namespace sb::probe
