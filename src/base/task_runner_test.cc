// SPDX-License-Identifier: Apache-2.0
#include "base/task_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "base/mutex.h"

namespace sb::base {
namespace {

// Lets a test wait for an event that tasks bring about.
class Gate {
 public:
  void Open() {
    MutexLock lock(mutex_);
    open_ = true;
    cv_.NotifyAll();
  }
  void Wait() {
    MutexLock lock(mutex_);
    while (!open_) {
      cv_.Wait(mutex_);
    }
  }

 private:
  Mutex mutex_;
  CondVar cv_;
  bool open_ SB_GUARDED_BY(mutex_) = false;
};

TEST(ThreadPoolTest, FullQueueRefuses) {
  ThreadPool pool({.name = "test", .threads = 1, .queue_max = 2});
  Gate started;
  Gate release;
  ASSERT_TRUE(pool.Post([&] {
                    started.Open();
                    release.Wait();
                  })
                  .ok());
  started.Wait();
  EXPECT_TRUE(pool.Post([] {}).ok());
  EXPECT_TRUE(pool.Post([] {}).ok());
  EXPECT_EQ(pool.Post([] {}).code(), StatusCode::kResourceExhausted);
  release.Open();
}

TEST(ThreadPoolTest, ShutDownPoolRefusesAndDropsWhatWaits) {
  ThreadPool pool({.name = "test", .threads = 1});
  std::atomic<int> ran{0};
  Gate started;
  Gate release;
  ASSERT_TRUE(pool.Post([&] {
                    started.Open();
                    release.Wait();
                    ++ran;
                  })
                  .ok());
  started.Wait();
  ASSERT_TRUE(pool.Post([&] { ran += 100; }).ok());
  ThreadPool opener({.name = "opener", .threads = 1});
  ASSERT_TRUE(opener
                  .Post([&] {
                    while (pool.queued() != 0) {
                    }
                    release.Open();
                  })
                  .ok());
  pool.Shutdown();
  EXPECT_EQ(ran.load(), 1);
  EXPECT_EQ(pool.Post([] {}).code(), StatusCode::kCancelled);
}

TEST(ThreadPoolTest, TimersRunInOrderOfTheirDueTime) {
  ThreadPool pool({.name = "test", .threads = 1});
  std::vector<int> order;
  Gate done;
  pool.PostDelayed(Nanoseconds(6'000'000), [&] {
    order.push_back(2);
    done.Open();
  });
  pool.PostDelayed(Nanoseconds(1'000'000), [&] { order.push_back(1); });
  const TimerId cancelled = pool.PostDelayed(Nanoseconds(3'000'000), [&] { order.push_back(3); });
  EXPECT_TRUE(pool.Cancel(cancelled));
  EXPECT_FALSE(pool.Cancel(cancelled));
  done.Wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(TaskRunnerTest, TasksOfOneRunnerRunInOrderAndNeverTogether) {
  ThreadPool pool({.name = "test", .threads = 4});
  TaskRunner runner(pool);
  std::atomic<int> inside{0};
  std::vector<int> order;  // unguarded on purpose: the sequence is what protects it
  Gate done;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(runner
                    .Post([&, i] {
                      EXPECT_EQ(inside.fetch_add(1), 0);
                      EXPECT_TRUE(runner.RunsHere());
                      order.push_back(i);
                      inside.fetch_sub(1);
                      if (i == 499) {
                        done.Open();
                      }
                    })
                    .ok());
  }
  done.Wait();
  ASSERT_EQ(order.size(), 500u);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(order[static_cast<size_t>(i)], i);
  }
  EXPECT_FALSE(runner.RunsHere());
}

TEST(TaskRunnerTest, DestructionWaitsForTheRunningTaskAndDropsTheRest) {
  ThreadPool pool({.name = "test", .threads = 2});
  std::atomic<int> ran{0};
  Gate started;
  {
    TaskRunner runner(pool);
    ASSERT_TRUE(runner
                    .Post([&] {
                      started.Open();
                      ++ran;
                    })
                    .ok());
    runner.PostDelayed(ToNs(Hours(1)), [&] { ran += 100; });
    started.Wait();
  }
  EXPECT_EQ(ran.load(), 1);
}

TEST(TaskRunnerTest, RepeatingTaskRunsUntilCancelled) {
  ThreadPool pool({.name = "test", .threads = 2});
  TaskRunner runner(pool);
  std::atomic<int> runs{0};
  Gate three;
  const TimerId timer = runner.PostEvery(Nanoseconds(100'000), [&] {
    if (++runs == 3) {
      three.Open();
    }
  });
  three.Wait();
  EXPECT_TRUE(runner.Cancel(timer));
  EXPECT_FALSE(runner.Cancel(timer));
}

TEST(TaskRunnerTest, QueueOfOneRunnerIsBounded) {
  ThreadPool pool({.name = "test", .threads = 1});
  TaskRunner runner(pool, 1);
  Gate started;
  Gate release;
  ASSERT_TRUE(runner
                  .Post([&] {
                    started.Open();
                    release.Wait();
                  })
                  .ok());
  started.Wait();
  EXPECT_TRUE(runner.Post([] {}).ok());
  EXPECT_EQ(runner.Post([] {}).code(), StatusCode::kResourceExhausted);
  release.Open();
}

TEST(ParallelForTest, RunsEveryIndexOnceEvenFromInsideThePool) {
  ThreadPool pool({.name = "test", .threads = 2});
  std::vector<std::atomic<int>> seen(1000);
  Gate done;
  ASSERT_TRUE(pool.Post([&] {
                    ParallelFor(pool, seen.size(), [&](size_t i) { ++seen[i]; });
                    done.Open();
                  })
                  .ok());
  done.Wait();
  for (const auto& n : seen) {
    EXPECT_EQ(n.load(), 1);
  }
  ParallelFor(pool, 0, [](size_t) { FAIL(); });
}

}  // namespace
}  // namespace sb::base
