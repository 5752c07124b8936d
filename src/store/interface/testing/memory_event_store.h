// SPDX-License-Identifier: Apache-2.0
//
// MemoryEventStore is the events store of tests: rows in a vector, filters evaluated row by row.
// Simple enough to be obviously right, so it is also the slow oracle of store/events.
//
//   MemoryEventStore store;
//   ASSERT_TRUE(store.Write(std::move(batch)).ok());
//   auto scan = store.Scan(context, options);
//
// An ordered scan hands out blocks of at most `block_rows` rows, so that callers meet several;
// with BlockOrder::kAsStored its rows are in time order, so that callers meet mixed streams.
//
// Threads: safe for concurrent use.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/interface/event_store.h"
#include "store/interface/event_subscriptions.h"
#include "store/interface/filter_condition.h"

namespace sb::store {

// The context of readers that nobody cancels.
class PatientContext final : public ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

class MemoryEventStore final : public EventWriter, public EventReader, public EventAdmin {
 public:
  explicit MemoryEventStore(size_t block_rows = 500) : block_rows_(block_rows) {}

  base::Status Write(EventBatch batch) override;
  base::Result<std::unique_ptr<EventScan>> Scan(const ReadContext& context,
                                                EventScanOptions options) const override;
  base::Result<std::vector<StreamInfo>> Streams(
      const ReadContext& context, EventRange range,
      const std::vector<model::Matcher>& matchers) const override;
  base::Result<std::vector<FieldName>> FieldNames(const ReadContext& context,
                                                  EventRange range) const override;
  base::Result<std::unique_ptr<EventScan>> ScanTraces(const ReadContext& context,
                                                      std::vector<std::string> ids,
                                                      EventScanOptions options) const override;
  std::unique_ptr<Subscription> Subscribe(std::function<void(const EventBatch&)> callback) override;
  base::Status Delete(const EventRange& range, const std::vector<model::Matcher>& matchers,
                      const EventFilter& filter) override;
  base::Status Flush() override { return base::OkStatus(); }
  size_t row_count() const;

  struct Field {
    std::string name;
    ValueType type = ValueType::kText;
    auto operator<=>(const Field&) const = default;
  };
  struct Row {
    EventStream stream;
    int64_t time_ns = 0;
    std::map<Field, FilterOperand> values;
    std::string Key() const;  // equal for equal rows
  };

 private:
  mutable base::Mutex mutex_;
  std::vector<std::shared_ptr<const Row>> rows_ SB_GUARDED_BY(mutex_);
  std::set<std::string> keys_ SB_GUARDED_BY(mutex_);
  const size_t block_rows_;
  EventSubscriptions subscriptions_;
};

}  // namespace sb::store
