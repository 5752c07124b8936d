// SPDX-License-Identifier: Apache-2.0
//
// CrashWorkload writes numbered batches into a store, so that after any crash it can be told which
// batches must be there, which may be, and whether each is whole.
//
// Batch n has a few random rows that depend on n only; the rows carry n in a column.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/status.h"
#include "store/interface/event_store.h"

namespace sb::events {

class CrashWorkload {
 public:
  static store::EventBatch Batch(uint64_t n);
  static base::Status Write(store::EventWriter& store, uint64_t n);
  // Reads everything and finds the batches that are there. An error says what is wrong: a batch
  // that is there in part or twice, a row that nobody wrote, a warning.
  static base::Status Verify(const store::EventReader& store, std::set<uint64_t>* batches);
};

}  // namespace sb::events
