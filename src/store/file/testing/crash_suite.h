// SPDX-License-Identifier: Apache-2.0
//
// CrashSuite ends a store at the write points of a run on the simulated disk: as a process (what
// was written stays) and as a machine (what was not synced is dropped or torn), and checks what is
// there after opening it again.
//
//   EXPECT_EQ(CrashSuite(open).KilledProcess(), base::OkStatus());
//
// Each check returns an error that names the write point and what was wrong. Every so-manieth write
// point is tried, beginning at a random one, which is printed: all of them over several runs.
// SIGNALBOX_CRASH_STRIDE=1 tries all at once.
#pragma once

#include "base/testing/simulated_env.h"
#include "store/file/testing/crash_subject.h"

namespace sb::store {

class CrashSuite {
 public:
  explicit CrashSuite(OpenCrashSubject open);
  ~CrashSuite();
  CrashSuite(const CrashSuite&) = delete;
  CrashSuite& operator=(const CrashSuite&) = delete;

  // Every acknowledged batch survives the death of the process at any write point.
  base::Status KilledProcess();
  // Every synced batch survives a loss of power at any write point.
  base::Status PowerLoss();
  // One store dies a dozen times, in both ways.
  base::Status ManyCrashes();
  // One write fails: its batch is refused, and exactly the acknowledged ones are there, before and
  // after a restart.
  base::Status FailedWrite();

 private:
  struct Progress {
    uint64_t committed = 0;  // batches 0…committed-1 were acknowledged
    uint64_t synced = 0;     // of them, on the disk for sure
    bool stopped = false;
  };

  base::Result<std::unique_ptr<CrashSubject>> Open(base::Env& env);
  // Writes batches from `next` on until all are there or the machine stops.
  static Progress Run(CrashSubject& store, uint64_t next, uint64_t end);
  base::Result<uint64_t> WritesOfAWholeRun();
  // Runs until `stop` writes were made, ends the store by `die`, opens it and checks it.
  base::Status DieOnce(base::SimulatedEnv& env, uint64_t stop, bool power);
  base::Status LiveOneLife(base::SimulatedEnv& env, uint64_t* next);
  base::Status FailOneWrite(uint64_t nth);

  OpenCrashSubject open_;
};

}  // namespace sb::store
