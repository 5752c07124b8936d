// SPDX-License-Identifier: Apache-2.0
//
// FreshRows holds what was written and is not in a part yet: batches in memory, already visible to
// scans, and the hashes of their rows. Small batches are joined as more come, so that many small
// writes cost neither memory nor scans.
//
//   fresh.Add(batch, hashes);
//   std::shared_ptr<const FreshRows::List> list = fresh.list();        // a snapshot
//
// Threads: one writer at a time; lists are immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "store/events/db/row_hash.h"
#include "store/events/part/batch_rows.h"

namespace sb::events {

class FreshRows {
 public:
  using List = std::vector<std::shared_ptr<const BatchRows>>;

  FreshRows() : list_(std::make_shared<List>()) {}

  bool Contains(const RowHash& hash) const { return hashes_.Contains(hash); }
  void Prefetch(const RowHash& hash) const { hashes_.Prefetch(hash); }
  void Add(std::shared_ptr<const store::EventBatch> batch, std::span<const RowHash> hashes);
  const std::shared_ptr<const List>& list() const { return list_; }
  uint64_t row_count() const { return row_count_; }
  uint64_t batch_bytes() const { return bytes_; }
  // What limits count: batches and hashes.
  uint64_t size_bytes() const { return bytes_ + hashes_.size_bytes(); }

 private:
  std::shared_ptr<const List> list_;
  RowHashSet hashes_;
  uint64_t row_count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace sb::events
