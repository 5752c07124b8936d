// SPDX-License-Identifier: Apache-2.0
//
// Crashes at every write point of a run on the simulated disk: of the process (what was written
// stays) and of the machine (what was not synced is dropped or torn).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/env.h"
#include "base/log.h"
#include "base/testing/simulated_env.h"
#include "store/events/db/event_db.h"
#include "store/events/db/testing/crash_workload.h"

namespace sb::events {
namespace {

constexpr uint64_t kBatches = 80;

struct Progress {
  uint64_t committed = 0;  // batches 0…committed-1 were acknowledged
  uint64_t synced = 0;     // of them, on the disk for sure
  bool stopped = false;
};

// Every so-manieth write point is tried, beginning at a random one: all of them over several runs.
// SIGNALBOX_CRASH_STRIDE=1 tries all at once.
uint64_t Stride() {
  const char* text = std::getenv("SIGNALBOX_CRASH_STRIDE");
  return text != nullptr ? std::max<uint64_t>(std::strtoull(text, nullptr, 10), 1) : 4;
}

uint64_t FirstPoint() {
  const uint64_t first = base::Env::Real().random().Next64() % Stride();
  std::printf("write points from %llu, every %llu\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(Stride()));
  return first;
}

class EventDbCrashTest : public testing::Test {
 protected:
  EventDbCrashTest() {
    base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
    options_.folder = "/data";
    options_.order = RowOrder::kByTrace;
    options_.group_rows = 100;
    options_.flush_bytes = 24'000;
    options_.wal_segment_bytes = 8 * 1024;
  }
  ~EventDbCrashTest() override { base::ConfigureLog({}); }

  base::Result<std::unique_ptr<EventDb>> Open(base::SimulatedEnv& env) {
    registry_ = std::make_unique<base::Registry>();
    EventDb::OpenReport report;
    return EventDb::Open(env, options_, *registry_, &report);
  }

  // Writes batches from `next` on until all are there or the machine stops.
  static Progress Run(EventDb& db, uint64_t next, uint64_t end) {
    Progress progress;
    progress.committed = progress.synced = next;
    for (uint64_t n = next; n < end; ++n) {
      if (!CrashWorkload::Write(db, n).ok()) {
        progress.stopped = true;
        return progress;
      }
      progress.committed = n + 1;
      if (n % 6 == 5 && db.Sync().ok()) {
        progress.synced = n + 1;
      }
      if (n % 12 == 11 && !db.Maintain().ok()) {
        progress.stopped = true;
        return progress;
      }
      if (n == 30 && !db.Delete({}, {model::Matcher::Equal("app", "none")}, {}).ok()) {
        progress.stopped = true;
        return progress;
      }
      if (n % 25 == 20 && !db.Flush().ok()) {
        progress.stopped = true;
        return progress;
      }
    }
    return progress;
  }

  // What must be there after a crash: all of `certain`; of the others a run without gaps.
  static void Check(EventDb& db, uint64_t certain, uint64_t possible, const std::string& where) {
    std::set<uint64_t> batches;
    const base::Status status = CrashWorkload::Verify(db, &batches);
    ASSERT_TRUE(status.ok()) << where << ": " << status.ToString();
    ASSERT_GE(batches.size(), certain) << where;
    ASSERT_LE(batches.size(), possible) << where;
    if (!batches.empty()) {
      ASSERT_EQ(*batches.rbegin(), batches.size() - 1)
          << where << ": a batch is missing in between";
    }
  }

  uint64_t WritesOfAWholeRun() {
    base::SimulatedEnv env(1);
    auto db = Open(env);
    EXPECT_TRUE(db.ok());
    EXPECT_FALSE(Run(**db, 0, kBatches).stopped);
    return env.disk().writes();
  }

  EventDbOptions options_;
  std::unique_ptr<base::Registry> registry_;
};

TEST_F(EventDbCrashTest, KilledProcessKeepsEveryCommitAtEveryWritePoint) {
  const uint64_t writes = WritesOfAWholeRun();
  std::printf("write points: %llu\n", static_cast<unsigned long long>(writes));
  ASSERT_GT(writes, 100u);
  for (uint64_t stop = FirstPoint(); stop < writes; stop += Stride()) {
    const std::string where = "stopped after write " + std::to_string(stop);
    base::SimulatedEnv env(stop);
    env.disk().StopAfterWrites(stop);
    Progress progress;
    {
      auto db = Open(env);
      if (db.ok()) {
        progress = Run(**db, 0, kBatches);
      }
      env.KillProcess();  // before the destructor can tidy up
    }
    auto db = Open(env);
    ASSERT_TRUE(db.ok()) << where << ": " << db.status().ToString();
    Check(**db, progress.committed, progress.committed + 1, where);
    if (testing::Test::HasFatalFailure()) {
      return;
    }
  }
}

TEST_F(EventDbCrashTest, PowerLossKeepsEverySyncedCommitAtEveryWritePoint) {
  const uint64_t writes = WritesOfAWholeRun();
  for (uint64_t stop = FirstPoint(); stop < writes; stop += Stride()) {
    const std::string where = "power lost after write " + std::to_string(stop);
    base::SimulatedEnv env(stop * 7919 + 1);
    env.disk().StopAfterWrites(stop);
    Progress progress;
    {
      auto db = Open(env);
      if (db.ok()) {
        progress = Run(**db, 0, kBatches);
      }
      env.Crash();
    }
    auto db = Open(env);
    ASSERT_TRUE(db.ok()) << where << ": " << db.status().ToString();
    Check(**db, progress.synced, progress.committed + 1, where);
    if (testing::Test::HasFatalFailure()) {
      return;
    }
  }
}

TEST_F(EventDbCrashTest, ManyCrashesOfOneStoreLoseNothingSynced) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    base::SimulatedEnv env(seed);
    uint64_t next = 0;
    for (int life = 0; life < 12; ++life) {
      const std::string where = "seed " + std::to_string(seed) + " life " + std::to_string(life);
      auto db = Open(env);
      ASSERT_TRUE(db.ok()) << where << ": " << db.status().ToString();
      std::set<uint64_t> batches;
      const base::Status status = CrashWorkload::Verify(**db, &batches);
      ASSERT_TRUE(status.ok()) << where << ": " << status.ToString();
      ASSERT_GE(batches.size(), next) << where;
      ASSERT_TRUE(batches.empty() || *batches.rbegin() == batches.size() - 1) << where;
      const bool power = env.random().Next64() % 2 == 0;
      env.disk().StopAfterWrites(env.random().Next64() % 150);
      const Progress progress = Run(**db, batches.size(), batches.size() + 40);
      next = power ? std::max(progress.synced, next) : progress.committed;
      if (power) {
        env.Crash();
      } else {
        env.KillProcess();
      }
    }
  }
}

TEST_F(EventDbCrashTest, OneFailedWriteIsRefusedAndNothingElseHappens) {
  const uint64_t writes = WritesOfAWholeRun();
  for (uint64_t nth = 10 + FirstPoint(); nth < writes; nth += 5 * Stride()) {
    base::SimulatedEnv env(nth);
    auto db = Open(env);
    ASSERT_TRUE(db.ok());
    env.disk().FailWrite(nth);
    std::set<uint64_t> acknowledged;
    bool poisoned = false;
    for (uint64_t n = 0; n < kBatches && !poisoned; ++n) {
      if (CrashWorkload::Write(**db, n).ok()) {
        acknowledged.insert(n);
      }
      // After a failed sync the log takes nothing more: the owner ends the process.
      poisoned = n % 5 == 4 && !(*db)->Sync().ok();
      if (n % 12 == 11) {
        (void)(*db)->Maintain();  // may fail once
      }
    }
    std::set<uint64_t> batches;
    const base::Status status = CrashWorkload::Verify(**db, &batches);
    ASSERT_TRUE(status.ok()) << "failed write " << nth << ": " << status.ToString();
    ASSERT_EQ(batches, acknowledged) << "failed write " << nth;
    env.KillProcess();
    db->reset();
    auto again = Open(env);
    ASSERT_TRUE(again.ok()) << "failed write " << nth << ": " << again.status().ToString();
    std::set<uint64_t> after;
    const base::Status after_status = CrashWorkload::Verify(**again, &after);
    ASSERT_TRUE(after_status.ok()) << "failed write " << nth << ": " << after_status.ToString();
    ASSERT_EQ(after, acknowledged) << "failed write " << nth;
  }
}

}  // namespace
}  // namespace sb::events
