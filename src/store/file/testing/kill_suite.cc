// SPDX-License-Identifier: Apache-2.0
#include "store/file/testing/kill_suite.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/log.h"

namespace sb::store {
namespace {

// Everything is verified after each death: a store that grew for ever would make that slow.
constexpr int kDeathsOfOneStore = 40;

// The child: writes batches from `next` on and says each acknowledged one through the pipe.
[[noreturn]] void WriteForEver(const OpenCrashSubject& open, const std::string& folder,
                               uint64_t next, int pipe) {
  auto store = open(base::Env::Real(), folder);
  if (!store.ok()) {
    std::fprintf(stderr, "child cannot open: %s\n", store.status().ToString().c_str());
    ::_exit(2);
  }
  base::ThreadPool pool({.name = "background", .threads = 1});
  (*store)->StartBackground(pool);
  for (uint64_t n = next;; ++n) {
    const base::Status status = (*store)->Write(n);
    if (!status.ok()) {
      std::fprintf(stderr, "child cannot write: %s\n", status.ToString().c_str());
      ::_exit(3);
    }
    if (::write(pipe, &n, sizeof(n)) != static_cast<ssize_t>(sizeof(n))) {
      ::_exit(4);
    }
  }
}

// Takes what the child acknowledges, `most` batches of it or until it is dead.
void ReadAcknowledged(int pipe, uint64_t most, uint64_t* next) {
  uint64_t acknowledged = 0;
  for (uint64_t left = most; left > 0; --left) {
    if (::read(pipe, &acknowledged, sizeof(acknowledged)) !=
        static_cast<ssize_t>(sizeof(acknowledged))) {
      return;
    }
    *next = acknowledged + 1;
  }
}

// One child that writes and dies; `next` becomes the first batch that need not be there.
base::Status LiveAndDie(const OpenCrashSubject& open, const std::string& folder,
                        std::mt19937_64& random, uint64_t* next) {
  int pipe[2];
  if (::pipe(pipe) != 0) {
    return base::Internal("no pipe");
  }
  const pid_t child = ::fork();
  if (child < 0) {
    return base::Internal("no child");
  }
  if (child == 0) {
    ::close(pipe[0]);
    WriteForEver(open, folder, *next, pipe[1]);
  }
  ::close(pipe[1]);
  ReadAcknowledged(pipe[0], random() % 40, next);
  // The moment of death within a write or the background's work is left to chance.
  for (uint64_t spin = random() % 20'000; spin > 0; --spin) {
    asm volatile("" ::: "memory");
  }
  (void)::kill(child, SIGKILL);
  int state = 0;
  (void)::waitpid(child, &state, 0);
  ReadAcknowledged(pipe[0], UINT64_MAX, next);
  ::close(pipe[0]);
  return WIFSIGNALED(state)
             ? base::OkStatus()
             : base::Internal("the child ended by itself, status " + std::to_string(state));
}

// Opens what the dead left; `next` becomes the number of batches that are there.
base::Status CheckAfterDeath(const OpenCrashSubject& open, const std::string& folder, bool maintain,
                             uint64_t* next) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<CrashSubject> store, open(base::Env::Real(), folder));
  std::set<uint64_t> batches;
  SB_RETURN_IF_ERROR(store->Verify(&batches));
  if (batches.size() < *next || (!batches.empty() && *batches.rbegin() != batches.size() - 1)) {
    return base::Internal(std::to_string(batches.size()) + " batches are there, " +
                          std::to_string(*next) + " were acknowledged");
  }
  *next = batches.size();
  return maintain ? store->Maintain() : base::OkStatus();
}

}  // namespace

base::Status KillWhileWriting(const OpenCrashSubject& open, const std::string& folder) {
  const char* cycles_text = std::getenv("SIGNALBOX_KILL_CYCLES");
  const int cycles = cycles_text != nullptr ? std::atoi(cycles_text) : 200;
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
  uint64_t next = 0;  // the first batch that need not be there
  uint64_t total = 0;
  base::Status status;
  for (int cycle = 0; cycle < cycles && status.ok(); ++cycle) {
    if (cycle % kDeathsOfOneStore == 0) {
      total += next;
      next = 0;
      SB_RETURN_IF_ERROR(base::Env::Real().files().RemoveAll(folder));
    }
    status = LiveAndDie(open, folder, random, &next);
    if (status.ok()) {
      // Children seldom live long enough for a whole pass of maintenance.
      status = CheckAfterDeath(open, folder, cycle % 4 == 3, &next);
    }
    status = status.WithPrefix("cycle " + std::to_string(cycle));
  }
  std::printf("deaths: %d, batches: %llu\n", cycles, static_cast<unsigned long long>(total + next));
  base::ConfigureLog({});
  if (status.ok()) {
    status = base::Env::Real().files().RemoveAll(folder);
  }
  return status;
}

}  // namespace sb::store
