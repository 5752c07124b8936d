// SPDX-License-Identifier: Apache-2.0
#include "query/engine/memory_budget.h"

namespace sb::query {

bool MemoryBudget::Charge(int64_t bytes, Rank rank) {
  const int64_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (rank == Rank::kOrdinary && bytes_max_ > 0 && now > bytes_max_) {
    Return(bytes);
    return false;
  }
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
  }
  return true;
}

}  // namespace sb::query
