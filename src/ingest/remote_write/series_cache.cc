// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/series_cache.h"

#include <algorithm>
#include <utility>

namespace sb::ingest {
namespace {

constexpr size_t kSlotsMin = 1024;
// A probe that misses the cache costs about 80 ns, a lookup that hits it a few: eight lookups ahead
// hide the former.
constexpr size_t kPrefetchDistance = 8;

}  // namespace

void SeriesCache::Table::Prefetch(const encoding::Hash128& key) const {
  if (!slots_.empty()) {
    __builtin_prefetch(&slots_[key.low & mask_]);
  }
}

store::SeriesRef SeriesCache::Table::Find(const encoding::Hash128& key) const {
  if (slots_.empty()) {
    return store::SeriesRef::kNone;
  }
  for (size_t i = key.low & mask_;; i = (i + 1) & mask_) {
    const Slot& slot = slots_[i];
    if (slot.ref == store::SeriesRef::kNone || slot.key == key) {
      return slot.ref;
    }
  }
}

void SeriesCache::Table::Insert(const encoding::Hash128& key, store::SeriesRef ref) {
  if (slots_.empty() || count_ >= slots_.size() / 5 * 4) {
    Grow();
  }
  for (size_t i = key.low & mask_;; i = (i + 1) & mask_) {
    Slot& slot = slots_[i];
    if (slot.ref == store::SeriesRef::kNone) {
      ++count_;
      slot.key = key;
    } else if (slot.key != key) {
      continue;
    }
    slot.ref = ref;
    return;
  }
}

void SeriesCache::Table::Grow() {
  const std::vector<Slot> before = std::exchange(slots_, {});
  slots_.resize(std::max(kSlotsMin, before.size() * 2));
  mask_ = slots_.size() - 1;
  count_ = 0;
  for (const Slot& slot : before) {
    if (slot.ref != store::SeriesRef::kNone) {
      Insert(slot.key, slot.ref);
    }
  }
}

SeriesCache::SeriesCache(size_t entries_max)
    : generation_max_(std::max<size_t>(entries_max / 2, 1)) {}

void SeriesCache::Find(std::span<const encoding::Hash128> keys, std::span<store::SeriesRef> refs) {
  size_t found_in_old = 0;
  {
    base::ReaderLock lock(mutex_);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (i + kPrefetchDistance < keys.size()) {
        young_.Prefetch(keys[i + kPrefetchDistance]);
      }
      refs[i] = young_.Find(keys[i]);
      if (refs[i] == store::SeriesRef::kNone && old_.count() > 0) {
        refs[i] = old_.Find(keys[i]);
        found_in_old += refs[i] != store::SeriesRef::kNone ? 1 : 0;
      }
    }
  }
  if (found_in_old > 0) {
    Insert(keys, refs);
  }
}

void SeriesCache::Insert(std::span<const encoding::Hash128> keys,
                         std::span<const store::SeriesRef> refs) {
  base::WriterLock lock(mutex_);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (refs[i] != store::SeriesRef::kNone) {
      InsertLocked(keys[i], refs[i]);
    }
  }
}

void SeriesCache::InsertLocked(const encoding::Hash128& key, store::SeriesRef ref) {
  if (young_.count() >= generation_max_ && young_.Find(key) == store::SeriesRef::kNone) {
    old_ = std::exchange(young_, Table());
  }
  young_.Insert(key, ref);
}

void SeriesCache::Clear() {
  base::WriterLock lock(mutex_);
  young_ = Table();
  old_ = Table();
}

size_t SeriesCache::size() const {
  base::ReaderLock lock(mutex_);
  return young_.count() + old_.count();
}

size_t SeriesCache::HeapBytes() const {
  base::ReaderLock lock(mutex_);
  return young_.HeapBytes() + old_.HeapBytes();
}

}  // namespace sb::ingest
