// SPDX-License-Identifier: Apache-2.0
#include "model/utf8_repair.h"

#include <cstdint>
#include <cstring>

namespace sb::model {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr uint64_t kHighBits = 0x8080808080808080ULL;

uint64_t WordAt(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// How many bytes the character at the front has; 0 if there is none. Table 3-7 of the Unicode
// standard: neither longer forms than needed, nor surrogates, nor what is beyond U+10FFFF.
size_t CharacterBytes(std::string_view bytes) {
  const auto byte = [bytes](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  const size_t n = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (n == 0 || bytes.size() < n) {
    return 0;
  }
  const unsigned char second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < second_min || byte(1) > second_max) {
    return 0;
  }
  for (size_t i = 2; i < n; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  return n;
}

}  // namespace

bool IsUtf8Text(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    const auto left = static_cast<size_t>(end - at);
    if (left >= 32 &&
        ((WordAt(at) | WordAt(at + 8) | WordAt(at + 16) | WordAt(at + 24)) & kHighBits) == 0) {
      at += 32;
    } else if (left >= 8 && (WordAt(at) & kHighBits) == 0) {
      at += 8;
    } else if (left < 8 && bytes.size() >= 8 && (WordAt(end - 8) & kHighBits) == 0) {
      return true;  // what comes before in these eight bytes was seen, and is ASCII, too
    } else {
      const size_t n = CharacterBytes({at, left});
      if (n == 0) {
        return false;
      }
      at += n;
    }
  }
  return true;
}

std::string_view ValidUtf8(std::string_view bytes, std::string* scratch) {
  if (IsUtf8Text(bytes)) [[likely]] {
    return bytes;
  }
  std::string repaired;
  while (!bytes.empty()) {
    const size_t n = CharacterBytes(bytes);
    repaired.append(n == 0 ? kReplacement : bytes.substr(0, n));
    bytes.remove_prefix(n == 0 ? 1 : n);
  }
  *scratch = std::move(repaired);
  return *scratch;
}

}  // namespace sb::model
