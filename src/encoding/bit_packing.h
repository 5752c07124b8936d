// SPDX-License-Identifier: Apache-2.0
//
// Bit packing: `count` unsigned numbers of `width` bits each (0…64), one after another, low bits
// first, in PackedBytes(count, width) bytes.
//
// Unpacking is the inner loop of every scan: an AVX2 kernel is chosen at run time where the machine
// has it, else a portable loop with one unaligned load per number; both give the same numbers.
// Kernels may read, but never use, up to kUnpackSlack bytes beyond the packed ones if `readable`
// says that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sb::encoding {

inline constexpr size_t kUnpackSlack = 32;

constexpr size_t PackedBytes(size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

constexpr unsigned BitWidth(uint64_t value) {
  return value == 0 ? 0 : 64 - static_cast<unsigned>(__builtin_clzll(value));
}

constexpr uint64_t LowBits(unsigned width) {
  return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
}

// Appends the low `width` bits of each number.
void AppendPacked(const uint64_t* values, size_t count, unsigned width, std::string* out);

// Writes count numbers to `out`. `bytes` has PackedBytes(count, width) bytes, of `readable` >= that
// many that may be read.
void Unpack(const char* bytes, size_t readable, size_t count, unsigned width, uint64_t* out);

// The portable implementation of Unpack; public so that tests can compare the two.
void UnpackPortable(const char* bytes, size_t readable, size_t count, unsigned width,
                    uint64_t* out);

}  // namespace sb::encoding
