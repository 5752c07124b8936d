// SPDX-License-Identifier: Apache-2.0
#include "model/utf8_repair.h"

#include <cstdint>
#include <cstring>

#include "model/label_name.h"

namespace sb::model {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsAscii(std::string_view bytes) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t seen = 0;
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    seen |= word;
  }
  for (; left > 0; --left, ++at) {
    seen |= static_cast<unsigned char>(*at);
  }
  return (seen & 0x8080808080808080ULL) == 0;
}

// How many bytes the character at the front has; 0 if there is none.
size_t CharacterBytes(std::string_view bytes) {
  for (size_t n = 1; n <= 4 && n <= bytes.size(); ++n) {
    if (IsValidUtf8(bytes.substr(0, n))) {
      return n;
    }
  }
  return 0;
}

}  // namespace

std::string_view ValidUtf8(std::string_view bytes, std::string* scratch) {
  if (IsAscii(bytes) || IsValidUtf8(bytes)) [[likely]] {
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
