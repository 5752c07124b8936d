// SPDX-License-Identifier: Apache-2.0
#include "store/file/testing/crash_suite.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/log.h"

namespace sb::store {
namespace {

constexpr uint64_t kBatches = 80;

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

std::string Text(const std::set<uint64_t>& batches) {
  return std::to_string(batches.size()) + " batches" +
         (batches.empty() ? "" : ", the last " + std::to_string(*batches.rbegin()));
}

// What must be there after a death: all of `certain`; of the others a run without gaps. How many
// are.
base::Result<uint64_t> Check(CrashSubject& store, uint64_t certain, uint64_t possible) {
  std::set<uint64_t> batches;
  SB_RETURN_IF_ERROR(store.Verify(&batches));
  if (batches.size() < certain || batches.size() > possible) {
    return base::Internal(Text(batches) + "; " + std::to_string(certain) + " to " +
                          std::to_string(possible) + " were written");
  }
  if (!batches.empty() && *batches.rbegin() != batches.size() - 1) {
    return base::Internal(Text(batches) + ": one is missing in between");
  }
  return batches.size();
}

base::Status CheckExactly(CrashSubject& store, const std::set<uint64_t>& acknowledged) {
  std::set<uint64_t> batches;
  SB_RETURN_IF_ERROR(store.Verify(&batches));
  if (batches != acknowledged) {
    return base::Internal(Text(batches) + "; acknowledged were " + Text(acknowledged));
  }
  return base::OkStatus();
}

}  // namespace

CrashSuite::CrashSuite(OpenCrashSubject open) : open_(std::move(open)) {
  base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
}

CrashSuite::~CrashSuite() {
  base::ConfigureLog({});
}

base::Result<std::unique_ptr<CrashSubject>> CrashSuite::Open(base::Env& env) {
  return open_(env, "/data");
}

CrashSuite::Progress CrashSuite::Run(CrashSubject& store, uint64_t next, uint64_t end) {
  Progress progress{.committed = next, .synced = next};
  for (uint64_t n = next; n < end; ++n) {
    progress.stopped = !store.Write(n).ok();
    if (progress.stopped) {
      return progress;
    }
    progress.committed = n + 1;
    if (n % 6 == 5 && store.Sync().ok()) {
      progress.synced = n + 1;
    }
    progress.stopped = (n % 12 == 11 && !store.Maintain().ok()) || !store.AfterBatch(n).ok();
    if (progress.stopped) {
      return progress;
    }
  }
  return progress;
}

base::Result<uint64_t> CrashSuite::WritesOfAWholeRun() {
  base::SimulatedEnv env(1);
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> store, Open(env));
  if (Run(*store, 0, kBatches).stopped) {
    return base::Internal("a run without faults stopped");
  }
  const uint64_t writes = env.disk().writes();
  std::printf("write points: %llu\n", static_cast<unsigned long long>(writes));
  if (writes <= 100) {
    return base::Internal("only " + std::to_string(writes) + " write points");
  }
  return writes;
}

base::Status CrashSuite::DieOnce(base::SimulatedEnv& env, uint64_t stop, bool power) {
  env.disk().StopAfterWrites(stop);
  Progress progress;
  {
    auto store = Open(env);
    if (store.ok()) {
      progress = Run(**store, 0, kBatches);
    }
    // Before the destructor can tidy up.
    if (power) {
      env.Crash();
    } else {
      env.KillProcess();
    }
  }
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> again, Open(env));
  return Check(*again, power ? progress.synced : progress.committed, progress.committed + 1)
      .status();
}

base::Status CrashSuite::KilledProcess() {
  SB_ASSIGN_OR_RETURN(const uint64_t writes, WritesOfAWholeRun());
  for (uint64_t stop = FirstPoint(); stop < writes; stop += Stride()) {
    base::SimulatedEnv env(stop);
    SB_RETURN_IF_ERROR(
        DieOnce(env, stop, false).WithPrefix("killed after write " + std::to_string(stop)));
  }
  return base::OkStatus();
}

base::Status CrashSuite::PowerLoss() {
  SB_ASSIGN_OR_RETURN(const uint64_t writes, WritesOfAWholeRun());
  for (uint64_t stop = FirstPoint(); stop < writes; stop += Stride()) {
    base::SimulatedEnv env(stop * 7919 + 1);
    SB_RETURN_IF_ERROR(
        DieOnce(env, stop, true).WithPrefix("power lost after write " + std::to_string(stop)));
  }
  return base::OkStatus();
}

base::Status CrashSuite::LiveOneLife(base::SimulatedEnv& env, uint64_t* next) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> store, Open(env));
  SB_ASSIGN_OR_RETURN(const uint64_t there, Check(*store, *next, UINT64_MAX));
  const bool power = env.random().Next64() % 2 == 0;
  env.disk().StopAfterWrites(env.random().Next64() % 150);
  const Progress progress = Run(*store, there, there + 40);
  if (power) {
    *next = std::max(progress.synced, *next);
    env.Crash();
  } else {
    *next = progress.committed;
    env.KillProcess();
  }
  return base::OkStatus();
}

base::Status CrashSuite::ManyCrashes() {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    base::SimulatedEnv env(seed);
    uint64_t next = 0;
    for (int life = 0; life < 12; ++life) {
      SB_RETURN_IF_ERROR(
          LiveOneLife(env, &next)
              .WithPrefix("seed " + std::to_string(seed) + " life " + std::to_string(life)));
    }
  }
  return base::OkStatus();
}

base::Status CrashSuite::FailOneWrite(uint64_t nth) {
  base::SimulatedEnv env(nth);
  std::set<uint64_t> acknowledged;
  {
    SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> store, Open(env));
    env.disk().FailWrite(nth);
    bool poisoned = false;
    for (uint64_t n = 0; n < kBatches && !poisoned; ++n) {
      if (store->Write(n).ok()) {
        acknowledged.insert(n);
      }
      // After a failed sync the log takes nothing more: the owner ends the process.
      poisoned = n % 5 == 4 && !store->Sync().ok();
      if (n % 12 == 11) {
        (void)store->Maintain();  // may fail once
      }
    }
    SB_RETURN_IF_ERROR(CheckExactly(*store, acknowledged));
    env.KillProcess();
  }
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> again, Open(env));
  return CheckExactly(*again, acknowledged).WithPrefix("after a restart");
}

base::Status CrashSuite::FailedWrite() {
  SB_ASSIGN_OR_RETURN(const uint64_t writes, WritesOfAWholeRun());
  for (uint64_t nth = 10 + FirstPoint(); nth < writes; nth += 5 * Stride()) {
    SB_RETURN_IF_ERROR(FailOneWrite(nth).WithPrefix("failed write " + std::to_string(nth)));
  }
  return base::OkStatus();
}

}  // namespace sb::store
