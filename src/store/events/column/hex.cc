// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/hex.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace sb::events {
namespace {

constexpr uint8_t kNoDigit = 255;

constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  for (auto& digit : digits) {
    digit = kNoDigit;
  }
  for (uint8_t i = 0; i < 10; ++i) {
    digits[static_cast<size_t>('0') + i] = i;
  }
  for (uint8_t i = 0; i < 6; ++i) {
    digits[static_cast<size_t>('a') + i] = static_cast<uint8_t>(10 + i);
  }
  return digits;
}

constexpr std::array<std::array<char, 2>, 256> MakePairs() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (size_t i = 0; i < 256; ++i) {
    pairs[i] = {kDigits[i / 16], kDigits[i % 16]};
  }
  return pairs;
}

constexpr std::array<uint8_t, 256> kDigitOf = MakeDigits();
constexpr std::array<std::array<char, 2>, 256> kPairOf = MakePairs();

uint8_t DigitOf(char c) {
  return kDigitOf[static_cast<uint8_t>(c)];
}

}  // namespace

bool IsHex(std::string_view text) {
  uint8_t worst = 0;
  for (const char c : text) {
    worst |= DigitOf(c);
  }
  return worst <= 15;
}

bool HexDecode(std::string_view text, std::string* out) {
  if (text.size() % 2 != 0) {
    return false;
  }
  out->resize(text.size() / 2);
  uint8_t worst = 0;
  for (size_t i = 0; i < out->size(); ++i) {
    const uint8_t high = DigitOf(text[2 * i]);
    const uint8_t low = DigitOf(text[2 * i + 1]);
    worst |= high | low;
    (*out)[i] = static_cast<char>((high << 4) | low);
  }
  return worst <= 15;
}

void HexEncode(std::string_view bytes, std::string* out) {
  out->resize(bytes.size() * 2);
  char* to = out->data();
  for (const char c : bytes) {
    std::memcpy(to, kPairOf[static_cast<uint8_t>(c)].data(), 2);
    to += 2;
  }
}

}  // namespace sb::events
