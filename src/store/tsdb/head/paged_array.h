// SPDX-License-Identifier: Apache-2.0
//
// PagedArray is an array of up to 2^32 elements that grows without moving them: elements are read
// without a lock while another thread adds pages.
//
// Threads: Extend() by one thread at a time; at() of an index below an extended size by any thread
// that learned of the index through a synchronising operation.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/check.h"

namespace sb::tsdb {

template <typename T, size_t kPageSize = 1024>
class PagedArray {
 public:
  static constexpr size_t kPages = (size_t{1} << 32) / kPageSize;

  PagedArray() {
    // Untouched parts of the directory cost address space only.
    pages_ = static_cast<std::atomic<T*>*>(std::calloc(kPages, sizeof(std::atomic<T*>)));
    SB_CHECK(pages_ != nullptr);
  }
  ~PagedArray() {
    for (size_t i = 0; i * kPageSize < extent_; ++i) {
      delete[] pages_[i].load(std::memory_order_relaxed);
    }
    std::free(pages_);
  }
  PagedArray(const PagedArray&) = delete;
  PagedArray& operator=(const PagedArray&) = delete;

  // Makes index `count - 1` and all below it valid; new elements are value-initialised.
  void Extend(size_t count) {
    while (extent_ < count) {
      SB_CHECK(extent_ / kPageSize < kPages);
      pages_[extent_ / kPageSize].store(new T[kPageSize](), std::memory_order_release);
      extent_ += kPageSize;
    }
  }
  T& at(uint32_t index) { return Page(index)[index % kPageSize]; }
  const T& at(uint32_t index) const { return Page(index)[index % kPageSize]; }
  // Null if the page of `index` was never added.
  T* Find(uint32_t index) {
    T* page = pages_[index / kPageSize].load(std::memory_order_acquire);
    return page == nullptr ? nullptr : page + index % kPageSize;
  }
  size_t HeapBytes() const { return extent_ * sizeof(T); }

 private:
  T* Page(uint32_t index) const {
    return pages_[index / kPageSize].load(std::memory_order_acquire);
  }
  std::atomic<T*>* pages_;
  size_t extent_ = 0;
};

}  // namespace sb::tsdb
