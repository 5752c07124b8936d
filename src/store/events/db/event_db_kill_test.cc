// SPDX-License-Identifier: Apache-2.0
//
// A real process writes to a real folder and is killed with SIGKILL at random moments, while its
// background writes parts and merges them; after each death every acknowledged batch must be
// there, value for value. SIGNALBOX_KILL_CYCLES sets the number of deaths (default 200).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "base/env.h"
#include "base/log.h"
#include "base/task_runner.h"
#include "store/events/db/event_db.h"
#include "store/events/db/testing/crash_workload.h"

namespace sb::events {
namespace {

// Everything is verified after each death: a store that grew for ever would make that slow.
constexpr int kDeathsOfOneStore = 40;

EventDbOptions OptionsFor(const std::string& folder) {
  EventDbOptions options;
  options.folder = folder;
  options.group_rows = 200;
  options.flush_bytes = 40'000;
  options.wal_segment_bytes = 32 * 1024;
  options.wal_sync_interval = base::Nanoseconds(20'000'000);
  options.maintenance_interval = base::Nanoseconds(2'000'000);
  return options;
}

// The child: writes batches from `next` on and says each acknowledged one through the pipe.
[[noreturn]] void WriteForEver(const std::string& folder, uint64_t next, int pipe) {
  base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
  base::Registry registry;
  EventDb::OpenReport report;
  auto db = EventDb::Open(base::Env::Real(), OptionsFor(folder), registry, &report);
  if (!db.ok()) {
    std::fprintf(stderr, "child cannot open: %s\n", db.status().ToString().c_str());
    ::_exit(2);
  }
  base::ThreadPool pool({.name = "background", .threads = 1});
  (*db)->StartBackground(pool);
  for (uint64_t n = next;; ++n) {
    const base::Status status = CrashWorkload::Write(**db, n);
    if (!status.ok()) {
      std::fprintf(stderr, "child cannot commit: %s\n", status.ToString().c_str());
      ::_exit(3);
    }
    if (::write(pipe, &n, sizeof(n)) != static_cast<ssize_t>(sizeof(n))) {
      ::_exit(4);
    }
  }
}

TEST(EventDbKillTest, EveryAcknowledgedBatchSurvivesSigkill) {
  const char* cycles_text = std::getenv("SIGNALBOX_KILL_CYCLES");
  const int cycles = cycles_text != nullptr ? std::atoi(cycles_text) : 200;
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
  const std::string folder =
      base::JoinPath(testing::TempDir(), "event_db_kill_test." + std::to_string(::getpid()));
  uint64_t next = 0;  // the first batch that need not be there
  uint64_t total = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    if (cycle % kDeathsOfOneStore == 0) {
      total += next;
      next = 0;
      ASSERT_TRUE(base::Env::Real().files().RemoveAll(folder).ok());
    }
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      WriteForEver(folder, next, pipe[1]);
    }
    ::close(pipe[1]);
    uint64_t acknowledged = 0;
    for (uint64_t left = random() % 40; left > 0; --left) {
      if (::read(pipe[0], &acknowledged, sizeof(acknowledged)) !=
          static_cast<ssize_t>(sizeof(acknowledged))) {
        break;
      }
      next = acknowledged + 1;
    }
    // The moment of death within a write, a flush or a merge is left to chance.
    for (uint64_t spin = random() % 20'000; spin > 0; --spin) {
      asm volatile("" ::: "memory");
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int state = 0;
    ASSERT_EQ(::waitpid(child, &state, 0), child);
    ASSERT_TRUE(WIFSIGNALED(state)) << "the child ended by itself, status " << state;
    while (::read(pipe[0], &acknowledged, sizeof(acknowledged)) ==
           static_cast<ssize_t>(sizeof(acknowledged))) {
      next = acknowledged + 1;
    }
    ::close(pipe[0]);

    base::Registry registry;
    EventDb::OpenReport report;
    auto db = EventDb::Open(base::Env::Real(), OptionsFor(folder), registry, &report);
    ASSERT_TRUE(db.ok()) << "cycle " << cycle << ": " << db.status().ToString();
    EXPECT_TRUE(report.wal_losses.empty() && report.quarantined.empty());
    std::set<uint64_t> batches;
    const base::Status status = CrashWorkload::Verify(**db, &batches);
    ASSERT_TRUE(status.ok()) << "cycle " << cycle << ": " << status.ToString();
    ASSERT_GE(batches.size(), next) << "cycle " << cycle;
    ASSERT_TRUE(batches.empty() || *batches.rbegin() == batches.size() - 1) << "cycle " << cycle;
    next = batches.size();
    if (cycle % 4 == 3) {
      ASSERT_TRUE((*db)->Maintain().ok());  // children seldom live long enough for a whole pass
    }
  }
  std::printf("deaths: %d, batches: %llu\n", cycles, static_cast<unsigned long long>(total + next));
  (void)base::Env::Real().files().RemoveAll(folder);
  base::ConfigureLog({});
}

}  // namespace
}  // namespace sb::events
