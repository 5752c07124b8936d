// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/arrivals.h"

#include <algorithm>

namespace sb::ingest {

std::string_view NameOf(ArrivalSignal signal) {
  switch (signal) {
    case ArrivalSignal::kMetrics:
      return "metrics";
    case ArrivalSignal::kTraces:
      return "traces";
    case ArrivalSignal::kLogs:
      return "logs";
  }
  return "";
}

void Arrivals::Count(ArrivalSignal signal, std::string_view way, std::string_view source,
                     uint64_t items) {
  if (items == 0) {
    return;
  }
  const int64_t now_ms = clock_.NowMs().Value();
  const base::MutexLock lock(mutex_);
  Key key(signal, way, source);
  if (tallies_.size() >= kSourcesMax && !tallies_.contains(key)) {
    key = Key(signal, "", kOthers);
  }
  Tally& tally = tallies_[std::move(key)];
  if (tally.items == 0) {
    tally.first_ms = now_ms;
  }
  tally.items += items;
  tally.last_ms = now_ms;
}

std::vector<Arrival> Arrivals::Snapshot() const {
  std::vector<Arrival> arrivals;
  {
    const base::MutexLock lock(mutex_);
    arrivals.reserve(tallies_.size());
    for (const auto& [key, tally] : tallies_) {
      const auto& [signal, way, source] = key;
      arrivals.push_back({signal, way, source, tally.items, tally.first_ms, tally.last_ms});
    }
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.last_ms > b.last_ms; });
  return arrivals;
}

}  // namespace sb::ingest
