// SPDX-License-Identifier: Apache-2.0
//
// Arrivals remembers who sent what since the program started: one line per source, signal and way
// in, with how many items were stored. The page "send your data" shows it, so that the first
// request of a new service is seen at once.
//
//   arrivals.Count(ArrivalSignal::kTraces, "OTLP", "checkout", 312);
//   for (const Arrival& one : arrivals.Snapshot()) …
//
// Counted is what was stored: once a request or a scrape, not once a sample. Beyond kSourcesMax
// different lines the items of further sources are counted together, under the source kOthers.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"

namespace sb::ingest {

enum class ArrivalSignal : uint8_t { kMetrics, kTraces, kLogs };

// "metrics", "traces", "logs".
std::string_view NameOf(ArrivalSignal signal);

struct Arrival {
  ArrivalSignal signal = ArrivalSignal::kMetrics;
  std::string way;     // "scrape", "remote write", "OTLP"; "" if the store only was asked
  std::string source;  // a service, a job, a sender; "" if it did not say
  uint64_t items = 0;
  int64_t first_ms = 0;
  int64_t last_ms = 0;
};

class Arrivals {
 public:
  static constexpr size_t kSourcesMax = 2000;
  static constexpr std::string_view kOthers = "(others)";

  // `clock` must outlive the object.
  explicit Arrivals(const base::Clock* clock) : clock_(*clock) {}

  void Count(ArrivalSignal signal, std::string_view way, std::string_view source, uint64_t items);
  // The latest first.
  std::vector<Arrival> Snapshot() const;

 private:
  using Key = std::tuple<ArrivalSignal, std::string, std::string>;
  struct Tally {
    uint64_t items = 0;
    int64_t first_ms = 0;
    int64_t last_ms = 0;
  };

  const base::Clock& clock_;
  mutable base::Mutex mutex_;
  std::map<Key, Tally> tallies_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
