// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_batch.h"

#include <gtest/gtest.h>

namespace sb::store {
namespace {

EventStream StreamOf(std::string_view name, const EventValue& value) {
  EventStreamBuilder builder;
  builder.Add(name, value);
  return builder.Build();
}

TEST(EventStreamTest, SortsAttributesAndKeepsTheLastOfAName) {
  EventStreamBuilder builder;
  builder.Add("b", EventValue::Int(1));
  builder.Add("a", EventValue::Text("x"));
  builder.Add("b", EventValue::Float(2.5));
  builder.Add("c", EventValue::Bool(true));
  builder.Add("d", EventValue::Any("\x01"));
  const EventStream stream = builder.Build();
  ASSERT_EQ(stream.attributes().size(), 4U);
  EXPECT_EQ(stream.attributes()[0].name, "a");
  EXPECT_EQ(stream.Find("b")->number, 2.5);
  EXPECT_EQ(stream.Label("a"), "x");
  EXPECT_EQ(stream.Label("b"), "");
  EXPECT_EQ(stream.Find("z"), nullptr);
  const base::Result<EventStream> again = EventStream::FromEncoded(std::string(stream.encoded()));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, stream);
  EXPECT_EQ(again->Hash(), stream.Hash());
}

TEST(EventStreamTest, RefusesEveryCutEncodingAndUnsortedNames) {
  EventStreamBuilder builder;
  builder.Add("a", EventValue::Text("x"));
  const std::string encoded(builder.Build().encoded());
  for (size_t size = 1; size < encoded.size(); ++size) {
    EXPECT_FALSE(EventStream::FromEncoded(encoded.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(EventStream::FromEncoded(encoded + encoded).ok());
  EXPECT_TRUE(EventStream::FromEncoded("").ok());
}

TEST(EventStreamTest, DefaultStreamEqualsEmptySet) {
  EXPECT_EQ(EventStream(), EventStreamBuilder().Build());
  EXPECT_EQ(EventStream().Hash(), EventStreamBuilder().Build().Hash());
}

TEST(EventBatchTest, FindsStreamsAndColumnsAgain) {
  EventBatch batch;
  EXPECT_EQ(batch.AddStream(StreamOf("a", EventValue::Int(1))), 0U);
  EXPECT_EQ(batch.AddStream(StreamOf("a", EventValue::Text("1"))), 1U);
  EXPECT_EQ(batch.AddStream(StreamOf("a", EventValue::Int(1))), 0U);
  std::vector<EventBatch::ColumnId> ids;
  for (int i = 0; i < 500; ++i) {
    ids.push_back(batch.Column("column" + std::to_string(i), ValueType::kText));
  }
  EXPECT_NE(batch.Column("column7", ValueType::kInt), ids[7]);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(batch.Column("column" + std::to_string(i), ValueType::kText), ids[i]);
  }
}

TEST(EventBatchTest, FirstValueOfARowWinsAndLastRowCanBeDropped) {
  EventBatch batch;
  const uint32_t stream = batch.AddStream({});
  const auto text = batch.Column("t", ValueType::kText);
  const auto number = batch.Column("n", ValueType::kFloat);
  batch.AddRow(stream, 5);
  batch.SetText(text, "one");
  batch.SetText(text, "two");
  batch.AddRow(stream, 6);
  batch.SetText(text, "three");
  batch.SetFloat(number, 1.5);
  batch.Set("flag", EventValue::Bool(true));
  batch.DropLastRow();
  batch.AddRow(stream, 7);
  batch.SetText(text, "");
  ASSERT_EQ(batch.row_count(), 2U);
  const EventBatch::ColumnData& column = batch.columns()[text];
  EXPECT_EQ(column.rows, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(column.BytesAt(0), "one");
  EXPECT_EQ(column.BytesAt(1), "");
  EXPECT_TRUE(batch.columns()[number].numbers.empty());
  EXPECT_EQ(batch.times()[1], 7);
  EXPECT_GT(batch.SizeBytes(), 0U);
}

TEST(EventBatchTest, AppendsRowsOfAnotherBatchAllOrSome) {
  EventBatch a;
  a.AddRow(a.AddStream({}), 1);
  a.Set("t", EventValue::Text("one"));
  EventBatch b;
  b.AddRow(b.AddStream(StreamOf("s", EventValue::Text("x"))), 2);
  b.Set("n", EventValue::Int(7));
  b.AddRow(b.AddStream({}), 3);
  b.Set("t", EventValue::Text("three"));
  b.Set("f", EventValue::Float(0.5));
  a.AppendRows(b);
  const std::vector<uint8_t> keep = {0, 1};
  a.AppendRows(b, &keep);
  EXPECT_EQ(a.times(), (std::vector<int64_t>{1, 2, 3, 3}));
  EXPECT_EQ(a.stream_indexes(), (std::vector<uint32_t>{0, 1, 0, 0}));
  const EventBatch::ColumnData& text = a.columns()[a.Column("t", ValueType::kText)];
  EXPECT_EQ(text.rows, (std::vector<uint32_t>{0, 2, 3}));
  EXPECT_EQ(text.BytesAt(2), "three");
  EXPECT_EQ(a.columns()[a.Column("f", ValueType::kFloat)].rows, (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(a.columns()[a.Column("n", ValueType::kInt)].rows, (std::vector<uint32_t>{1}));
}

TEST(EventBatchTest, RefusesColumnsThatBreakItsRules) {
  const auto make = [](EventBatch::ColumnData column) {
    return EventBatch::FromColumns({EventStream()}, {1, 2}, {0, 0}, {std::move(column)}).ok();
  };
  EXPECT_TRUE(make({"c", ValueType::kText, {0, 1}, "ab", {1, 2}, {}, {}}));
  EXPECT_FALSE(make({"c", ValueType::kText, {1, 1}, "ab", {1, 2}, {}, {}}));
  EXPECT_FALSE(make({"c", ValueType::kText, {0, 2}, "ab", {1, 2}, {}, {}}));
  EXPECT_FALSE(make({"c", ValueType::kText, {0, 1}, "ab", {2, 1}, {}, {}}));
  EXPECT_FALSE(make({"c", ValueType::kText, {0, 1}, "abc", {1, 2}, {}, {}}));
  EXPECT_FALSE(make({"c", ValueType::kInt, {0}, "", {}, {}, {}}));
  EXPECT_FALSE(EventBatch::FromColumns({}, {1}, {0}, {}).ok());
}

}  // namespace
}  // namespace sb::store
