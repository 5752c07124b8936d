// SPDX-License-Identifier: Apache-2.0
//
// EventWriter takes batches of events into a store, EventReader reads them back, row filters first,
// columns late.
//
//   EventScanOptions options;
//   options.range = {from_ns, to_ns};
//   options.matchers = {…};                       // stream labels
//   options.filter = EventFilter::Compare(…);
//   options.columns = {{"line"}, {"meta.*"}};     // what the caller reads; nothing else is decoded
//   SB_ASSIGN_OR_RETURN(auto scan, reader.Scan(context, options));
//   for (;;) {
//     SB_ASSIGN_OR_RETURN(const EventBlock* block, scan->Next());
//     if (block == nullptr) break;
//     for (size_t row = 0; row < block->row_count(); ++row) … block->times()[row] …
//   }
//
// Write returns OK once the batch survives kill -9 and is visible to every scan that starts later;
// on any error nothing of the batch is stored. Errors: kResourceExhausted (disk full, memory limit:
// retry later), kUnavailable, kInvalidArgument (a batch that breaks its own rules).
//
// A row that equals another one of its stream in time and in every column is stored once.
//
// Threads: writer and reader are safe for concurrent use; a scan belongs to one thread at a time.
// The store must outlive its scans and subscriptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "store/interface/event_batch.h"
#include "store/interface/event_filter.h"
#include "store/interface/event_stream.h"
#include "store/interface/event_value.h"
#include "store/interface/line_projection.h"
#include "store/interface/querier.h"

namespace sb::store {

class EventWriter {
 public:
  virtual ~EventWriter() = default;
  virtual base::Status Write(EventBatch batch) = 0;
};

// [start, end) in nanoseconds.
struct EventRange {
  int64_t start_ns = INT64_MIN;
  int64_t end_ns = INT64_MAX;
  bool Contains(int64_t time_ns) const { return time_ns >= start_ns && time_ns < end_ns; }
};

enum class ScanOrder : uint8_t {
  kAny,          // whatever is cheapest
  kOldestFirst,  // see EventBlock::bound_ns()
  kNewestFirst,
};

// How rows lie in a block. Whoever puts each row in its place by its time and stream anyway, as
// aggregations do, takes kAsStored and saves the store a sort of all rows.
enum class BlockOrder : uint8_t {
  kByStream,  // by (EventBlock::streams(), time)
  kAsStored,  // any; rows equal in stream and time lie as with kByStream
};

// A column the caller wants. `name` may end in '*' for every column with that prefix.
struct ColumnRequest {
  std::string name;
  // Only the byte lengths of values (a kInt column in the block): cheaper than the text.
  // Columns of other types are returned as they are.
  bool lengths_only = false;
  // What will be looked for in the texts: they may come shorter. Nothing: as they are.
  std::optional<LineProjection> projection = std::nullopt;

  bool Covers(std::string_view column) const;
};

struct EventScanOptions {
  EventRange range;
  std::vector<model::Matcher> matchers;  // on stream labels; empty: all streams
  EventFilter filter;
  std::vector<ColumnRequest> columns;
  ScanOrder order = ScanOrder::kAny;
  BlockOrder block_order = BlockOrder::kByStream;
};

// One column of a block; dense: entry i belongs to row i of the block.
class EventColumn {
 public:
  std::string name;
  ValueType type = ValueType::kText;
  // One bit per row, 64 rows a word; empty: every row has a value.
  std::vector<uint64_t> presence;
  std::vector<int64_t> integers;        // kInt, kBool; 0 where absent
  std::vector<double> numbers;          // kFloat; 0 where absent
  std::vector<std::string_view> texts;  // kText, kBytes, kAny; "" where absent
  // Set if the column is dictionary encoded: texts[i] is dictionary[codes[i]] where present, so
  // that work per distinct value can be done once. A constant column has one entry.
  std::vector<std::string_view> dictionary;
  std::vector<uint32_t> codes;

