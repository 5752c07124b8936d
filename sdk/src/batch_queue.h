// SPDX-License-Identifier: Apache-2.0
//
// BatchQueue hands items from any thread to one worker, in batches: when enough wait, or after a
// delay. A full queue refuses; nothing ever waits for the worker except Flush.
//
// Threads: Push and Flush from any; Take and Done by the worker.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace signalbox::internal {

template <typename Item>
class BatchQueue {
 public:
  using Batch = std::vector<std::unique_ptr<Item>>;

  BatchQueue(size_t queue_max, size_t batch_max) : queue_max_(queue_max), batch_max_(batch_max) {
    waiting_.reserve(queue_max);
  }

  // False: the queue is full and the item is gone. True in `*is_ready`: wake the worker.
  bool Push(std::unique_ptr<Item> item, bool* is_ready) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= queue_max_) {
      ++dropped_;
      return false;
    }
    waiting_.push_back(std::move(item));
    *is_ready = waiting_.size() == batch_max_;
    return true;
  }

  // At most batch_max items, the oldest first; empty if none wait.
  Batch Take() {
    const std::lock_guard lock(mutex_);
    const size_t count = std::min(batch_max_, waiting_.size());
    Batch batch(std::make_move_iterator(waiting_.begin()),
                std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(count)));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    under_way_ = count;
    return batch;
  }
  void Done() {
    const std::lock_guard lock(mutex_);
    under_way_ = 0;
    idle_.notify_all();
  }

  bool HasBatch() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size() >= batch_max_;
  }
  // False if items still wait at the deadline.
  bool WaitEmpty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return idle_.wait_until(lock, deadline, [&] { return waiting_.empty() && under_way_ == 0; });
  }
  uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const size_t queue_max_;
  const size_t batch_max_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  Batch waiting_;
  size_t under_way_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace signalbox::internal
