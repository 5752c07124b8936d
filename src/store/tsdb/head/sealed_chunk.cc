// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/sealed_chunk.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/check.h"

namespace sb::tsdb {

ChunkRef ChunkRef::Create(std::string_view bytes, int64_t first_time, int64_t last_time,
                          uint32_t samples, uint64_t newest_commit) {
  const size_t size = offsetof(SealedChunk, data) + bytes.size();
  void* memory = std::malloc(std::max(size, sizeof(SealedChunk)));
  SB_CHECK(memory != nullptr);
  auto* chunk = new (memory) SealedChunk{
      first_time, last_time, newest_commit, samples, static_cast<uint32_t>(bytes.size()), 1, {}};
  std::memcpy(static_cast<char*>(memory) + offsetof(SealedChunk, data), bytes.data(), bytes.size());
  return ChunkRef(chunk);
}

ChunkRef::~ChunkRef() {
  if (chunk_ != nullptr && chunk_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    std::free(const_cast<SealedChunk*>(chunk_));
  }
}

}  // namespace sb::tsdb
