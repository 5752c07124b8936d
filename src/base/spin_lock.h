// SPDX-License-Identifier: Apache-2.0
//
// SpinLock is a lock of one byte for critical sections of at most a few microseconds on objects
// that exist by the million (a series of the metrics head). Anything longer, or anything that
// blocks, takes base::Mutex.
//
// Zeroed memory is an unlocked SpinLock. A waiter spins shortly, then yields its time slice.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>

#include "base/mutex.h"

namespace sb::base {

class SB_CAPABILITY("mutex") SpinLock {
 public:
  void Lock() SB_ACQUIRE() {
    int spins = 0;
    while (held_.exchange(1, std::memory_order_acquire) != 0) {
      while (held_.load(std::memory_order_relaxed) != 0) {
        if (++spins > 64) {
          ::sched_yield();
        }
      }
    }
  }
  void Unlock() SB_RELEASE() { held_.store(0, std::memory_order_release); }

 private:
  std::atomic<uint8_t> held_{0};
};

class SB_SCOPED_CAPABILITY SpinLockHolder {
 public:
  explicit SpinLockHolder(SpinLock& lock) SB_ACQUIRE(lock) : lock_(lock) { lock_.Lock(); }
  ~SpinLockHolder() SB_RELEASE() { lock_.Unlock(); }
  SpinLockHolder(const SpinLockHolder&) = delete;
  SpinLockHolder& operator=(const SpinLockHolder&) = delete;

 private:
  SpinLock& lock_;
};

}  // namespace sb::base
