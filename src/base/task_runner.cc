// SPDX-License-Identifier: Apache-2.0
#include "base/task_runner.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace sb::base {
namespace {

int64_t SteadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void NameThisThread(const std::string& pool_name, size_t index) {
  // The kernel keeps 15 characters.
  std::string name = pool_name.substr(0, 12) + "-" + std::to_string(index % 100);
  pthread_setname_np(pthread_self(), name.c_str());
}

}  // namespace

class ThreadPool::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}

  void Start(const std::shared_ptr<Impl>& self) {
    for (size_t i = 0; i < std::max<size_t>(options_.threads, 1); ++i) {
      threads_.emplace_back([self, i] {
        NameThisThread(self->options_.name, i);
        self->Work();
      });
    }
  }

  Status Post(Task task, bool bounded) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return Cancelled("thread pool is shut down: " + options_.name);
    }
    if (bounded && ready_.size() >= options_.queue_max) {
      return ResourceExhausted("queue of thread pool is full (" +
                               std::to_string(options_.queue_max) + " tasks): " + options_.name);
    }
    ready_.push_back(std::move(task));
    work_.NotifyOne();
    return OkStatus();
  }

  TimerId PostDelayed(DurationNs delay, Task task) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return TimerId::kNone;
    }
    const uint64_t id = ++last_timer_;
    const int64_t due = SteadyNs() + std::max<int64_t>(delay.Value(), 0);
    timers_.emplace(std::pair(due, id), std::move(task));
    due_of_.emplace(id, due);
    work_.NotifyOne();
    return static_cast<TimerId>(id);
  }

  bool Cancel(TimerId timer) SB_EXCLUDES(mutex_) {
    Task dropped;  // destroyed after the lock is released: it may own things that lock
    MutexLock lock(mutex_);
    const auto found = due_of_.find(static_cast<uint64_t>(timer));
    if (found == due_of_.end()) {
      return false;
    }
    const auto node = timers_.find(std::pair(found->second, found->first));
    dropped = std::move(node->second);
    timers_.erase(node);
    due_of_.erase(found);
    return true;
  }

  void Shutdown() SB_EXCLUDES(mutex_) {
    std::deque<Task> dropped_tasks;
    std::map<std::pair<int64_t, uint64_t>, Task> dropped_timers;
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      dropped_tasks.swap(ready_);
      dropped_timers.swap(timers_);
      due_of_.clear();
      work_.NotifyAll();
    }
    for (std::thread& thread : threads_) {
      if (thread.joinable()) {
        thread.join();
      }
    }
  }

  size_t queued() const SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return ready_.size();
  }
  size_t threads() const { return std::max<size_t>(options_.threads, 1); }

 private:
  void Work() SB_EXCLUDES(mutex_) {
    while (true) {
      Task task;
      {
        MutexLock lock(mutex_);
        while (!stopping_ && !TakeDueTimers()) {
          WaitForWork();
        }
        if (stopping_) {
          return;
        }
        task = std::move(ready_.front());
        ready_.pop_front();
      }
      task();
    }
  }

  // Moves timers that are due into the queue; true if there is a task to run.
  bool TakeDueTimers() SB_REQUIRES(mutex_) {
    if (!timers_.empty()) {
      const int64_t now = SteadyNs();
      while (!timers_.empty() && timers_.begin()->first.first <= now) {
        due_of_.erase(timers_.begin()->first.second);
        ready_.push_back(std::move(timers_.begin()->second));
        timers_.erase(timers_.begin());
      }
      if (ready_.size() > 1) {
        work_.NotifyOne();
      }
    }
    return !ready_.empty();
  }

  void WaitForWork() SB_REQUIRES(mutex_) {
    if (timers_.empty()) {
      work_.Wait(mutex_);
    } else {
      const int64_t wait = timers_.begin()->first.first - SteadyNs();
      work_.WaitFor(mutex_, std::chrono::nanoseconds(std::max<int64_t>(wait, 0)));
    }
  }

  const Options options_;
  std::vector<std::thread> threads_;  // written by Start and Shutdown only

  mutable Mutex mutex_;
  CondVar work_;
  bool stopping_ SB_GUARDED_BY(mutex_) = false;
  std::deque<Task> ready_ SB_GUARDED_BY(mutex_);
  uint64_t last_timer_ SB_GUARDED_BY(mutex_) = 0;
  std::map<std::pair<int64_t, uint64_t>, Task> timers_ SB_GUARDED_BY(mutex_);  // by due time, id
  std::unordered_map<uint64_t, int64_t> due_of_ SB_GUARDED_BY(mutex_);
};

