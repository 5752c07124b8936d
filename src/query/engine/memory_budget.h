// SPDX-License-Identifier: Apache-2.0
//
// MemoryBudget is the memory that all running queries may hold together. Queries charge it through
// their QueryContext.
//
//   MemoryBudget budget(2 << 30);
//   if (!budget.Charge(bytes, MemoryBudget::Rank::kOrdinary)) … // nothing was charged
//   budget.Return(bytes);
//
// A rule is of rank kRule: it is always granted, and what it holds leaves less to the others, so
// that dashboards cannot starve alerts. Threads: safe for concurrent use. Unit: bytes.
#pragma once

#include <atomic>
#include <cstdint>

namespace sb::query {

class MemoryBudget {
 public:
  enum class Rank : uint8_t { kOrdinary, kRule };

  // bytes_max 0: no limit.
  explicit MemoryBudget(int64_t bytes_max) : bytes_max_(bytes_max) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  [[nodiscard]] bool Charge(int64_t bytes, Rank rank);
  void Return(int64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  int64_t bytes_max() const { return bytes_max_; }
  int64_t used() const { return used_.load(std::memory_order_relaxed); }
  int64_t peak() const { return peak_.load(std::memory_order_relaxed); }
  // Whether another query may start: half of it is free, so that those that run can go on.
  bool HasRoomForAnother() const { return bytes_max_ == 0 || used() <= bytes_max_ / 2; }

 private:
  const int64_t bytes_max_;
  std::atomic<int64_t> used_{0};
  std::atomic<int64_t> peak_{0};
};

}  // namespace sb::query
