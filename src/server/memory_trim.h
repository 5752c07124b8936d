// SPDX-License-Identifier: Apache-2.0
//
// MemoryTrim gives memory back to the kernel that was freed and is kept by malloc. What a burst of
// writes frees lies between what lives on, where malloc keeps it until somebody asks: after a push
// of 228 MB of lines 14 MB were in use and 117 MB resident.
//
//   MemoryTrim trim(env, background_pool, registry);   // as long as it lives
//
// Every second it looks at the anonymous resident memory and, when that has moved or every eighth
// time, at what is in use. A trim costs some milliseconds and page faults later, so that it is done
// above kSlackBytes and a quarter of what is in use only, and less and less often while it finds
// nothing to give back.
// Threads: none of its own; its task runs on the pool.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/env.h"
#include "base/instruments.h"
#include "base/task_runner.h"

namespace sb::server {

class MemoryTrim {
 public:
  static constexpr uint64_t kSlackBytes = 32 << 20;

  // All must outlive it.
  MemoryTrim(base::Env& env, base::ThreadPool& pool, base::Registry& registry);

 private:
  void Look();
  uint64_t Resident() const;
  uint64_t Excess(uint64_t resident_bytes) const;
  bool IsDue(uint64_t resident_bytes);

  base::Env& env_;
  base::Counter& trims_;
  // Of the task only:
  uint64_t looks_to_skip_ = 0;
  uint64_t skipped_last_ = 0;
  uint64_t asked_at_bytes_ = 0;
  uint64_t calm_looks_ = 0;
  base::TaskRunner runner_;
};

// Resident bytes that no file is behind, from the text of /proc/self/statm; 0 if it is none.
uint64_t AnonymousBytes(std::string_view statm, uint64_t page_bytes);
// How much of what is resident is not in use; 0 if it is too little for a trim.
uint64_t TrimExcess(uint64_t resident_bytes, uint64_t used_bytes);

}  // namespace sb::server
