// SPDX-License-Identifier: Apache-2.0
//
// Varints without a branch per byte, for columns whose numbers change their length from one to the
// next. The bytes are those of varint.h.
//
// Threads: values.
#pragma once

#include <bit>
#include <cstdint>

#include "encoding/bytes.h"
#include "encoding/varint.h"

namespace sb::encoding {

// Bytes that ReadVarintWord loads.
inline constexpr size_t kVarintWordBytes = 8;

// As WriteVarint: `out` has room for kVarintBytesMax bytes, of which those behind the returned
// position may be overwritten.
inline char* WriteVarintWord(char* out, uint64_t value) {
  if ((value >> 56) != 0) [[unlikely]] {
    return WriteVarint(out, value);
  }
  // Groups of seven bits move to the bytes they belong to: halves, quarters, eighths.
  uint64_t word = (value & 0x0fffffff) | ((value & 0x00fffffff0000000) << 4);
  word = (word & 0x00003fff00003fff) | ((word & 0x0fffc0000fffc000) << 2);
  word = (word & 0x007f007f007f007f) | ((word & 0x3f803f803f803f80) << 1);
  const unsigned more = (static_cast<unsigned>(std::bit_width(value | 1)) - 1) / 7;
  word |= 0x8080808080808080 & ((uint64_t{1} << (8 * more)) - 1);
  StoreLe(out, word);
  return out + more + 1;
}

// Reads a varint of up to eight bytes; null if it is longer. Loads kVarintWordBytes.
inline const char* ReadVarintWord(const char* position, uint64_t* value) {
  const auto bytes = LoadLe<uint64_t>(position);
  const uint64_t ends = ~bytes & 0x8080808080808080;
  if (ends == 0) [[unlikely]] {
    return nullptr;
  }
  uint64_t word = bytes & (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f;
  word = (word & 0x007f007f007f007f) | ((word & 0x7f007f007f007f00) >> 1);
  word = (word & 0x00003fff00003fff) | ((word & 0x3fff00003fff0000) >> 2);
  *value = (word & 0x0fffffff) | ((word & 0x0fffffff00000000) >> 4);
  return position + (static_cast<unsigned>(std::countr_zero(ends)) + 1) / 8;
}

}  // namespace sb::encoding
