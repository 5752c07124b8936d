// SPDX-License-Identifier: Apache-2.0
//
// GroupRows is a row group of a part as a RowSet. Pages are read when they are asked for; a column
// that was opened stays open while the object lives.
//
// Threads: safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/events/column/value_column.h"
#include "store/events/part/part.h"
#include "store/events/part/row_set.h"

namespace sb::events {

class GroupRows final : public RowSet, private TextSurroundings {
 public:
  GroupRows(std::shared_ptr<const Part> part, size_t group);
  ~GroupRows() override;

  uint32_t row_count() const override { return group_.rows; }
  int64_t first_ns() const override { return group_.first_ns; }
  int64_t last_ns() const override { return group_.last_ns; }
  uint32_t stream_count() const override { return static_cast<uint32_t>(group_.streams.size()); }
  const store::EventStream& stream(uint32_t number) const override {
    return part_->directory().streams[group_.streams[number].stream];
  }
  base::Status ReadTimes(std::vector<int64_t>* times) const override;
  base::Status ReadStreams(std::vector<uint32_t>* streams) const override;
  uint32_t column_count() const override { return static_cast<uint32_t>(group_.columns.size()); }
  const std::string& column_name(uint32_t column) const override {
    return part_->directory().columns[group_.columns[column].column].name;
  }
  store::ValueType column_type(uint32_t column) const override {
    return part_->directory().columns[group_.columns[column].column].type;
  }
  bool MayHold(uint32_t column, const Condition& condition) const override;
  base::Status ReadPresence(uint32_t column, Bitmap* rows) const override;
  base::Status Evaluate(uint32_t column, const Condition& condition, const Bitmap& candidates,
                        Bitmap* rows) const override;
  int cost(uint32_t column) const override;
  base::Status Read(uint32_t column, std::span<const uint32_t> rows, bool lengths,
                    store::EventColumn* out, ReadBuffers* buffers) const override {
    return ReadAs(column, rows, lengths, nullptr, out, buffers);
  }
  base::Status ReadProjected(uint32_t column, std::span<const uint32_t> rows,
                             const store::LineProjection& projection, store::EventColumn* out,
                             ReadBuffers* buffers) const override {
    return ReadAs(column, rows, false, &projection, out, buffers);
  }

 private:
  base::Status ReadAs(uint32_t number, std::span<const uint32_t> rows, bool lengths,
                      const store::LineProjection* projection, store::EventColumn* out,
                      ReadBuffers* buffers) const;
  base::Result<std::span<const int64_t>> Times() const override;
  base::Result<std::string_view> LineBytes() const override;

  struct Presence;  // a set of rows with counts before each word
  struct Opened;    // of one column

  base::Result<std::shared_ptr<const Presence>> OpenPresence(uint32_t presence) const;
  base::Result<std::shared_ptr<const Opened>> OpenColumn(uint32_t column) const;
  base::Status ReadInts(store::PageRef ref, store::PageType type,
                        std::vector<int64_t>* values) const;

  const std::shared_ptr<const Part> part_;
  const RowGroup& group_;
  mutable base::Mutex mutex_;
  mutable std::shared_ptr<const std::vector<int64_t>> times_ SB_GUARDED_BY(mutex_);
  mutable std::vector<std::shared_ptr<const Presence>> presences_ SB_GUARDED_BY(mutex_);
  mutable std::vector<std::shared_ptr<const Opened>> opened_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::events
