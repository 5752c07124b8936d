// SPDX-License-Identifier: Apache-2.0
//
// Random events and filters for the tests of stores, and the rows of a scan as text that two stores
// can be compared by.
//
// Threads: one at a time. Same seed: same events.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "store/interface/event_store.h"

namespace sb::events {

class EventMaker {
 public:
  explicit EventMaker(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  // Rows of a few streams and traces, columns of all types, some sparse, times around `now_ns`.
  store::EventBatch Batch(size_t rows, int64_t now_ns);
  store::EventFilter Filter(int depth);
  std::string TraceId();
  int64_t spread_ns = 1'000'000'000;  // of times

 private:
  store::EventStream Stream();
  void Row(store::EventBatch* batch, int64_t time_ns);
  store::EventFilter Condition();
  std::string Line();

  std::mt19937_64 random_;
};

// Every row of a scan with all its values, sorted. Checks on the way what every scan promises: the
// order within blocks, the bounds, the shape of columns; "" in `problem` if all is well.
std::vector<std::string> RowsOf(store::EventScan& scan, const store::EventScanOptions& options,
                                std::string* problem);

}  // namespace sb::events
