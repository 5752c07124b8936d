// SPDX-License-Identifier: Apache-2.0
//
// A 128-bit hash of a whole row: stream, time and every value, in whatever order columns come. Two
// rows with one hash are taken for the same row; the seed is drawn at each start, so that nobody
// can make two of them.
//
// Threads: pure functions; RowHashSet one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "encoding/hash.h"
#include "store/events/part/row_set.h"
#include "store/interface/event_batch.h"

namespace sb::events {

using RowHash = encoding::Hash128;

std::vector<RowHash> HashRows(const store::EventBatch& batch, uint64_t seed);
// Of some rows (ascending) of a row set.
base::Result<std::vector<RowHash>> HashRows(const RowSet& rows, std::span<const uint32_t> numbers,
                                            uint64_t seed);

// How far ahead of its use a place of a large set is worth a Prefetch.
inline constexpr size_t kHashesAhead = 8;

// A set of hashes in one flat table.
class RowHashSet {
 public:
  // Brings the place of the hash near the processor: tables are larger than its caches.
  void Prefetch(const RowHash& hash) const {
    if (!slots_.empty()) {
      __builtin_prefetch(&slots_[hash.low & (slots_.size() - 1)]);
    }
  }
  // Makes room for so many in all.
  void Reserve(size_t count);
  bool Contains(const RowHash& hash) const;
  // False if it was there.
  bool Insert(const RowHash& hash);
  size_t size_bytes() const { return slots_.size() * sizeof(RowHash); }

 private:
  void Grow(size_t slots);
  size_t Find(const RowHash& hash) const;
  std::vector<RowHash> slots_;  // open addressing; {0, 0} is free
  size_t count_ = 0;
};

}  // namespace sb::events
