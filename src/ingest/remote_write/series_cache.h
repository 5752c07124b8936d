// SPDX-License-Identifier: Apache-2.0
//
// SeriesCache remembers which series of the store the bytes of a label set belong to, so that the
// labels of a known series are never parsed. The key is a 128-bit hash with a secret seed: two
// label sets with one key do not happen by chance, nor on purpose by one who does not know the
// seed.
//
// An entry may be stale; the store says so, and the entry is then replaced by Insert().
//
// Memory: 24 bytes an entry at a load of 40 to 80 %, at most `entries_max` entries. There are two
// generations: when the young one holds half of the maximum, it becomes the old one and the old one
// is thrown away; an entry that is used moves back to the young one. So what was not seen for a
// while goes, without any bookkeeping per use.
//
// Threads: safe for concurrent use. One lock per batch, not per series.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "encoding/hash.h"
#include "store/interface/appender.h"

namespace sb::ingest {

class SeriesCache {
 public:
  explicit SeriesCache(size_t entries_max);

  // Sets refs[i] to what keys[i] belongs to, kNone if that is not known.
  void Find(std::span<const encoding::Hash128> keys, std::span<store::SeriesRef> refs);
  // Adds or replaces; entries with kNone are left out.
  void Insert(std::span<const encoding::Hash128> keys, std::span<const store::SeriesRef> refs);
  void Clear();

  size_t size() const;
  size_t HeapBytes() const;

 private:
  struct Slot {
    encoding::Hash128 key;
    store::SeriesRef ref = store::SeriesRef::kNone;  // kNone: empty
  };
  // Open addressing, linear probing, a power of two of slots.
  class Table {
   public:
    void Prefetch(const encoding::Hash128& key) const;
    store::SeriesRef Find(const encoding::Hash128& key) const;
    void Insert(const encoding::Hash128& key, store::SeriesRef ref);
    size_t count() const { return count_; }
    size_t HeapBytes() const { return slots_.size() * sizeof(Slot); }

   private:
    void Grow();
    std::vector<Slot> slots_;
    size_t mask_ = 0;
    size_t count_ = 0;
  };

  void InsertLocked(const encoding::Hash128& key, store::SeriesRef ref) SB_REQUIRES(mutex_);

  const size_t generation_max_;
  mutable base::SharedMutex mutex_;
  Table young_ SB_GUARDED_BY(mutex_);
  Table old_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
