// SPDX-License-Identifier: Apache-2.0
//
// ExemplarRing holds the newest exemplars of all series, a fixed number of them: a new one takes
// the place of the oldest.
//
// Threads: as a std container; the head guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"

namespace sb::tsdb {

class ExemplarRing {
 public:
  explicit ExemplarRing(size_t capacity) : capacity_(capacity) {}

  // kAlreadyExists: the series' newest exemplar again; kFailedPrecondition: older than it;
  // kFailedPrecondition too if the ring has no room at all. `exemplar.time_ms` must be set.
  base::Status Check(uint64_t series, const model::Exemplar& exemplar) const;
  void Add(uint64_t series, model::Exemplar exemplar);
  // Exemplars of `series` in `range`, by time.
  void Read(const std::unordered_set<uint64_t>& series, base::TimeRange range,
            std::unordered_map<uint64_t, std::vector<model::Exemplar>>* out) const;
  void Forget(uint64_t series) { newest_.erase(series); }
  // All of them, oldest first.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[(next_ + i) % entries_.size()];
      visit(entry.series, entry.exemplar);
    }
  }
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    uint64_t series = 0;
    model::Exemplar exemplar;
  };
  const size_t capacity_;
  std::vector<Entry> entries_;
  size_t next_ = 0;                                       // the oldest, once the ring is full
  std::unordered_map<uint64_t, model::Exemplar> newest_;  // of series that have one in the ring
};

}  // namespace sb::tsdb