  bool Has(size_t row) const {
    return presence.empty() || ((presence[row / 64] >> (row % 64)) & 1) != 0;
  }
  EventValue At(size_t row) const;  // only where Has(row)
};

// Rows of one piece of the store, sorted as EventScanOptions::block_order says, valid until the
// next Next(). Values are views into it.
class EventBlock {
 public:
  virtual ~EventBlock() = default;
  size_t row_count() const { return times_.size(); }
  std::span<const int64_t> times() const { return times_; }
  // Indexes into EventScan::stream().
  std::span<const uint32_t> streams() const { return streams_; }
  const std::vector<EventColumn>& columns() const { return columns_; }
  // Null if no row of the block has it (or it was not asked for).
  const EventColumn* Find(std::string_view name, ValueType type) const;
  // kOldestFirst: no later block has a row before bound_ns. kNewestFirst: none after it. So a
  // caller that needs the first N rows in time order may stop once N rows are beyond the bound.
  int64_t bound_ns() const { return bound_ns_; }

 protected:
  std::vector<int64_t> times_;
  std::vector<uint32_t> streams_;
  std::vector<EventColumn> columns_;
  int64_t bound_ns_ = 0;
};

struct ScanStats {
  uint64_t rows_inspected = 0;  // rows on which a filter was evaluated, or that were returned
  uint64_t rows_returned = 0;
  uint64_t bytes_inspected = 0;  // of decoded columns
  uint64_t parts = 0;            // opened
  uint64_t pages_skipped = 0;    // ruled out by min/max, bloom or dictionary
};

class EventScan {
 public:
  virtual ~EventScan() = default;
  // Null at the end. kCancelled, kDeadlineExceeded as the context says; kDataLoss is not returned:
  // what cannot be read is left out and named in warnings().
  virtual base::Result<const EventBlock*> Next() = 0;
  // Stable for the life of the scan.
  virtual const EventStream& stream(uint32_t index) const = 0;
  virtual ScanStats stats() const = 0;
  virtual std::vector<std::string> warnings() const = 0;
};

struct StreamInfo {
  EventStream stream;
  uint64_t rows = 0;   // in the parts that overlap the range: an upper bound
  uint64_t bytes = 0;  // of `line` or of all columns, uncompressed, likewise
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

struct FieldName {
  std::string name;
  ValueType type = ValueType::kText;
};

class EventReader {
 public:
  // Ends the subscription when destroyed; no call is under way afterwards.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  virtual ~EventReader() = default;
  virtual base::Result<std::unique_ptr<EventScan>> Scan(const ReadContext& context,
                                                        EventScanOptions options) const = 0;
  // Streams with rows in the range, any order. Cheap: no rows are read.
  virtual base::Result<std::vector<StreamInfo>> Streams(
      const ReadContext& context, EventRange range,
      const std::vector<model::Matcher>& matchers) const = 0;
  // Row columns in use in the range, sorted by (name, type); from directories, no rows are read.
  virtual base::Result<std::vector<FieldName>> FieldNames(const ReadContext& context,
                                                          EventRange range) const = 0;
  // Every span of these traces (16-byte ids), whatever its time: options.filter AND trace_id in
  // `ids`, by the trace-id index.
  virtual base::Result<std::unique_ptr<EventScan>> ScanTraces(const ReadContext& context,
                                                              std::vector<std::string> ids,
                                                              EventScanOptions options) const = 0;
  // `callback` sees every batch that was stored from now on, on the writer's thread, and must be
  // quick.
  virtual std::unique_ptr<Subscription> Subscribe(
      std::function<void(const EventBatch&)> callback) = 0;
};

// What an administrator does. Rows are gone from every scan that starts after the call returned OK;
// their bytes go when parts are rewritten.
class EventAdmin {
 public:
  virtual ~EventAdmin() = default;
  virtual base::Status Delete(const EventRange& range, const std::vector<model::Matcher>& matchers,
                              const EventFilter& filter) = 0;
  // Brings everything to its resting form on disk: for tests, benchmarks and shutdown.
  virtual base::Status Flush() = 0;
};

}  // namespace sb::store
