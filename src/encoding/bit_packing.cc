// SPDX-License-Identifier: Apache-2.0
#include "encoding/bit_packing.h"

#include <algorithm>
#include <cstring>

#include "encoding/bytes.h"
#include "encoding/column_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sb::encoding {

namespace {

// A number of up to 57 bits lies within eight bytes from the byte its first bit is in.
constexpr unsigned kOneLoadWidthMax = 57;

void UnpackFromOneLoad(const char* bytes, size_t begin, size_t end, unsigned width, uint64_t* out) {
  const uint64_t mask = LowBits(width);
  size_t bit = begin * width;
  for (size_t i = begin; i < end; ++i, bit += width) {
    out[i] = (LoadLe<uint64_t>(bytes + (bit >> 3)) >> (bit & 7)) & mask;
  }
}

uint64_t LoadUpTo(const char* bytes, size_t offset, size_t size) {
  uint64_t word = 0;
  if (offset < size) {
    std::memcpy(&word, bytes + offset, std::min<size_t>(8, size - offset));
  }
  return word;
}

// Reads nothing beyond `size` bytes and takes any width.
void UnpackCarefully(const char* bytes, size_t size, size_t begin, size_t end, unsigned width,
                     uint64_t* out) {
  const uint64_t mask = LowBits(width);
  for (size_t i = begin; i < end; ++i) {
    const size_t bit = i * width;
    const size_t offset = bit >> 3;
    const unsigned shift = bit & 7;
    uint64_t value = LoadUpTo(bytes, offset, size) >> shift;
    if (shift + width > 64) {
      value |= LoadUpTo(bytes, offset + 8, size) << (64 - shift);
    }
    out[i] = value & mask;
  }
}

// How many numbers from the start can be read by loads of `load` bytes without leaving `readable`.
size_t CountWithin(size_t readable, size_t count, unsigned width, size_t load) {
  if (readable < load) {
    return 0;
  }
  return std::min(count, ((readable - load) * 8 + 7) / width + 1);
}

#if defined(__x86_64__)

// Numbers of up to 25 bits, eight at a time; returns how many were unpacked.
__attribute__((target("avx2"))) size_t UnpackNarrowAvx2(const char* bytes, size_t readable,
                                                        size_t count, unsigned width,
                                                        uint64_t* out) {
  constexpr unsigned kWidthMax = 25;
  if (width > kWidthMax || width == 0) {
    return 0;
  }
  // Eight numbers take `width` bytes exactly, so each group begins at a byte and the positions
  // within the group are the same for all groups.
  alignas(32) int32_t offsets[8];
  alignas(32) int32_t shifts[8];
  for (unsigned i = 0; i < 8; ++i) {
    offsets[i] = static_cast<int32_t>((i * width) >> 3);
    shifts[i] = static_cast<int32_t>((i * width) & 7);
  }
  const __m256i shift = _mm256_load_si256(reinterpret_cast<const __m256i*>(shifts));
  const __m256i mask = _mm256_set1_epi32(static_cast<int>(LowBits(width)));
  // Each half takes its four numbers out of one 16-byte load by a byte shuffle.
  alignas(32) uint8_t shuffle_bytes[32];
  const unsigned high_start = (4 * width) >> 3;
  for (unsigned i = 0; i < 8; ++i) {
    const unsigned start = static_cast<unsigned>(offsets[i]) - (i < 4 ? 0 : high_start);
    for (unsigned b = 0; b < 4; ++b) {
      shuffle_bytes[i * 4 + b] = static_cast<uint8_t>(start + b);
    }
  }
  const __m256i shuffle = _mm256_load_si256(reinterpret_cast<const __m256i*>(shuffle_bytes));
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const size_t at = i / 8 * width;
    if (at + high_start + 16 > readable) {
      break;
    }
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at + high_start));
    __m256i group = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    group = _mm256_shuffle_epi8(group, shuffle);
    group = _mm256_and_si256(_mm256_srlv_epi32(group, shift), mask);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_cvtepu32_epi64(_mm256_castsi256_si128(group)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i + 4),
                        _mm256_cvtepu32_epi64(_mm256_extracti128_si256(group, 1)));
  }
  return i;
}

#endif

void UnpackFrom(const char* bytes, size_t readable, size_t begin, size_t count, unsigned width,
                uint64_t* out) {
  size_t fast = begin;
  if (width <= kOneLoadWidthMax) {
    fast = std::max(begin, CountWithin(readable, count, width, 8));
    UnpackFromOneLoad(bytes, begin, fast, width, out);
  }
  UnpackCarefully(bytes, readable, fast, count, width, out);
}

}  // namespace

void AppendPacked(const uint64_t* values, size_t count, unsigned width, std::string* out) {
  if (width == 0 || count == 0) {
    return;
  }
  const uint64_t mask = LowBits(width);
  const size_t begin = out->size();
  const size_t bytes = PackedBytes(count, width);
  out->resize(begin + bytes + 8);  // whole words are stored; the surplus is cut off again
  char* to = out->data() + begin;
  uint64_t word = 0;
  unsigned used = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t value = values[i] & mask;
    word |= value << used;
    used += width;
    if (used >= 64) {
      StoreLe(to, word);
      to += 8;
      used -= 64;
      word = used == 0 ? 0 : value >> (width - used);
    }
  }
  StoreLe(to, word);
  out->resize(begin + bytes);
}

void UnpackPortable(const char* bytes, size_t readable, size_t count, unsigned width,
                    uint64_t* out) {
  if (width == 0) {
    std::fill_n(out, count, uint64_t{0});
    return;
  }
  UnpackFrom(bytes, readable, 0, count, width, out);
}

void Unpack(const char* bytes, size_t readable, size_t count, unsigned width, uint64_t* out) {
  if (width == 0) {
    std::fill_n(out, count, uint64_t{0});
    return;
  }
  size_t done = 0;
#if defined(__x86_64__)
  if (HasAvx2()) {
    done = UnpackNarrowAvx2(bytes, readable, count, width, out);
  }
#endif
  UnpackFrom(bytes, readable, done, count, width, out);
}

}  // namespace sb::encoding
