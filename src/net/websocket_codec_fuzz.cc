// SPDX-License-Identifier: Apache-2.0
//
// The reader of WebSocket frames: pieces do not matter, messages keep their limit, text is UTF-8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/websocket_codec.h"

namespace sb::net {
namespace {

constexpr size_t kMaxMessage = 4'096;

std::string ReadAll(std::string_view bytes, size_t piece) {
  WebSocketReader reader(kMaxMessage);
  std::string log;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    WebSocketReader::Event event;
    WebSocketReader::Outcome outcome = reader.Next(part, &event);
    while (outcome == WebSocketReader::Outcome::kEvent) {
      SB_CHECK(event.payload.size() <= kMaxMessage);
      SB_CHECK(event.opcode != WebSocketOpcode::kText || IsUtf8(event.payload));
      log += std::to_string(static_cast<int>(event.opcode)) + event.payload;
      outcome = reader.Next(part, &event);
    }
    if (outcome == WebSocketReader::Outcome::kError) {
      return log + "E" + std::to_string(reader.error_code());
    }
  }
  return log;
}

}  // namespace
}  // namespace sb::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t piece = std::max<size_t>(data[0], 1);
  SB_CHECK(sb::net::ReadAll(bytes, piece) == sb::net::ReadAll(bytes, size));
  return 0;
}
