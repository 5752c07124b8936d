// SPDX-License-Identifier: Apache-2.0
//
// RowSet is a piece of the store that is filtered and read at once: a row group of a part, or a
// batch in memory. Filters (column_filter.h) and scans see only this.
//
// Rows are numbered from 0; streams by numbers of the row set's own. Columns are (name, type)
// pairs, numbered too.
//
// Failures: kDataLoss for damaged pages; the message names file and offset.
// Threads: methods are const and safe for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/events/column/bitmap.h"
#include "store/events/column/condition.h"
#include "store/interface/event_store.h"
#include "store/interface/line_projection.h"

namespace sb::events {

// What values read from a row set are views into, besides the row set itself.
struct ReadBuffers {
  std::vector<std::shared_ptr<const void>> kept;
  uint64_t bytes_decoded = 0;
};

class RowSet {
 public:
  virtual ~RowSet() = default;

  virtual uint32_t row_count() const = 0;
  virtual int64_t first_ns() const = 0;  // of the earliest row
  virtual int64_t last_ns() const = 0;

  virtual uint32_t stream_count() const = 0;
  virtual const store::EventStream& stream(uint32_t number) const = 0;
  virtual base::Status ReadTimes(std::vector<int64_t>* times) const = 0;       // of all rows
  virtual base::Status ReadStreams(std::vector<uint32_t>* streams) const = 0;  // likewise

  virtual uint32_t column_count() const = 0;
  virtual const std::string& column_name(uint32_t column) const = 0;
  virtual store::ValueType column_type(uint32_t column) const = 0;
  // False if no row can hold the condition, from minimum, maximum and Bloom filter alone.
  virtual bool MayHold(uint32_t column, const Condition& condition) const = 0;
  // Sets the bits of rows that have the column.
  virtual base::Status ReadPresence(uint32_t column, Bitmap* rows) const = 0;
  // Sets the bits of the candidates that have the column and hold the condition, which sees the
  // column's type; other bits may be set too.
  virtual base::Status Evaluate(uint32_t column, const Condition& condition,
                                const Bitmap& candidates, Bitmap* rows) const = 0;
  virtual int cost(uint32_t column) const = 0;  // of Evaluate; 1 is an integer column's
  // Fills `out` but for its name; `rows` ascending. With `lengths`, of a column with bytes.
  virtual base::Status Read(uint32_t column, std::span<const uint32_t> rows, bool lengths,
                            store::EventColumn* out, ReadBuffers* buffers) const = 0;
  // Of a column of texts, shorter ones where that is cheaper (store/interface/line_projection.h).
  virtual base::Status ReadProjected(uint32_t column, std::span<const uint32_t> rows,
                                     const store::LineProjection& /*projection*/,
                                     store::EventColumn* out, ReadBuffers* buffers) const {
    return Read(column, rows, false, out, buffers);
  }
};

}  // namespace sb::events
