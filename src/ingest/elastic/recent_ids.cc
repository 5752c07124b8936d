// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/recent_ids.h"

#include <utility>

#include "encoding/hash.h"

namespace sb::ingest {
namespace {

uint64_t FingerprintOf(std::string_view index, std::string_view id) {
  return encoding::Hash64Of(id, encoding::Hash64Of(index));
}

}  // namespace

bool RecentIds::Contains(std::string_view index, std::string_view id) const {
  const uint64_t fingerprint = FingerprintOf(index, id);
  base::MutexLock lock(mutex_);
  return young_.contains(fingerprint) || old_.contains(fingerprint);
}

void RecentIds::Add(std::string_view index, std::string_view id) {
  const uint64_t fingerprint = FingerprintOf(index, id);
  base::MutexLock lock(mutex_);
  if (young_.size() >= kGeneration) {
    old_ = std::exchange(young_, {});
  }
  young_.insert(fingerprint);
}

}  // namespace sb::ingest