ThreadPool::ThreadPool(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {
  impl_->Start(impl_);
}
ThreadPool::~ThreadPool() {
  Shutdown();
}
Status ThreadPool::Post(Task task) {
  return impl_->Post(std::move(task), /*bounded=*/true);
}
TimerId ThreadPool::PostDelayed(DurationNs delay, Task task) {
  return impl_->PostDelayed(delay, std::move(task));
}
bool ThreadPool::Cancel(TimerId timer) {
  return impl_->Cancel(timer);
}
void ThreadPool::Shutdown() {
  impl_->Shutdown();
}
size_t ThreadPool::threads() const {
  return impl_->threads();
}
size_t ThreadPool::queued() const {
  return impl_->queued();
}

// Shared by the runner, the pool's queue and its timers, so that a timer which comes due after the
// runner is gone finds a stopped runner and not freed memory.
class TaskRunner::Impl : public std::enable_shared_from_this<TaskRunner::Impl> {
 public:
  Impl(std::shared_ptr<ThreadPool::Impl> pool, size_t queue_max)
      : pool_(std::move(pool)), queue_max_(queue_max) {}

  Status Post(Task task, bool bounded) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return Cancelled("task runner is shut down");
    }
    if (bounded && queue_.size() >= queue_max_) {
      return ResourceExhausted("queue of task runner is full, tasks: " +
                               std::to_string(queue_max_));
    }
    if (!scheduled_) {
      SB_RETURN_IF_ERROR(pool_->Post([self = shared_from_this()] { self->RunOne(); }, bounded));
      scheduled_ = true;
    }
    queue_.push_back(std::move(task));
    return OkStatus();
  }

  TimerId PostDelayed(DurationNs delay, Task task) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return TimerId::kNone;
    }
    const uint64_t id = ++last_timer_;
    timers_[id] = ArmLocked(id, delay, std::move(task));
    return static_cast<TimerId>(id);
  }

  TimerId PostEvery(DurationNs interval, Task task) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (stopping_) {
      return TimerId::kNone;
    }
    const uint64_t id = ++last_timer_;
    auto shared_task = std::make_shared<Task>(std::move(task));
    timers_[id] = ArmRepeatingLocked(id, interval, interval, std::move(shared_task));
    return static_cast<TimerId>(id);
  }

  bool Cancel(TimerId timer) SB_EXCLUDES(mutex_) {
    TimerId pool_timer = TimerId::kNone;
    {
      MutexLock lock(mutex_);
      const auto found = timers_.find(static_cast<uint64_t>(timer));
      if (found == timers_.end()) {
        return false;
      }
      pool_timer = found->second;
      timers_.erase(found);
    }
    pool_->Cancel(pool_timer);
    return true;
  }

  void Shutdown() SB_EXCLUDES(mutex_) {
    std::deque<Task> dropped;
    std::unordered_map<uint64_t, TimerId> timers;
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      dropped.swap(queue_);
      timers.swap(timers_);
    }
    for (const auto& [id, pool_timer] : timers) {
      pool_->Cancel(pool_timer);
    }
    SB_CHECK(!RunsHere());
    MutexLock lock(mutex_);
    while (running_) {
      idle_.Wait(mutex_);
    }
  }

  bool RunsHere() const { return running_thread_.load() == std::this_thread::get_id(); }

 private:
  TimerId ArmLocked(uint64_t id, DurationNs delay, Task task) SB_REQUIRES(mutex_) {
    return pool_->PostDelayed(delay, [self = shared_from_this(), id, task = std::move(task)] {
      if (self->Forget(id)) {
        (void)self->Post(task, /*bounded=*/false);  // refused only when shut down
      }
    });
  }

  TimerId ArmRepeatingLocked(uint64_t id, DurationNs delay, DurationNs interval,
                             std::shared_ptr<Task> task) SB_REQUIRES(mutex_) {
    return pool_->PostDelayed(delay, [self = shared_from_this(), id, interval, task] {
      (void)self->Post([self, id, interval, task] { self->RunRepeating(id, interval, task); },
                       /*bounded=*/false);
    });
  }

  void RunRepeating(uint64_t id, DurationNs interval, const std::shared_ptr<Task>& task)
      SB_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!timers_.contains(id)) {
        return;
      }
    }
    const int64_t start = SteadyNs();
    (*task)();
    MutexLock lock(mutex_);
    const auto found = timers_.find(id);
    if (stopping_ || found == timers_.end()) {
      return;
    }
    const DurationNs rest(std::max<int64_t>(interval.Value() - (SteadyNs() - start), 0));
    found->second = ArmRepeatingLocked(id, rest, interval, task);
  }

  bool Forget(uint64_t id) SB_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return timers_.erase(id) > 0;
  }

  // Runs one task and queues itself again if there are more, so that runners share a pool fairly.
  void RunOne() SB_EXCLUDES(mutex_) {
    Task task;
    {
      MutexLock lock(mutex_);
      scheduled_ = false;
      if (stopping_ || queue_.empty()) {
        return;
      }
      task = std::move(queue_.front());
      queue_.pop_front();
      running_ = true;
      scheduled_ = true;  // keeps Post from scheduling a second task beside the running one
      running_thread_.store(std::this_thread::get_id());
    }
    task();
    task = nullptr;
    MutexLock lock(mutex_);
    running_thread_.store(std::thread::id());
    running_ = false;
    scheduled_ = !stopping_ && !queue_.empty() &&
                 pool_->Post([self = shared_from_this()] { self->RunOne(); }, false).ok();
    idle_.NotifyAll();
  }

  const std::shared_ptr<ThreadPool::Impl> pool_;
  const size_t queue_max_;
  std::atomic<std::thread::id> running_thread_{};

  mutable Mutex mutex_;
  CondVar idle_;
  bool stopping_ SB_GUARDED_BY(mutex_) = false;
  bool scheduled_ SB_GUARDED_BY(mutex_) = false;
  bool running_ SB_GUARDED_BY(mutex_) = false;
  std::deque<Task> queue_ SB_GUARDED_BY(mutex_);
  uint64_t last_timer_ SB_GUARDED_BY(mutex_) = 0;
  std::unordered_map<uint64_t, TimerId> timers_ SB_GUARDED_BY(mutex_);  // ours -> the pool's
};

