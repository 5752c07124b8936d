// SPDX-License-Identifier: Apache-2.0
//
// PagedArray is an array of up to 2^32 elements that grows without moving them: elements are read
// without a lock while another thread adds pages.
//
// The directory of pages doubles when it is full; directories of before are kept, for readers that
// are just looking into one.
//
// Threads: Extend() by one thread at a time; at() of an index below an extended size by any thread
// that learned of the index through a synchronising operation; Find() by any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sb::tsdb {

template <typename T, size_t kPageSize = 1024>
class PagedArray {
 public:
  PagedArray() { AddDirectory(16); }
  PagedArray(const PagedArray&) = delete;
  PagedArray& operator=(const PagedArray&) = delete;

  // Makes index `count - 1` and all below it valid; new elements are value-initialised.
  void Extend(size_t count) {
    while (owned_.size() * kPageSize < count) {
      owned_.push_back(std::make_unique<T[]>(kPageSize));
      if (owned_.size() > directories_.back()->pages) {
        AddDirectory(2 * directories_.back()->pages);
      }
      directories_.back()->page[owned_.size() - 1].store(owned_.back().get(),
                                                         std::memory_order_release);
    }
  }
  T& at(uint32_t index) { return Page(index)[index % kPageSize]; }
  const T& at(uint32_t index) const { return Page(index)[index % kPageSize]; }
  // Null if the page of `index` was never added.
  T* Find(uint32_t index) const {
    const Directory* directory = directory_.load(std::memory_order_acquire);
    if (index / kPageSize >= directory->pages) {
      return nullptr;
    }
    T* page = directory->page[index / kPageSize].load(std::memory_order_acquire);
    return page == nullptr ? nullptr : page + index % kPageSize;
  }
  size_t HeapBytes() const { return owned_.size() * kPageSize * sizeof(T); }

 private:
  struct Directory {
    explicit Directory(size_t count)
        : pages(count), page(std::make_unique<std::atomic<T*>[]>(count)) {}
    const size_t pages;
    const std::unique_ptr<std::atomic<T*>[]> page;
  };

  void AddDirectory(size_t pages) {
    auto next = std::make_unique<Directory>(pages);
    for (size_t i = 0; i < owned_.size(); ++i) {
      next->page[i].store(owned_[i].get(), std::memory_order_relaxed);
    }
    directory_.store(next.get(), std::memory_order_release);
    directories_.push_back(std::move(next));
  }
  T* Page(uint32_t index) const {
    return directory_.load(std::memory_order_acquire)
        ->page[index / kPageSize]
        .load(std::memory_order_acquire);
  }

  std::vector<std::unique_ptr<T[]>> owned_;
  std::vector<std::unique_ptr<Directory>> directories_;
  std::atomic<const Directory*> directory_{nullptr};
};

}  // namespace sb::tsdb
