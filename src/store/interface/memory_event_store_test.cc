// SPDX-License-Identifier: Apache-2.0
#include "store/interface/testing/memory_event_store.h"

#include <gtest/gtest.h>

namespace sb::store {
namespace {

EventBatch ThreeRows() {
  EventBatch batch;
  EventStreamBuilder builder;
  builder.Add("app", EventValue::Text("cart"));
  builder.Add("x", EventValue::Text("of stream"));
  const uint32_t cart = batch.AddStream(builder.Build());
  const uint32_t none = batch.AddStream({});
  batch.AddRow(none, 30);
  batch.Set("line", EventValue::Text("late"));
  batch.AddRow(cart, 10);
  batch.Set("line", EventValue::Text("hello"));
  batch.Set("x", EventValue::Int(7));
  batch.Set("trace_id", EventValue::Bytes("0123456789abcdef"));
  batch.AddRow(cart, 20);
  batch.Set("line", EventValue::Text("world"));
  return batch;
}

std::vector<int64_t> TimesOf(base::Result<std::unique_ptr<EventScan>> scan) {
  std::vector<int64_t> times;
  EXPECT_TRUE(scan.ok()) << scan.status().ToString();
  while (const EventBlock* block = (*scan)->Next().value()) {
    times.insert(times.end(), block->times().begin(), block->times().end());
  }
  return times;
}

class MemoryEventStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.Write(ThreeRows()).ok()); }
  std::vector<int64_t> Filtered(EventFilter filter) {
    EventScanOptions options;
    options.filter = std::move(filter);
    options.order = ScanOrder::kOldestFirst;
    return TimesOf(store_.Scan(context_, std::move(options)));
  }
  PatientContext context_;
  MemoryEventStore store_{1};
};

TEST_F(MemoryEventStoreTest, RowColumnHidesStreamAttribute) {
  EXPECT_EQ(Filtered(EventFilter::Exists("x")), (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(Filtered(EventFilter::Compare("x", FilterOp::kEqual, EventValue::Text("of stream"))),
            (std::vector<int64_t>{20}));
  EXPECT_EQ(Filtered(EventFilter::Compare("*", FilterOp::kContains, EventValue::Text("of str"))),
            (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(Filtered(EventFilter::Not(EventFilter::Exists("x"))), (std::vector<int64_t>{30}));
}

TEST_F(MemoryEventStoreTest, OrdersBlocksAndTellsBounds) {
  EventScanOptions options;
  options.order = ScanOrder::kNewestFirst;
  options.columns = {{"line"}, {"line", true}};
  auto scan = store_.Scan(context_, options);
  const EventBlock* block = (*scan)->Next().value();
  ASSERT_EQ(block->row_count(), 1U);
  EXPECT_EQ(block->times()[0], 30);
  EXPECT_EQ(block->bound_ns(), 20);
  EXPECT_EQ(block->Find("line", ValueType::kText)->At(0).bytes, "late");
  EXPECT_EQ(block->Find("line", ValueType::kInt)->At(0).integer, 4);
  EXPECT_EQ((*scan)->stream(block->streams()[0]), EventStream());
}

TEST_F(MemoryEventStoreTest, RowsAsStoredAreInTimeOrder) {
  MemoryEventStore store;
  ASSERT_TRUE(store.Write(ThreeRows()).ok());
  EventScanOptions options;
  options.block_order = BlockOrder::kAsStored;
  EXPECT_EQ(TimesOf(store.Scan(context_, options)), (std::vector<int64_t>{10, 20, 30}));
}

TEST_F(MemoryEventStoreTest, StoresEqualRowsOnceAndDeletes) {
  ASSERT_TRUE(store_.Write(ThreeRows()).ok());
  EXPECT_EQ(store_.row_count(), 3U);
  EXPECT_EQ(TimesOf(store_.ScanTraces(context_, {"0123456789abcdef"}, {})),
            (std::vector<int64_t>{10}));
  EXPECT_EQ(store_.FieldNames(context_, {0, 15})->size(), 3U);
  ASSERT_TRUE(store_.Delete({0, 15}, {model::Matcher::Equal("app", "cart")}, {}).ok());
  EXPECT_EQ(Filtered({}), (std::vector<int64_t>{20, 30}));
  EXPECT_EQ(store_.Streams(context_, {}, {})->size(), 2U);
}

TEST_F(MemoryEventStoreTest, SubscribersSeeWhatComesUntilTheyLeave) {
  int calls = 0;
  auto subscription = store_.Subscribe(
      [&](const EventBatch& batch) { calls += static_cast<int>(batch.row_count()); });
  ASSERT_TRUE(store_.Write(ThreeRows()).ok());
  subscription.reset();
  ASSERT_TRUE(store_.Write(ThreeRows()).ok());
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace sb::store
