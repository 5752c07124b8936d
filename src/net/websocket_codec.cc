// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_codec.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace sb::net {
namespace {

constexpr size_t kMaxControlPayload = 125;

bool IsControl(WebSocketOpcode opcode) {
  return static_cast<uint8_t>(opcode) >= 8;
}

bool IsKnown(uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

std::string Base64(const uint8_t* bytes, size_t size) {
  std::string out(4 * ((size + 2) / 3), '\0');
  // EVP writes a final NUL, for which std::string has room.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
  return out;
}

bool IsContinuation(uint8_t byte) {
  return (byte & 0xc0) == 0x80;
}

// Length of the sequence that starts with `lead`, and the range its second byte must be in (which
// excludes overlong forms, surrogates and code points above U+10FFFF). 0: no sequence starts so.
struct Utf8Sequence {
  size_t length;
  uint8_t second_min;
  uint8_t second_max;
};
Utf8Sequence SequenceOf(uint8_t lead) {
  if (lead >= 0xc2 && lead <= 0xdf) {
    return {2, 0x80, 0xbf};
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return {3, static_cast<uint8_t>(lead == 0xe0 ? 0xa0 : 0x80),
            static_cast<uint8_t>(lead == 0xed ? 0x9f : 0xbf)};
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return {4, static_cast<uint8_t>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<uint8_t>(lead == 0xf4 ? 0x8f : 0xbf)};
  }
  return {0, 0, 0};
}

}  // namespace

std::string WebSocketAcceptKey(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return Base64(digest.data(), digest.size());
}

bool IsWebSocketKey(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

std::string EncodeWebSocketFrame(WebSocketOpcode opcode, std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + 10);
  frame.push_back(static_cast<char>(0x80 | static_cast<uint8_t>(opcode)));
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(payload.size()));
  } else {
    const bool is_short = payload.size() <= 0xffff;
    frame.push_back(static_cast<char>(is_short ? 126 : 127));
    for (int shift = is_short ? 8 : 56; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>(payload.size() >> shift & 0xff));
    }
  }
  frame.append(payload);
  return frame;
}

std::string EncodeWebSocketClose(uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != kCloseNoStatus) {
    payload.push_back(static_cast<char>(code >> 8));
    payload.push_back(static_cast<char>(code & 0xff));
    payload.append(reason.substr(0, kMaxControlPayload - 2));
    while (!IsUtf8(payload.substr(2))) {
      payload.pop_back();
    }
  }
  return EncodeWebSocketFrame(WebSocketOpcode::kClose, payload);
}

bool IsValidCloseCode(uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const Utf8Sequence sequence = SequenceOf(lead);
    if (sequence.length == 0 || i + sequence.length > text.size()) {
      return false;
    }
    const auto second = static_cast<uint8_t>(text[i + 1]);
    if (second < sequence.second_min || second > sequence.second_max) {
      return false;
    }
    for (size_t k = 2; k < sequence.length; ++k) {
      if (!IsContinuation(static_cast<uint8_t>(text[i + k]))) {
        return false;
      }
    }
    i += sequence.length;
  }
  return true;
}

WebSocketReader::Outcome WebSocketReader::Fail(uint16_t code, const char* message) {
  error_code_ = code;
  error_ = message;
  return Outcome::kError;
}

size_t WebSocketReader::HeaderSize() const {
  if (header_bytes_ < 2) {
    return 2;
  }
  const uint8_t length = header_[1] & 0x7f;
  const size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  const size_t mask = (header_[1] & 0x80) != 0 ? 4 : 0;
  return 2 + extended + mask;
}

bool WebSocketReader::HeaderComplete() const {
  return header_bytes_ >= 2 && header_bytes_ == HeaderSize();
}

WebSocketReader::Outcome WebSocketReader::Next(std::string_view& bytes, Event* event) {
  while (true) {
    while (!in_payload_ && !HeaderComplete()) {
      if (bytes.empty()) {
        return Outcome::kMore;
      }
      header_[header_bytes_++] = static_cast<uint8_t>(bytes.front());
      bytes.remove_prefix(1);
    }
    if (!in_payload_) {
      if (ParseHeader() == Outcome::kError) {
        return Outcome::kError;
      }
      in_payload_ = true;
    }
    const auto take = static_cast<size_t>(std::min<uint64_t>(payload_left_, bytes.size()));
    std::string& into = IsControl(opcode_) ? control_ : message_;
    const size_t start = into.size();
    into.append(bytes.substr(0, take));
    for (size_t i = start; i < into.size(); ++i) {
      into[i] = static_cast<char>(static_cast<uint8_t>(into[i]) ^ mask_[mask_position_++ & 3]);
    }
    bytes.remove_prefix(take);
    payload_left_ -= take;
    if (payload_left_ > 0) {
      return Outcome::kMore;
    }
    in_payload_ = false;
    header_bytes_ = 0;
    const Outcome outcome = FinishFrame(event);
    if (outcome != Outcome::kMore) {
      return outcome;
    }
  }
}

WebSocketReader::Outcome WebSocketReader::ParseHeader() {
  const uint8_t opcode = header_[0] & 0x0f;
  is_final_ = (header_[0] & 0x80) != 0;
  if ((header_[0] & 0x70) != 0 || !IsKnown(opcode)) {
    return Fail(kCloseProtocolError, "reserved bit or opcode");
  }
  if ((header_[1] & 0x80) == 0) {
    return Fail(kCloseProtocolError, "frame is not masked");
  }
  opcode_ = static_cast<WebSocketOpcode>(opcode);
  payload_left_ = header_[1] & 0x7f;
  size_t at = 2;
  if (payload_left_ >= 126) {
    const size_t extended = payload_left_ == 127 ? 8 : 2;
    payload_left_ = 0;
    for (size_t i = 0; i < extended; ++i) {
      payload_left_ = payload_left_ << 8 | header_[at++];
    }
  }
  std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(at), 4, mask_.begin());
  mask_position_ = 0;
  if (IsControl(opcode_)) {
    return is_final_ && payload_left_ <= kMaxControlPayload
               ? Outcome::kMore
               : Fail(kCloseProtocolError, "fragmented or oversized control frame");
  }
  if ((opcode_ == WebSocketOpcode::kContinuation) != in_message_) {
    return Fail(kCloseProtocolError, "continuation out of place");
  }
  if (!in_message_) {
    in_message_ = true;
    message_opcode_ = opcode_;
  }
  if (payload_left_ > max_message_bytes_ - message_.size()) {
    return Fail(kCloseTooBig, "message is too big");
  }
  return Outcome::kMore;
}

WebSocketReader::Outcome WebSocketReader::FinishFrame(Event* event) {
  if (IsControl(opcode_)) {
    event->opcode = opcode_;
    event->payload = std::move(control_);
    control_.clear();
    return Outcome::kEvent;
  }
  if (!is_final_) {
    return Outcome::kMore;
  }
  in_message_ = false;
  if (message_opcode_ == WebSocketOpcode::kText && !IsUtf8(message_)) {
    return Fail(kCloseInvalidData, "text is not UTF-8");
  }
  event->opcode = message_opcode_;
  event->payload = std::move(message_);
  message_.clear();
  return Outcome::kEvent;
}

}  // namespace sb::net