TaskRunner::TaskRunner(ThreadPool& pool, size_t queue_max)
    : impl_(std::make_shared<Impl>(pool.impl_, queue_max)) {}
TaskRunner::~TaskRunner() {
  Shutdown();
}
Status TaskRunner::Post(Task task) {
  return impl_->Post(std::move(task), /*bounded=*/true);
}
TimerId TaskRunner::PostDelayed(DurationNs delay, Task task) {
  return impl_->PostDelayed(delay, std::move(task));
}
TimerId TaskRunner::PostEvery(DurationNs interval, Task task) {
  return impl_->PostEvery(interval, std::move(task));
}
bool TaskRunner::Cancel(TimerId timer) {
  return impl_->Cancel(timer);
}
void TaskRunner::Shutdown() {
  impl_->Shutdown();
}
bool TaskRunner::RunsHere() const {
  return impl_->RunsHere();
}

void ParallelFor(ThreadPool& pool, size_t count, const std::function<void(size_t)>& body) {
  struct Shared {
    std::atomic<size_t> next{0};
    Mutex mutex;
    CondVar finished;
    size_t done SB_GUARDED_BY(mutex) = 0;
  };
  const auto shared = std::make_shared<Shared>();
  // `body` may be gone when a late helper starts; it then finds no index left and does not touch
  // it.
  const auto work = [shared, count, &body] {
    size_t done = 0;
    for (size_t i = shared->next.fetch_add(1); i < count; i = shared->next.fetch_add(1)) {
      body(i);
      ++done;
    }
    MutexLock lock(shared->mutex);
    shared->done += done;
    shared->finished.NotifyAll();
  };
  for (size_t i = 1; i < std::min(count, pool.threads() + 1); ++i) {
    if (!pool.Post(work).ok()) {
      break;
    }
  }
  work();
  MutexLock lock(shared->mutex);
  while (shared->done < count) {
    shared->finished.Wait(shared->mutex);
  }
}

}  // namespace sb::base
