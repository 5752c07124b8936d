// SPDX-License-Identifier: Apache-2.0
//
// ThreadPool runs tasks on named threads; TaskRunner is a sequence on a pool: its tasks run one
// after another, never two at once, on whatever thread is free. Background components own a
// TaskRunner and need no lock for what only their tasks touch.
//
//   ThreadPool pool({.name = "background", .threads = 2, .queue_max = 1024});
//   TaskRunner runner(pool);
//   SB_RETURN_IF_ERROR(runner.Post([this] { Compact(); }));
//   runner.PostEvery(ToNs(Seconds(5)), [this] { ReloadFiles(); });
//   ParallelFor(pool, shards.size(), [&](size_t i) { Replay(shards[i]); });
//
// Failures: a full queue refuses with kResourceExhausted, a pool or runner that was shut down with
// kCancelled. Nothing blocks in Post. Timers are not bounded by the queue; one that comes due while
// the queue is full is queued all the same, because its owner counts on it.
//
// Shutdown: tasks that were queued but not started are dropped, timers are dropped, running tasks
// are waited for. The destructors shut down. A TaskRunner must be gone before its pool. Shutdown
// must not be called from a task of the same runner or pool.
//
// Threads: all methods are safe for concurrent use. Time is the machine's monotonic clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/status.h"
#include "base/time.h"

namespace sb::base {

using Task = std::function<void()>;

// Names a timer of one runner; kNone is never given out.
enum class TimerId : uint64_t { kNone = 0 };

class ThreadPool {
 public:
  struct Options {
    std::string name;  // first 12 characters are seen in top and gdb
    size_t threads = 1;
    size_t queue_max = 10'000;  // tasks waiting, all runners together
  };
  explicit ThreadPool(Options options);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  Status Post(Task task);
  TimerId PostDelayed(DurationNs delay, Task task);
  // True if the timer was dropped before its task started.
  bool Cancel(TimerId timer);
  void Shutdown();

  size_t threads() const;
  size_t queued() const;  // tasks waiting now, for instruments

 private:
  friend class TaskRunner;
  class Impl;
  std::shared_ptr<Impl> impl_;
};

class TaskRunner {
 public:
  explicit TaskRunner(ThreadPool& pool, size_t queue_max = 10'000);
  ~TaskRunner();
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  Status Post(Task task);
  TimerId PostDelayed(DurationNs delay, Task task);
  // First run after one interval; the next is due one interval after the start of the last, and is
  // skipped while that one still runs.
  TimerId PostEvery(DurationNs interval, Task task);
  bool Cancel(TimerId timer);
  void Shutdown();
  // True in a task of this runner (for SB_CHECK: "only on the sequence").
  bool RunsHere() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Runs body(0) … body(count-1) on the pool and the calling thread; returns when all are done. Safe
// on a busy pool (the caller then does the work alone), also from a task of the same pool.
void ParallelFor(ThreadPool& pool, size_t count, const std::function<void(size_t)>& body);

}  // namespace sb::base
