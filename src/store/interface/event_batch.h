// SPDX-License-Identifier: Apache-2.0
//
// EventBatch collects the events of one request, column by column, without an object per event.
//
//   EventBatch batch;
//   uint32_t stream = batch.AddStream(event_stream);
//   EventBatch::ColumnId name = batch.Column("name", ValueType::kText);   // remember per request
//   batch.AddRow(stream, start_ns);
//   batch.SetText(name, "GET /cart");                                     // of the last row
//   SB_RETURN_IF_ERROR(writer.Write(std::move(batch)));
//
// A column may be set once per row, in row order; a second value for the same row is ignored (the
// first wins). Bytes are copied into the batch.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "store/interface/event_stream.h"
#include "store/interface/event_value.h"

namespace sb::store {

class EventBatch {
 public:
  using ColumnId = uint32_t;

  struct ColumnData {
    std::string name;
    ValueType type = ValueType::kText;
    std::vector<uint32_t> rows;  // strictly increasing
    // kText, kBytes, kAny: value i is bytes[ends[i-1], ends[i]).
    std::string bytes;
    std::vector<uint32_t> ends;
    std::vector<int64_t> integers;  // kInt, kBool
    std::vector<double> numbers;    // kFloat

    std::string_view BytesAt(size_t i) const {
      const uint32_t begin = i == 0 ? 0 : ends[i - 1];
      return std::string_view(bytes).substr(begin, ends[i] - begin);
    }
  };

  // The index of an equal stream already there, or of this one, added.
  uint32_t AddStream(const EventStream& stream);
  // The batch made of these columns; kInvalidArgument if they break a rule of the batch.
  static base::Result<EventBatch> FromColumns(std::vector<EventStream> streams,
                                              std::vector<int64_t> times,
                                              std::vector<uint32_t> row_streams,
                                              std::deque<ColumnData> columns);
  // Appends the rows of `other`; with `keep`, only those for which it is not 0.
  void AppendRows(const EventBatch& other, const std::vector<uint8_t>* keep = nullptr);
  ColumnId Column(std::string_view name, ValueType type);

  void AddRow(uint32_t stream, int64_t time_ns);
  void SetBytes(ColumnId column, std::string_view bytes);  // kText, kBytes, kAny
  void SetText(ColumnId column, std::string_view text) { SetBytes(column, text); }
  void SetInt(ColumnId column, int64_t value);  // kInt, kBool
  void SetFloat(ColumnId column, double value);
  // Finds the column by name and the value's type.
  void Set(std::string_view name, const EventValue& value);
  // Takes back the last row with all its values.
  void DropLastRow();

  size_t row_count() const { return times_.size(); }
  // Heap bytes, about: what limits count.
  size_t SizeBytes() const;

  const std::vector<EventStream>& streams() const { return streams_; }
  const std::vector<int64_t>& times() const { return times_; }                  // per row
  const std::vector<uint32_t>& stream_indexes() const { return row_streams_; }  // per row
  const std::deque<ColumnData>& columns() const { return columns_; }

 private:
  bool Claim(ColumnData& column);
  base::Status CheckColumn(const ColumnData& column) const;
  void AppendColumn(const ColumnData& from, const std::vector<uint32_t>& row_of, bool all,
                    ColumnData* to);
  void GrowSlots();

  std::vector<EventStream> streams_;
  std::unordered_multimap<uint64_t, uint32_t> stream_by_hash_;
  std::vector<int64_t> times_;
  std::vector<uint32_t> row_streams_;
  std::deque<ColumnData> columns_;
  std::vector<uint32_t> slots_;  // open addressing over (name, type): column + 1, 0 is free
};

}  // namespace sb::store
