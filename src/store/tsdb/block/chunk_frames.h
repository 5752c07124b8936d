// SPDX-License-Identifier: Apache-2.0
//
// The chunks file: frames one after another, each a timestamp column or the sample body of one
// chunk.
//
//   frame      4 bytes CRC-32C of the rest; then, of a body only: varint distance to the frame of
//   the
//              column its floats are differences to (0: none) and, if there is one, varint size of
//              that frame; then the column or body
//
// ChunkFrames reads them: checks a frame when it is first used and remembers that in one bit, keeps
// decoded timestamp columns, and follows references.
//
// Threads: ChunkFrames is safe for concurrent use.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "model/sample.h"
#include "store/tsdb/block/index_writer.h"
#include "store/tsdb/chunk/sample_body.h"

namespace sb::tsdb {

// Appends a frame of a timestamp column or a body to `out`; `reference` is the distance in bytes
// from this frame back to the referenced one, 0 without.
void AppendTimeFrame(std::string_view column, std::string* out);
void AppendBodyFrame(std::string_view body, uint64_t reference_distance,
                     uint32_t reference_size_bytes, std::string* out);

class ChunkFrames {
 public:
  static base::Result<std::unique_ptr<ChunkFrames>> Open(
      std::unique_ptr<base::RandomAccessFile> file, const std::string& path,
      std::span<const TimePlace> times);
  ~ChunkFrames();

  // Appends the chunk's samples in `range`. On kDataLoss nothing of this chunk is in `out`.
  base::Status ReadChunk(const ChunkPlace& place, base::TimeRange range,
                         model::SampleColumns* out) const;

  // What the chunk's floats amount to; empty if that is not kept.
  base::Result<std::optional<FloatSummary>> ReadSummary(const ChunkPlace& place) const;

  uint64_t damaged() const { return damaged_.load(std::memory_order_relaxed); }
  uint64_t size_bytes() const { return bytes_.size(); }

 private:
  using Times = std::shared_ptr<const std::vector<int64_t>>;
  // What the last narrow read of a timestamp column gave: a query asks all series of a target for
  // the same range.
  struct NarrowTimes {
    base::TimeRange range;
    Positions positions;
    std::vector<int64_t> times;
  };
  struct BodyFrame {
    std::string_view body;
    uint64_t reference_offset = 0;  // 0: none
    uint32_t reference_size_bytes = 0;
  };
  ChunkFrames(std::unique_ptr<base::RandomAccessFile> file, const std::string& path,
              std::span<const TimePlace> times);

  base::Result<std::string_view> Frame(uint64_t offset, uint64_t size_bytes) const;
  base::Result<BodyFrame> ParseBodyFrame(uint64_t offset, uint64_t size_bytes) const;
  base::Result<Positions> AppendTimes(uint32_t time_column, base::TimeRange range,
                                      std::vector<int64_t>* times) const;
  base::Result<Positions> AppendNarrowTimes(uint32_t time_column, base::TimeRange range,
                                            std::vector<int64_t>* times) const;
  base::Result<Times> DecodedTimes(uint32_t time_column) const;
  void MakeRoomForTimes(size_t bytes) const SB_REQUIRES(times_mutex_);
  base::Status ReadBody(const ChunkPlace& place, size_t count, Positions positions,
                        model::SampleColumns* out) const;
  base::Status ReadDifferences(const SampleBody& body, BodyFrame frame, uint64_t offset,
                               size_t count, Positions positions, double* out) const;
  base::Status Located(base::Status status, uint64_t offset) const;

  const std::unique_ptr<base::RandomAccessFile> file_;
  const std::string path_;
  const std::string_view bytes_;
  const std::span<const TimePlace> times_;
  struct FreeMemory {
    void operator()(void* memory) const;
  };
  // One bit per eight bytes of the file, by frame offset; zeroed pages cost nothing until touched.
  const std::unique_ptr<uint64_t, FreeMemory> checked_;
  mutable std::atomic<uint64_t> damaged_{0};

  mutable base::Mutex times_mutex_;
  mutable std::vector<Times> decoded_times_ SB_GUARDED_BY(times_mutex_);
  mutable std::vector<std::shared_ptr<const NarrowTimes>> narrow_times_ SB_GUARDED_BY(times_mutex_);
  mutable size_t decoded_bytes_ SB_GUARDED_BY(times_mutex_) = 0;
};

}  // namespace sb::tsdb
