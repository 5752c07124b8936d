// SPDX-License-Identifier: Apache-2.0
//
// Sessions knows who is using the head: readers, each at the commit it sees, and appenders. Memory
// that a session may still point to is freed only when no older session is open.
//
// Threads: safe for concurrent use. Readers are opened under the head's commit lock, so that the
// commit they stand at is whole.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>

#include "base/mutex.h"

namespace sb::tsdb {

class Sessions {
 public:
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  uint64_t OpenReader(uint64_t commit) SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    readers_.emplace(++last_, commit);
    return last_;
  }
  uint64_t OpenAppender() SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    appenders_.insert(++last_);
    return last_;
  }
  void Close(uint64_t session) SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    readers_.erase(session);
    appenders_.erase(session);
    closed_.NotifyAll();
  }

  // Commits that the oldest and the newest reader stand at; false if there is no reader.
  bool Readers(uint64_t* oldest, uint64_t* newest) const SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (readers_.empty()) {
      return false;
    }
    *oldest = readers_.begin()->second;
    *newest = readers_.rbegin()->second;
    return true;
  }
  // Number of the oldest open session; kNone if there is none.
  uint64_t Oldest() const SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    const uint64_t reader = readers_.empty() ? kNone : readers_.begin()->first;
    const uint64_t appender = appenders_.empty() ? kNone : *appenders_.begin();
    return reader < appender ? reader : appender;
  }
  uint64_t OldestAppender() const SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return appenders_.empty() ? kNone : *appenders_.begin();
  }
  // Sessions opened from now on have greater numbers.
  uint64_t last() const SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return last_;
  }
  // Waits until no reader up to `session` is open; false if `timeout` passed first.
  bool WaitForReaders(uint64_t session, std::chrono::nanoseconds timeout) SB_EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    while (!readers_.empty() && readers_.begin()->first <= session) {
      if (timeout.count() <= 0 || !closed_.WaitFor(mutex_, timeout)) {
        return readers_.empty() || readers_.begin()->first > session;
      }
    }
    return true;
  }

 private:
  mutable base::Mutex mutex_;
  base::CondVar closed_;
  uint64_t last_ SB_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, uint64_t> readers_ SB_GUARDED_BY(mutex_);
  std::set<uint64_t> appenders_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::tsdb
