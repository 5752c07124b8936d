// SPDX-License-Identifier: Apache-2.0
//
// Mutex, SharedMutex and CondVar with the annotations that clang's thread-safety analysis checks:
// members carry SB_GUARDED_BY(mutex_), private functions SB_REQUIRES(mutex_).
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define SB_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define SB_THREAD_ANNOTATION(x)
#endif

#define SB_GUARDED_BY(x) SB_THREAD_ANNOTATION(guarded_by(x))
#define SB_PT_GUARDED_BY(x) SB_THREAD_ANNOTATION(pt_guarded_by(x))
#define SB_REQUIRES(...) SB_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define SB_REQUIRES_SHARED(...) SB_THREAD_ANNOTATION(requires_shared_capability(__VA_ARGS__))
#define SB_EXCLUDES(...) SB_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define SB_CAPABILITY(x) SB_THREAD_ANNOTATION(capability(x))
#define SB_SCOPED_CAPABILITY SB_THREAD_ANNOTATION(scoped_lockable)
#define SB_ACQUIRE(...) SB_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define SB_ACQUIRE_SHARED(...) SB_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define SB_RELEASE(...) SB_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define SB_RELEASE_SHARED(...) SB_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define SB_RELEASE_GENERIC(...) SB_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))
#define SB_NO_THREAD_SAFETY_ANALYSIS SB_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace sb::base {

class SB_CAPABILITY("mutex") Mutex {
 public:
  void Lock() SB_ACQUIRE() { mutex_.lock(); }
  void Unlock() SB_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class SB_CAPABILITY("shared_mutex") SharedMutex {
 public:
  void Lock() SB_ACQUIRE() { mutex_.lock(); }
  void Unlock() SB_RELEASE() { mutex_.unlock(); }
  void LockShared() SB_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void UnlockShared() SB_RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

class SB_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) SB_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() SB_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class SB_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) SB_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~WriterLock() SB_RELEASE() { mutex_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mutex_;
};

class SB_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) SB_ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.LockShared();
  }
  ~ReaderLock() SB_RELEASE_GENERIC() { mutex_.UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

// The mutex must be held around every wait; spurious wake-ups happen, so wait in a loop.
class CondVar {
 public:
  void Wait(Mutex& mutex) SB_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    cv_.wait(lock);
    lock.release();
  }
  // Returns false if `timeout` passed first.
  bool WaitFor(Mutex& mutex, std::chrono::nanoseconds timeout) SB_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool notified = cv_.wait_for(lock, timeout) == std::cv_status::no_timeout;
    lock.release();
    return notified;
  }
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

}  // namespace sb::base
