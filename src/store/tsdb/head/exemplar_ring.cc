// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/exemplar_ring.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace sb::tsdb {

base::Status ExemplarRing::Check(uint64_t series, const model::Exemplar& exemplar) const {
  if (capacity_ == 0) {
    return base::FailedPrecondition("exemplar storage is switched off");
  }
  const auto found = newest_.find(series);
  if (found == newest_.end()) {
    return base::OkStatus();
  }
  const model::Exemplar& newest = found->second;
  if (exemplar.time_ms < newest.time_ms) {
    return base::FailedPrecondition("out of order exemplar, time: " +
                                    std::to_string(exemplar.time_ms));
  }
  const bool same_value =
      std::bit_cast<uint64_t>(exemplar.value) == std::bit_cast<uint64_t>(newest.value);
  // A sender without exemplar timestamps repeats the same one at each scrape.
  if (exemplar.labels == newest.labels && same_value &&
      (exemplar.time_ms == newest.time_ms || !exemplar.has_time)) {
    return base::AlreadyExists("duplicate exemplar, time: " + std::to_string(exemplar.time_ms));
  }
  return base::OkStatus();
}

void ExemplarRing::Add(uint64_t series, model::Exemplar exemplar) {
  if (capacity_ == 0) {
    return;
  }
  newest_[series] = exemplar;
  if (entries_.size() < capacity_) {
    entries_.push_back({series, std::move(exemplar)});
    return;
  }
  Entry& oldest = entries_[next_];
  const auto found = newest_.find(oldest.series);
  if (found != newest_.end() && oldest.series != series && found->second == oldest.exemplar) {
    newest_.erase(found);
  }
  oldest = {series, std::move(exemplar)};
  next_ = (next_ + 1) % capacity_;
}

void ExemplarRing::Read(const std::unordered_set<uint64_t>& series, base::TimeRange range,
                        std::unordered_map<uint64_t, std::vector<model::Exemplar>>* out) const {
  ForEach([&](uint64_t owner, const model::Exemplar& exemplar) {
    if (range.Contains(base::TimestampMs(exemplar.time_ms)) && series.contains(owner)) {
      (*out)[owner].push_back(exemplar);
    }
  });
  for (auto& [owner, exemplars] : *out) {
    std::stable_sort(exemplars.begin(), exemplars.end(),
                     [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
  }
}

}  // namespace sb::tsdb
