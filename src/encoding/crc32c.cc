// SPDX-License-Identifier: Apache-2.0
#include "encoding/crc32c.h"

#include <array>

#include "encoding/bytes.h"

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace sb::encoding {

namespace {

constexpr uint32_t kPolynomial = 0x82f63b78u;  // reversed

using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    }
    tables[0][i] = crc;
  }
  for (size_t t = 1; t < tables.size(); ++t) {
    for (size_t i = 0; i < 256; ++i) {
      const uint32_t below = tables[t - 1][i];
      tables[t][i] = (below >> 8) ^ tables[0][below & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

#if defined(__SSE4_2__)

// One instruction takes three cycles but a new one can begin each cycle, so three streams of this
// many bytes run side by side; their results are joined by shifting over zeros.
constexpr size_t kStreamBytes = 1024;

// Multiplies a CRC by x^(8 * kStreamBytes): what the CRC becomes after that many zero bytes. The
// operator is linear, so four tables of its effect on each byte do it.
using ShiftTables = std::array<std::array<uint32_t, 256>, 4>;

constexpr uint32_t ShiftByZeros(uint32_t crc, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    crc = (crc >> 8) ^ kTables[0][crc & 0xff];
  }
  return crc;
}

ShiftTables MakeShiftTables() {
  std::array<uint32_t, 32> shifted_bit{};
  for (size_t bit = 0; bit < 32; ++bit) {
    shifted_bit[bit] = ShiftByZeros(uint32_t{1} << bit, kStreamBytes);
  }
  ShiftTables tables{};
  for (size_t byte = 0; byte < 4; ++byte) {
    for (uint32_t value = 0; value < 256; ++value) {
      uint32_t crc = 0;
      for (size_t bit = 0; bit < 8; ++bit) {
        crc ^= ((value >> bit) & 1) != 0 ? shifted_bit[byte * 8 + bit] : 0;
      }
      tables[byte][value] = crc;
    }
  }
  return tables;
}

uint32_t ShiftOverStream(uint32_t crc) {
  static const ShiftTables tables = MakeShiftTables();
  return tables[0][crc & 0xff] ^ tables[1][(crc >> 8) & 0xff] ^ tables[2][(crc >> 16) & 0xff] ^
         tables[3][crc >> 24];
}

uint32_t ThreeStreams(uint32_t crc, const char* at) {
  uint64_t a = crc;
  uint64_t b = 0;
  uint64_t c = 0;
  for (size_t i = 0; i < kStreamBytes; i += 8) {
    a = _mm_crc32_u64(a, LoadLe<uint64_t>(at + i));
    b = _mm_crc32_u64(b, LoadLe<uint64_t>(at + kStreamBytes + i));
    c = _mm_crc32_u64(c, LoadLe<uint64_t>(at + 2 * kStreamBytes + i));
  }
  const uint32_t ab = ShiftOverStream(static_cast<uint32_t>(a)) ^ static_cast<uint32_t>(b);
  return ShiftOverStream(ab) ^ static_cast<uint32_t>(c);
}

uint32_t ExtendHardware(uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 3 * kStreamBytes; left -= 3 * kStreamBytes, at += 3 * kStreamBytes) {
    crc = ThreeStreams(crc, at);
  }
  uint64_t wide = crc;
  for (; left >= 8; left -= 8, at += 8) {
    wide = _mm_crc32_u64(wide, LoadLe<uint64_t>(at));
  }
  crc = static_cast<uint32_t>(wide);
  for (; left > 0; --left, ++at) {
    crc = _mm_crc32_u8(crc, static_cast<uint8_t>(*at));
  }
  return ~crc;
}

#endif

}  // namespace

uint32_t ExtendCrc32cPortable(uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const uint64_t word = LoadLe<uint64_t>(at) ^ crc;
    crc = 0;
    for (size_t byte = 0; byte < 8; ++byte) {
      crc ^= kTables[7 - byte][(word >> (8 * byte)) & 0xff];
    }
  }
  for (; left > 0; --left, ++at) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<uint8_t>(*at)) & 0xff];
  }
  return ~crc;
}

uint32_t ExtendCrc32c(uint32_t crc, std::string_view bytes) {
#if defined(__SSE4_2__)
  return ExtendHardware(crc, bytes);
#else
  return ExtendCrc32cPortable(crc, bytes);
#endif
}

}  // namespace sb::encoding
