// SPDX-License-Identifier: Apache-2.0
//
// Bitmap is a set of row or value numbers below a fixed size: what filters pass to each other.
//
//   Bitmap rows(group.row_count(), true);
//   rows.And(matching);
//   rows.ForEach([&](uint32_t row) { … });
//
// Bits at and beyond size() are zero. Threads: values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace sb::events {

class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(size_t size, bool value = false) { Reset(size, value); }

  void Reset(size_t size, bool value = false) {
    size_ = size;
    words_.assign((size + 63) / 64, value ? ~uint64_t{0} : 0);
    ClearTail();
  }
  size_t size() const { return size_; }
  const std::vector<uint64_t>& words() const { return words_; }
  std::vector<uint64_t>& mutable_words() { return words_; }
  // After words were changed directly.
  void ClearTail() {
    if (size_ % 64 != 0) {
      words_.back() &= (uint64_t{1} << (size_ % 64)) - 1;
    }
  }

  bool Test(size_t i) const { return ((words_[i / 64] >> (i % 64)) & 1) != 0; }
  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void Clear(size_t i) { words_[i / 64] &= ~(uint64_t{1} << (i % 64)); }
  void SetRange(size_t begin, size_t end) {
    for (size_t i = begin; i < end;) {
      if (i % 64 == 0 && end - i >= 64) {
        words_[i / 64] = ~uint64_t{0};
        i += 64;
      } else {
        Set(i++);
      }
    }
  }

  void And(const Bitmap& other) {
    SB_DCHECK(other.size_ == size_);
    for (size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= other.words_[i];
    }
  }
  void Or(const Bitmap& other) {
    SB_DCHECK(other.size_ == size_);
    for (size_t i = 0; i < words_.size(); ++i) {
      words_[i] |= other.words_[i];
    }
  }
  void AndNot(const Bitmap& other) {
    SB_DCHECK(other.size_ == size_);
    for (size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= ~other.words_[i];
    }
  }

  bool Any() const {
    for (const uint64_t word : words_) {
      if (word != 0) {
        return true;
      }
    }
    return false;
  }
  bool AnyIn(size_t begin, size_t end) const {
    for (size_t i = begin; i < end;) {
      const uint64_t word = words_[i / 64] >> (i % 64);
      const size_t bits = std::min<size_t>(64 - i % 64, end - i);
      if ((bits == 64 ? word : word & ((uint64_t{1} << bits) - 1)) != 0) {
        return true;
      }
      i += bits;
    }
    return false;
  }
  size_t Count() const {
    size_t count = 0;
    for (const uint64_t word : words_) {
      count += static_cast<size_t>(std::popcount(word));
    }
    return count;
  }

  template <typename F>
  void ForEach(F&& visit) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      for (uint64_t word = words_[w]; word != 0; word &= word - 1) {
        visit(static_cast<uint32_t>(w * 64 + static_cast<size_t>(std::countr_zero(word))));
      }
    }
  }

  friend bool operator==(const Bitmap&, const Bitmap&) = default;

 private:
  size_t size_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace sb::events
