// SPDX-License-Identifier: Apache-2.0
//
// Chunk: the samples of one series over a stretch of time as bytes, lossless to the last bit (NaN
// payloads, stale markers, -0.0, start timestamps, native histograms with their hints).
//
//   std::string bytes;
//   EncodeChunk(columns, 0, columns.size(), ChunkOptions(), &bytes);     // appends to bytes
//   SB_ASSIGN_OR_RETURN(ChunkInfo info, InspectChunk(bytes));
//   SB_RETURN_IF_ERROR(DecodeChunk(bytes, range, &columns));             // appends to columns
//
// Two users: the head seals runs of 60-240 samples of a live series (EncodeFloatChunk, below one
// microsecond for 120 floats); the block keeps one timestamp column for all series of a scrape
// target and encodes only the sample body (sample_body.h).
//
// A chunk carries no checksum: memory needs none, and whoever writes it to a file frames it.
// Hostile bytes give kDataLoss, never more memory than kChunkSamplesMax samples need, never a
// crash. Times must increase strictly; a chunk holds 1…kChunkSamplesMax samples.
//
// Bytes: docs/format/chunk.md. Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"

namespace sb::tsdb {

inline constexpr size_t kChunkSamplesMax = 1u << 14;

// How hard the encoder looks for the smallest form.
enum class Effort : uint8_t {
  kFast,      // head: the first form that is good
  kThorough,  // blocks
};

struct ChunkOptions {
  Effort effort = Effort::kFast;
  uint32_t page_values = 240;  // samples that are decoded together
  // Chunks of at least so many floats get a summary (float_summary.h); 0: none does.
  uint32_t summary_values_min = 0;
};

struct ChunkInfo {
  uint32_t samples = 0;
  int64_t first_time_ms = 0;
  int64_t last_time_ms = 0;
  bool has_floats = false;
  bool has_histograms = false;
  bool has_start_times = false;
};

// Encodes samples [begin, end) of `columns`.
void EncodeChunk(const model::SampleColumns& columns, size_t begin, size_t end,
                 const ChunkOptions& options, std::string* out);
// The same for floats without start timestamps. Both spans have the same length.
void EncodeFloatChunk(std::span<const int64_t> times, std::span<const double> values,
                      const ChunkOptions& options, std::string* out);

base::Result<ChunkInfo> InspectChunk(std::string_view chunk);

// Appends the samples with start <= time < end; decodes only the pages that can hold some.
base::Status DecodeChunk(std::string_view chunk, base::TimeRange range, model::SampleColumns* out);
// Appends all samples.
base::Status DecodeChunk(std::string_view chunk, model::SampleColumns* out);

}  // namespace sb::tsdb
