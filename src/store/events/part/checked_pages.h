// SPDX-License-Identifier: Apache-2.0
//
// CheckedPages remembers which pages of a file had the right checksum lately, so that a page that
// many queries read is not summed up by each of them (docs/decisions/0010-page-checksums.md).
//
//   CheckedPages checked(refs);
//   if (!checked.IsFresh(ref, now_ns)) { …check the page…; checked.Note(ref, now_ns); }
//
// Threads: safe for concurrent use. Memory: 24 bytes a page.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/file/page.h"

namespace sb::events {

class CheckedPages {
 public:
  // A page that was read from the disk again within this time counts as checked.
  static constexpr int64_t kFreshNs = int64_t{60} * 1'000'000'000;

  CheckedPages() = default;
  explicit CheckedPages(std::vector<store::PageRef> pages);

  // `now_ns`: of a monotonic clock. Pages that are not known are never fresh.
  bool IsFresh(store::PageRef page, int64_t now_ns) const;
  void Note(store::PageRef page, int64_t now_ns) const;

 private:
  size_t IndexOf(store::PageRef page) const;

  std::vector<store::PageRef> pages_;                     // by offset
  std::unique_ptr<std::atomic<int64_t>[]> checked_at_ns_;  // INT64_MIN: not yet
};

}  // namespace sb::events
