// SPDX-License-Identifier: Apache-2.0
//
// SampleRun writes the newest float samples of a series into one growing byte buffer, a few bytes
// each, so that a series has no raw tail: 1 byte for a value that did not change, 2-4 for a
// counter.
//
//   first sample:   time (8 bytes), value (8)
//   later samples:  control byte: bits 0-1 the form of the value, bits 2-7 the zigzag change of the
//   time
//                   step, or 63: it follows as a varint; then the value:
//     form 0        the same bits as before: nothing
//     form 1        both are whole numbers below 2^53: varint of the zigzag difference
//     form 2        XOR with the bits before: one byte (low zero bytes << 4 | bytes kept), the
//     bytes form 3        8 raw bytes
//
// Lossless for every bit pattern and every time (steps wrap around in 64 bits).
//
// Threads: as the series it belongs to. Sealed runs become chunks (store/tsdb/chunk).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sb::tsdb {

inline constexpr size_t kRunFirstBytes = 16;
inline constexpr size_t kRunSampleBytesMax = 20;

// What the next sample is written against.
struct RunCursor {
  int64_t time = 0;
  int64_t step = 0;
  uint64_t value_bits = 0;
};

// Both write at `out`, with room for the maximum above, and return the position after.
char* WriteFirstSample(char* out, int64_t time, double value, RunCursor* cursor);
char* WriteNextSample(char* out, int64_t time, double value, RunCursor* cursor);

// Appends `count` samples of `run` to the columns; leaves `cursor` after the last one. False, and
// the columns as they were, if the bytes end early or are malformed.
bool ReadRun(std::string_view run, size_t count, std::vector<int64_t>* times,
             std::vector<double>* values, RunCursor* cursor);

int64_t FirstTimeOfRun(const char* run);

}  // namespace sb::tsdb
