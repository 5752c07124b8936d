// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/base64.h"

#include <cstdint>

namespace sb::wire {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int Base64Digit(char c) {
  if (c == '-' || c == '_') {
    return c == '-' ? 62 : 63;
  }
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

void AppendBase64(std::string_view bytes, std::string* out) {
  uint32_t bits = 0;
  int held = 0;
  size_t written = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6, ++written) {
      out->push_back(kAlphabet[bits >> (held - 6) & 63]);
    }
  }
  if (held > 0) {
    out->push_back(kAlphabet[bits << (6 - held) & 63]);
    ++written;
  }
  out->append((4 - written % 4) % 4, '=');
}

bool ParseBase64(std::string_view text, std::string* out) {
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) {
    return false;
  }
  out->clear();
  uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int digit = Base64Digit(c);
    if (digit < 0) {
      return false;
    }
    bits = bits << 6 | static_cast<uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out->push_back(static_cast<char>(bits >> held & 255));
    }
  }
  return true;
}

}  // namespace sb::wire
