// SPDX-License-Identifier: Apache-2.0
//
// Bytes as hex digits and back: ids of traces and spans, digests, escapes in quoted text. What is
// written is in lower case. HexDecode and IsHex know lower case alone, for bytes that have to come
// back as the text they were; ParseHex and HexDigit take either case.
//
//   std::string bytes;
//   if (!ParseHex("4BF9", &bytes)) return base::InvalidArgument("…");
//   HexOf(bytes)  // "4bf9"
//
// Threads: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sb::encoding {

inline constexpr uint8_t kNoHexDigit = 255;

inline constexpr std::array<uint8_t, 256> kHexDigits = [] {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoHexDigit);
  for (uint8_t i = 0; i < 16; ++i) {
    digits[static_cast<size_t>("0123456789abcdef"[i])] = i;
    digits[static_cast<size_t>("0123456789ABCDEF"[i])] = i;
  }
  return digits;
}();

// The value of a digit of either case; kNoHexDigit, which or-ing with others keeps, for what is
// none.
inline uint8_t HexDigit(char c) {
  return kHexDigits[static_cast<uint8_t>(c)];
}

// Writes 2 * bytes.size() characters.
void WriteHex(std::string_view bytes, char* out);
void AppendHex(std::string_view bytes, std::string* out);
std::string HexOf(std::string_view bytes);
// Replaces `out`, whose memory is used again.
void HexEncode(std::string_view bytes, std::string* out);

// True if every character is one of 0-9 a-f.
bool IsHex(std::string_view text);
// Replaces `out`; false (and `out` is of no use) for an odd length or another character.
bool HexDecode(std::string_view text, std::string* out);
// Likewise, to `out`, which has room for half as many bytes.
bool HexDecodeTo(std::string_view text, char* out);
// As HexDecode, of either case.
bool ParseHex(std::string_view text, std::string* out);

}  // namespace sb::encoding
