// SPDX-License-Identifier: Apache-2.0
//
// CrashSubject is a store as the crash and kill suites see it: numbered batches go in, and after
// any death it can be told which of them are there. Each store's tests adapt theirs to it.
//
// What a batch holds depends on its number only; Verify fails if one is there in part, twice or
// with other content than it was written with.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/env.h"
#include "base/status.h"
#include "base/task_runner.h"

namespace sb::store {

class CrashSubject {
 public:
  virtual ~CrashSubject() = default;

  virtual base::Status Write(uint64_t batch) = 0;
  // Everything written before is on the disk when this returns OK.
  virtual base::Status Sync() = 0;
  // Moves data to its next form: cuts, flushes, merges.
  virtual base::Status Maintain() = 0;
  // Called after every batch of a whole run: the place for what a store does seldom.
  virtual base::Status AfterBatch(uint64_t) { return base::OkStatus(); }
  // Background work, as a server has it.
  virtual void StartBackground(base::ThreadPool& pool) = 0;
  // Finds the batches that are there.
  virtual base::Status Verify(std::set<uint64_t>* batches) = 0;
};

// Opens the store in the folder, which may be new, or come from a death at any moment.
using OpenCrashSubject = std::function<base::Result<std::unique_ptr<CrashSubject>>(
    base::Env& env, const std::string& folder)>;

}  // namespace sb::store
