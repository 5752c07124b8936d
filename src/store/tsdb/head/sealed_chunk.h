// SPDX-License-Identifier: Apache-2.0
//
// SealedChunk: encoded samples of a live series that will not change any more, in one allocation.
// ChunkRef shares ownership between the series and the readers that decode it outside of its lock.
//
// Threads: immutable after Create; references may be taken and dropped by any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sb::tsdb {

struct SealedChunk {
  int64_t first_time;
  int64_t last_time;
  uint64_t newest_commit;  // of an out-of-order chunk: the last commit that added to it; else 0
  uint32_t samples;
  uint32_t bytes_size;
  mutable std::atomic<uint32_t> references;
  char data[4];

  std::string_view bytes() const { return {data, bytes_size}; }
  size_t AllocatedBytes() const { return offsetof(SealedChunk, data) + bytes_size; }
};

class ChunkRef {
 public:
  ChunkRef() = default;
  // Copies `bytes`; the times and the number of samples are the caller's word.
  static ChunkRef Create(std::string_view bytes, int64_t first_time, int64_t last_time,
                         uint32_t samples, uint64_t newest_commit);
  ChunkRef(const ChunkRef& other) : chunk_(other.chunk_) {
    if (chunk_ != nullptr) {
      chunk_->references.fetch_add(1, std::memory_order_relaxed);
    }
  }
  ChunkRef(ChunkRef&& other) noexcept : chunk_(std::exchange(other.chunk_, nullptr)) {}
  ChunkRef& operator=(ChunkRef other) noexcept {
    std::swap(chunk_, other.chunk_);
    return *this;
  }
  ~ChunkRef();

  const SealedChunk* operator->() const { return chunk_; }
  const SealedChunk& operator*() const { return *chunk_; }

 private:
  explicit ChunkRef(const SealedChunk* chunk) : chunk_(chunk) {}
  const SealedChunk* chunk_ = nullptr;
};

}  // namespace sb::tsdb
