// SPDX-License-Identifier: Apache-2.0
//
// DbScan is a scan over row sets: it filters each when its turn comes, and hands out the rows as
// blocks.
//
// Ordered scans take the row set that may have the next row in time first, and cut its rows into
// slices that begin small, so that a caller with a limit stops after little work.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/events/part/column_filter.h"
#include "store/events/part/row_set.h"
#include "store/interface/event_store.h"

namespace sb::events {

// A row set to scan and the rows of it that count as deleted.
struct ScanPiece {
  std::shared_ptr<const RowSet> rows;
  std::shared_ptr<const Bitmap> deleted;  // null: none
};

// The rows of a piece that an options' range, matchers and filter leave; an empty bitmap if none.
base::Status SelectRows(const ScanPiece& piece, const store::EventRange& range,
                        const std::vector<model::Matcher>& matchers, const ColumnFilter& filter,
                        Bitmap* selected, store::ScanStats* stats);

class DbScan final : public store::EventScan {
 public:
  DbScan(const store::ReadContext& context, store::EventScanOptions options, ColumnFilter filter,
         std::vector<ScanPiece> pieces, uint64_t parts, std::vector<std::string> warnings);
  ~DbScan() override;

  base::Result<const store::EventBlock*> Next() override;
  const store::EventStream& stream(uint32_t index) const override { return *streams_[index]; }
  store::ScanStats stats() const override { return stats_; }
  std::vector<std::string> warnings() const override { return warnings_; }

 private:
  class Block;
  struct Cursor;

  base::Status Open(Cursor* cursor);
  // Places in `rows` (ascending) in the order of a block; empty: they lie right.
  std::vector<uint32_t> OrderInBlock(const Cursor& cursor,
                                     const std::vector<uint32_t>& rows) const;
  base::Status Emit(Cursor* cursor, std::vector<uint32_t> rows);
  // What is read of a column of the row set.
  struct Wish {
    bool full = false;
    bool lengths = false;
    const store::LineProjection* projection = nullptr;  // of the full texts; null: as they are
  };
  Wish WishFor(const RowSet& set, uint32_t column) const;
  void Push(std::unique_ptr<Cursor> cursor);
  std::unique_ptr<Cursor> Pop();
  int64_t BoundAfter() const;
  uint32_t StreamIndex(const store::EventStream& stream);
  bool newest_first() const { return options_.order == store::ScanOrder::kNewestFirst; }

  const store::ReadContext& context_;
  const store::EventScanOptions options_;
  const ColumnFilter filter_;
  std::vector<std::unique_ptr<Cursor>> heap_;
  std::vector<std::unique_ptr<store::EventStream>> streams_;
  std::unordered_multimap<uint64_t, uint32_t> stream_by_hash_;
  std::unique_ptr<Block> block_;
  store::ScanStats stats_;
  std::vector<std::string> warnings_;
};

}  // namespace sb::events
