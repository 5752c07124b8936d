// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/checked_pages.h"

#include <algorithm>
#include <utility>

namespace sb::events {

CheckedPages::CheckedPages(std::vector<store::PageRef> pages)
    : pages_(std::move(pages)),
      checked_at_ns_(std::make_unique<std::atomic<int64_t>[]>(pages_.size())) {
  std::sort(pages_.begin(), pages_.end(), [](const store::PageRef& a, const store::PageRef& b) {
    return a.offset < b.offset;
  });
  for (size_t i = 0; i < pages_.size(); ++i) {
    checked_at_ns_[i].store(INT64_MIN, std::memory_order_relaxed);
  }
}

size_t CheckedPages::IndexOf(store::PageRef page) const {
  const auto found = std::lower_bound(
      pages_.begin(), pages_.end(), page.offset,
      [](const store::PageRef& one, uint64_t offset) { return one.offset < offset; });
  return found != pages_.end() && *found == page ? static_cast<size_t>(found - pages_.begin())
                                                 : pages_.size();
}

bool CheckedPages::IsFresh(store::PageRef page, int64_t now_ns) const {
  const size_t index = IndexOf(page);
  if (index == pages_.size()) {
    return false;
  }
  const int64_t checked = checked_at_ns_[index].load(std::memory_order_relaxed);
  return checked != INT64_MIN && now_ns - checked < kFreshNs;
}

void CheckedPages::Note(store::PageRef page, int64_t now_ns) const {
  if (const size_t index = IndexOf(page); index < pages_.size()) {
    checked_at_ns_[index].store(now_ns, std::memory_order_relaxed);
  }
}

}  // namespace sb::events
