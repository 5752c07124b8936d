// SPDX-License-Identifier: Apache-2.0
//
// TagTable finds ids by hash: open addressing, eight bytes per entry, no pointers. It knows 32 bits
// of each hash; whether an id with the right tag is the right one is for the caller's predicate to
// say.
//
//   const uint32_t id = table.Find(tag, [&](uint32_t candidate) { return Same(candidate, key); });
//   if (id == TagTable::kNone) table.Insert(tag, new_id);
//
// Threads: as a std container.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sb::tsdb {

class TagTable {
 public:
  static constexpr uint32_t kNone = ~0u;

  static uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash ^ (hash >> 32)); }

  template <typename Same>
  uint32_t Find(uint32_t tag, Same&& same) const {
    if (entries_.empty()) {
      return kNone;
    }
    for (size_t at = tag & mask_;; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.id == kNone) {
        return kNone;
      }
      if (entry.tag == tag && same(entry.id)) {
        return entry.id;
      }
    }
  }
  void Prefetch(uint32_t tag) const {
    if (!entries_.empty()) {
      __builtin_prefetch(&entries_[tag & mask_]);
    }
  }

  // The pair must not be there yet.
  void Insert(uint32_t tag, uint32_t id) {
    if ((size_ + 1) * 10 > entries_.size() * 7) {
      Grow(entries_.empty() ? 64 : entries_.size() * 2);
    }
    Place({tag, id});
    ++size_;
  }

  void Erase(uint32_t tag, uint32_t id) {
    if (entries_.empty()) {
      return;
    }
    size_t at = tag & mask_;
    while (entries_[at].id != id) {
      if (entries_[at].id == kNone) {
        return;
      }
      at = (at + 1) & mask_;
    }
    // Close the gap, so that no probe sequence is cut.
    size_t hole = at;
    for (size_t next = (hole + 1) & mask_; entries_[next].id != kNone; next = (next + 1) & mask_) {
      const size_t home = entries_[next].tag & mask_;
      if (((next - home) & mask_) >= ((next - hole) & mask_)) {
        entries_[hole] = entries_[next];
        hole = next;
      }
    }
    entries_[hole].id = kNone;
    --size_;
  }

  // Makes room for `count` entries at once.
  void Reserve(size_t count) {
    size_t capacity = entries_.empty() ? 64 : entries_.size();
    while (count * 10 > capacity * 7) {
      capacity *= 2;
    }
    if (capacity > entries_.size()) {
      Grow(capacity);
    }
  }

  size_t size() const { return size_; }
  size_t HeapBytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    uint32_t tag = 0;
    uint32_t id = kNone;
  };

  void Place(Entry entry) {
    size_t at = entry.tag & mask_;
    while (entries_[at].id != kNone) {
      at = (at + 1) & mask_;
    }
    entries_[at] = entry;
  }

  void Grow(size_t capacity) {
    std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(capacity));
    mask_ = capacity - 1;
    for (const Entry& entry : old) {
      if (entry.id != kNone) {
        Place(entry);
      }
    }
  }

  std::vector<Entry> entries_;
  size_t mask_ = 0;
  size_t size_ = 0;
};

}  // namespace sb::tsdb
