// SPDX-License-Identifier: Apache-2.0
#include "encoding/hex.h"

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

#include <cstring>

namespace sb::encoding {
namespace {

using Digits = std::array<uint8_t, 256>;

constexpr Digits kLowerDigits = [] {
  Digits digits = kHexDigits;
  for (size_t c = 'A'; c <= 'F'; ++c) {
    digits[c] = kNoHexDigit;
  }
  return digits;
}();

constexpr std::array<std::array<char, 2>, 256> kPairs = [] {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (size_t i = 0; i < 256; ++i) {
    pairs[i] = {kDigits[i / 16], kDigits[i % 16]};
  }
  return pairs;
}();

// All digits are looked at before anything is said: ids are good nearly always.
bool DecodeTo(const Digits& digits, std::string_view text, char* out) {
  if (text.size() % 2 != 0) {
    return false;
  }
  uint8_t worst = 0;
  for (size_t i = 0; i < text.size() / 2; ++i) {
    const uint8_t high = digits[static_cast<uint8_t>(text[2 * i])];
    const uint8_t low = digits[static_cast<uint8_t>(text[2 * i + 1])];
    worst |= high | low;
    out[i] = static_cast<char>((high << 4) | low);
  }
  return worst <= 15;
}

}  // namespace

void WriteHex(std::string_view bytes, char* out) {
  size_t i = 0;
#ifdef __SSSE3__
  const __m128i digits =
      _mm_setr_epi8('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
  const __m128i low_bits = _mm_set1_epi8(15);
  for (; i + 8 <= bytes.size(); i += 8) {
    const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes.data() + i));
    const __m128i high = _mm_and_si128(_mm_srli_epi16(eight, 4), low_bits);
    const __m128i low = _mm_and_si128(eight, low_bits);
    const __m128i pairs = _mm_unpacklo_epi8(high, low);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2 * i), _mm_shuffle_epi8(digits, pairs));
  }
#endif
  for (; i < bytes.size(); ++i) {
    std::memcpy(out + 2 * i, kPairs[static_cast<uint8_t>(bytes[i])].data(), 2);
  }
}

void AppendHex(std::string_view bytes, std::string* out) {
  const size_t at = out->size();
  out->resize(at + 2 * bytes.size());
  WriteHex(bytes, out->data() + at);
}

std::string HexOf(std::string_view bytes) {
  std::string out;
  HexEncode(bytes, &out);
  return out;
}

void HexEncode(std::string_view bytes, std::string* out) {
  out->resize(2 * bytes.size());
  WriteHex(bytes, out->data());
}

bool IsHex(std::string_view text) {
  uint8_t worst = 0;
  for (const char c : text) {
    worst |= kLowerDigits[static_cast<uint8_t>(c)];
  }
  return worst <= 15;
}

bool HexDecode(std::string_view text, std::string* out) {
  out->resize(text.size() / 2);
  return HexDecodeTo(text, out->data());
}

bool HexDecodeTo(std::string_view text, char* out) {
  return DecodeTo(kLowerDigits, text, out);
}

bool ParseHex(std::string_view text, std::string* out) {
  out->resize(text.size() / 2);
  return DecodeTo(kHexDigits, text, out->data());
}

}  // namespace sb::encoding
