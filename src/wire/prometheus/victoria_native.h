// SPDX-License-Identifier: Apache-2.0
//
// What VictoriaMetrics gives at /api/v1/export/native, and vmctl carries from there. It is not
// documented; this is what release 1.79 writes and what the open source shows:
//
//   stream     time range (two int64, zigzag, big endian), blocks until the end
//   block      length (4 bytes, big endian), metric name; length, data
//   name       strings, each ending in the byte 1: the metric, then label and value in turn; the
//              bytes 0, 1, 2 are written as 0 and '0', '1' or '2'
//   data       varints: first time, first value, rows, scale; two bytes, how times and values are
//              written; times and values as length and bytes
//   column     1 and 4: zstd of 5 and 6; 2: a constant difference; 3: a constant; 5: differences of
//              differences; 6: differences; all zigzag varints
//   value      mantissa times ten to the power of the scale; the largest and smallest mantissas are
//              the infinities, the largest but one is a staleness marker
//
//   VictoriaNativeReader reader;
//   while (bytes arrive) {
//     reader.Feed(bytes);
//     while (SB_ASSIGN…(bool found, reader.Next(&block)), found) { … }
//   }
//   SB_RETURN_IF_ERROR(reader.Finish());        // cut short?
//
// Blocks of a series come in any order. Failures: kInvalidArgument, kResourceExhausted beyond the
// limits below; after one there is no going on. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::wire {

inline constexpr size_t kVictoriaNameBytesMax = 1U << 20;
inline constexpr size_t kVictoriaBlockBytesMax = 16U << 20;  // as sent, and a column decoded
inline constexpr uint64_t kVictoriaBlockRowsMax = 1U << 20;

struct VictoriaBlock {
  std::vector<std::pair<std::string, std::string>> labels;  // `__name__` first, if there is one
  std::vector<int64_t> times;
  std::vector<double> values;
};

class VictoriaNativeReader {
 public:
  // Whether a stream that begins so can be one: the times of our age begin with a byte 0.
  static bool LooksLike(std::string_view start) { return !start.empty() && start[0] == '\0'; }

  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // False: more bytes are needed.
  base::Result<bool> Next(VictoriaBlock* block);
  // kInvalidArgument if the stream ends within a block.
  base::Status Finish() const;
  uint64_t blocks() const { return blocks_; }

 private:
  std::string buffer_;
  size_t taken_ = 0;  // of the buffer
  bool has_range_ = false;
  uint64_t blocks_ = 0;
};

}  // namespace sb::wire
