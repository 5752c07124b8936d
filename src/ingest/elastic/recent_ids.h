// SPDX-License-Identifier: Apache-2.0
//
// RecentIds remembers the document ids of the last writes, so that a repeated `create` is told that
// it is there already. Two generations of fingerprints: at least the last kGeneration ids are
// known, at most twice as many; memory stays below 16 MB.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "base/mutex.h"

namespace sb::ingest {

class RecentIds {
 public:
  static constexpr size_t kGeneration = 100'000;

  bool Contains(std::string_view index, std::string_view id) const;
  void Add(std::string_view index, std::string_view id);

 private:
  mutable base::Mutex mutex_;
  std::unordered_set<uint64_t> young_ SB_GUARDED_BY(mutex_);
  std::unordered_set<uint64_t> old_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
