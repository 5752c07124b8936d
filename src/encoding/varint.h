// SPDX-License-Identifier: Apache-2.0
//
// Variable-length integers: seven bits per byte, low bits first, the high bit says that more follow
// (the encoding of Protocol Buffers), and zigzag, which makes small negative numbers small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sb::encoding {

inline constexpr size_t kVarintBytesMax = 10;

constexpr uint64_t ZigZagEncode(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t ZigZagDecode(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (0 - (value & 1)));
}

constexpr size_t VarintBytes(uint64_t value) {
  size_t bytes = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++bytes;
  }
  return bytes;
}

// Writes at `out`, which has room for kVarintBytesMax bytes; returns the position after it.
inline char* WriteVarint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

inline void AppendVarint(std::string* out, uint64_t value) {
  if (value < 0x80) {
    out->push_back(static_cast<char>(value));
    return;
  }
  char buffer[kVarintBytesMax];
  out->append(buffer, static_cast<size_t>(WriteVarint(buffer, value) - buffer));
}

inline void AppendZigZag(std::string* out, int64_t value) {
  AppendVarint(out, ZigZagEncode(value));
}

// The longer forms of ReadVarint.
const char* ReadLongVarint(const char* position, const char* end, uint64_t* value);

// Reads a varint of at most 64 bits in [position, end). Returns the position after it, or null if
// it is cut off or longer than ten bytes; bits beyond the 64th are dropped, as Protocol Buffers do.
inline const char* ReadVarint(const char* position, const char* end, uint64_t* value) {
  if (position < end && static_cast<uint8_t>(*position) < 0x80) [[likely]] {
    *value = static_cast<uint8_t>(*position);
    return position + 1;
  }
  return ReadLongVarint(position, end, value);
}

}  // namespace sb::encoding
