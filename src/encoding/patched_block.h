// SPDX-License-Identifier: Apache-2.0
//
// A patched block is up to kPatchedValuesMax integers in few bits: their distance from a base,
// packed with the width that most of them need; the high bits of the few larger ones follow as
// patches (PFOR). A block with many zeros keeps a bitmap of the others instead of spending a width
// on each.
//
//   header   1 byte: width in bits 0-5, bit 6 sparse, bit 7 patched; width 62: one more byte
//   follows, with
//            the true width in bits 0-6 and bit 7 centred
//   base     zigzag varint; numbers are kept as distance above it or, centred, as zigzag distance
//   from it sparse:  bitmap of the numbers that are not zero, (count + 7) / 8 bytes; only those are
//   packed patched: varint number of patches, 1 byte width of the high parts, positions (1 byte
//   each, 2 if more
//            than 256 numbers are packed), high parts packed
//   packed   low parts
//
// Arithmetic is modulo 2^64, so every int64 sequence survives. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sb::encoding {

inline constexpr size_t kPatchedValuesMax = 1024;

// Appends the block of `values` (at most kPatchedValuesMax; none gives no bytes). With `thorough`,
// looks longer for a smaller form.
void AppendPatchedBlock(std::span<const int64_t> values, bool thorough, std::string* out);

// Reads a block of `count` <= kPatchedValuesMax integers at `at` into `out` (room for count).
// Returns the position after it, or null for bytes that are not a block. Nothing is read at or
// beyond `end`.
const char* ReadPatchedBlock(const char* at, const char* end, size_t count, int64_t* out);

// The same, but leaves the addition of the base to the caller, who can often do it on the way: the
// integers are out[i] + *base.
const char* ReadPatchedRests(const char* at, const char* end, size_t count, int64_t* out,
                             uint64_t* base);

}  // namespace sb::encoding
