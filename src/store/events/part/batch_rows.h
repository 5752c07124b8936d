// SPDX-License-Identifier: Apache-2.0
//
// BatchRows is an EventBatch in memory as a RowSet: what was written and is not in a part yet.
//
// Threads: immutable.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/events/part/row_set.h"
#include "store/interface/event_batch.h"

namespace sb::events {

class BatchRows final : public RowSet {
 public:
  // The batch has rows.
  explicit BatchRows(std::shared_ptr<const store::EventBatch> batch);

  const store::EventBatch& batch() const { return *batch_; }
  const std::shared_ptr<const store::EventBatch>& shared_batch() const { return batch_; }

  uint32_t row_count() const override { return static_cast<uint32_t>(batch_->row_count()); }
  int64_t first_ns() const override { return first_ns_; }
  int64_t last_ns() const override { return last_ns_; }
  uint32_t stream_count() const override { return static_cast<uint32_t>(batch_->streams().size()); }
  const store::EventStream& stream(uint32_t number) const override {
    return batch_->streams()[number];
  }
  base::Status ReadTimes(std::vector<int64_t>* times) const override;
  base::Status ReadStreams(std::vector<uint32_t>* streams) const override;
  uint32_t column_count() const override { return static_cast<uint32_t>(batch_->columns().size()); }
  const std::string& column_name(uint32_t column) const override {
    return batch_->columns()[column].name;
  }
  store::ValueType column_type(uint32_t column) const override {
    return batch_->columns()[column].type;
  }
  bool MayHold(uint32_t column, const Condition& condition) const override;
  base::Status ReadPresence(uint32_t column, Bitmap* rows) const override;
  base::Status Evaluate(uint32_t column, const Condition& condition, const Bitmap& candidates,
                        Bitmap* rows) const override;
  int cost(uint32_t column) const override;
  base::Status Read(uint32_t column, std::span<const uint32_t> rows, bool lengths,
                    store::EventColumn* out, ReadBuffers* buffers) const override;

 private:
  std::shared_ptr<const store::EventBatch> batch_;
  int64_t first_ns_ = 0;
  int64_t last_ns_ = 0;
};

}  // namespace sb::events
