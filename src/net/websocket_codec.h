// SPDX-License-Identifier: Apache-2.0
//
// Frames of RFC 6455 and nothing else: the server's reader of masked client frames, the writer of
// unmasked server frames, and the handshake's accept key. No sockets; see websocket_session.h.
//
// Threads: a reader belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sb::net {

enum class WebSocketOpcode : uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// Close codes that the server gives.
inline constexpr uint16_t kCloseNormal = 1000;
inline constexpr uint16_t kCloseGoingAway = 1001;
inline constexpr uint16_t kCloseProtocolError = 1002;
inline constexpr uint16_t kCloseNoStatus = 1005;
inline constexpr uint16_t kCloseAbnormal = 1006;
inline constexpr uint16_t kCloseInvalidData = 1007;
inline constexpr uint16_t kCloseTooBig = 1009;

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string WebSocketAcceptKey(std::string_view key);
// 16 bytes in base64.
bool IsWebSocketKey(std::string_view key);

std::string EncodeWebSocketFrame(WebSocketOpcode opcode, std::string_view payload);
std::string EncodeWebSocketClose(uint16_t code, std::string_view reason);
// Whether a peer may send this code (RFC 6455 section 7.4).
bool IsValidCloseCode(uint16_t code);
bool IsUtf8(std::string_view text);

// Turns bytes into whole messages and control frames.
class WebSocketReader {
 public:
  explicit WebSocketReader(size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  struct Event {
    WebSocketOpcode opcode = WebSocketOpcode::kText;  // kText, kBinary or a control frame
    std::string payload;
  };
  enum class Outcome : uint8_t { kMore, kEvent, kError };
  // Consumes from `bytes` up to the end of the next event.
  Outcome Next(std::string_view& bytes, Event* event);
  uint16_t error_code() const { return error_code_; }
  const char* error() const { return error_; }

 private:
  Outcome Fail(uint16_t code, const char* message);
  bool HeaderComplete() const;
  size_t HeaderSize() const;
  Outcome ParseHeader();
  Outcome FinishFrame(Event* event);

  size_t max_message_bytes_;
  std::array<uint8_t, 14> header_{};
  size_t header_bytes_ = 0;
  bool in_payload_ = false;
  uint64_t payload_left_ = 0;
  size_t mask_position_ = 0;
  std::array<uint8_t, 4> mask_{};
  bool is_final_ = false;
  WebSocketOpcode opcode_ = WebSocketOpcode::kText;
  std::string control_;
  std::string message_;
  bool in_message_ = false;
  WebSocketOpcode message_opcode_ = WebSocketOpcode::kText;
  uint16_t error_code_ = 0;
  const char* error_ = "";
};

}  // namespace sb::net
