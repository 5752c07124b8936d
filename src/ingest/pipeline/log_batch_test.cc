// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_batch.h"

#include <gtest/gtest.h>

#include <deque>

#include "ingest/pipeline/log_writer.h"
#include "ingest/pipeline/testing/captured_logs.h"

namespace sb::ingest {
namespace {

class LogBatchTest : public testing::Test {
 protected:
  CapturedEntry Store(std::vector<LogField> labels, const LogRecordView& record) {
    LogBatch batch = writer_.NewBatch();
    batch.Add(batch.Stream(std::move(labels)), record);
    EXPECT_TRUE(writer_.Write(std::move(batch)).ok());
    return store_.Entries().back();
  }

  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
};

TEST_F(LogBatchTest, NormalizesLabelsAndFindsTheService) {
  std::vector<LogField> labels = {{"z", "1"}, {"container", "c"}, {"app", ""}, {"z", "2"}};
  NormalizeLabels(LogIngestOptions(), &labels);
  EXPECT_EQ(labels, (std::vector<LogField>{{"container", "c"}, {"service_name", "c"}, {"z", "1"}}));
  labels.clear();
  NormalizeLabels(LogIngestOptions(), &labels);
  EXPECT_EQ(labels, (std::vector<LogField>{{"service_name", "unknown_service"}}));
}

TEST_F(LogBatchTest, LevelComesFromTheFirstPlaceThatHasOne) {
  LogRecordView record;
  record.line = "level=error x";
  EXPECT_EQ(Store({{"a", "1"}}, record).metadata["detected_level"], "error");
  record.severity_number = 13;
  EXPECT_EQ(Store({{"a", "2"}}, record).metadata["detected_level"], "warn");
  record.metadata = {{"severity", "DEBUG"}};
  EXPECT_EQ(Store({{"a", "3"}}, record).metadata["detected_level"], "debug");
  EXPECT_EQ(Store({{"a", "4"}, {"level", "Trace"}}, record).metadata["detected_level"], "trace");
  record.metadata.push_back({"detected_level", "CRITICAL"});
  const CapturedEntry entry = Store({{"a", "5"}, {"level", "Trace"}}, record);
  EXPECT_EQ(entry.metadata.at("detected_level"), "critical");
  EXPECT_EQ(entry.metadata.at("severity"), "DEBUG");
  EXPECT_EQ(entry.severity_number, 13);
}

TEST_F(LogBatchTest, WhatIsNotUtf8IsRepairedAndCounted) {
  LogRecordView record;
  record.line =
      "gr\xF6\xDF"
      "e";
  record.metadata = {{"k\xff", "v\xff"}, {"k\xff", "again"}, {"k\xEF\xBF\xBD", "third"}};
  const CapturedEntry entry = Store({{"app\xff", "a\xfe"}, {"ok", "größe"}}, record);
  EXPECT_EQ(entry.line,
            "gr\xEF\xBF\xBD\xEF\xBF\xBD"
            "e");
  EXPECT_EQ(entry.metadata.at("k\xEF\xBF\xBD"), "v\xEF\xBF\xBD");
  EXPECT_EQ(store_.streams.begin()->first.at("app\xEF\xBF\xBD"), "a\xEF\xBF\xBD");
  EXPECT_EQ(store_.streams.begin()->first.at("ok"), "größe");
  EXPECT_EQ(losses_.Get(LossReason::kLogTextRepaired), 1U);
  record.metadata.clear();
  record.line = "größe";
  Store({{"ok", "1"}}, record);
  EXPECT_EQ(losses_.Get(LossReason::kLogTextRepaired), 1U);
}

TEST_F(LogBatchTest, TheLastInstantIsOneThatIsFound) {
  LogRecordView record;
  record.line = "x";
  record.time_ns = INT64_MAX;
  EXPECT_EQ(Store({{"a", "b"}}, record).time_ns, INT64_MAX - 1);
}

TEST_F(LogBatchTest, AHundredThousandFieldNamesAreFoundWithoutLookingAtAll) {
  LogBatch batch = writer_.NewBatch();
  const LogBatch::StreamId stream = batch.Stream({{"a", "b"}});
  LogRecordView record;
  record.line = "x";
  std::deque<std::string> names;
  for (int row = 0; row < 1000; ++row) {
    record.metadata.clear();
    for (int i = 0; i < 100; ++i) {
      record.metadata.push_back({names.emplace_back("f" + std::to_string(row * 100 + i)), "v"});
    }
    batch.Add(stream, record);
  }
  EXPECT_GE(batch.events().columns().size(), 100'000U);
  EXPECT_EQ(batch.line_count(), 1000U);
}

TEST_F(LogBatchTest, IdsOfMetadataWinOverTheLine) {
  LogRecordView record;
  record.line = "trace_id=11111111111111111111111111111111";
  record.metadata = {{"traceID", "4bf92f3577b34da6a3ce929d0e0e4736"}};
  EXPECT_EQ(Store({{"a", "b"}}, record).trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  // A label is what a reader sees first.
  EXPECT_EQ(Store({{"trace_id", "22222222222222222222222222222222"}}, record).trace_id,
            "22222222222222222222222222222222");
}

TEST_F(LogBatchTest, LongLinesAreCutAtACharacterAndCounted) {
  LogIngestOptions options;
  options.line_bytes_max = 5;
  writer_.Configure(options);
  LogRecordView record;
  record.line = "abcd\xC3\xA9xyz";
  EXPECT_EQ(Store({{"a", "b"}}, record).line, "abcd");
  EXPECT_EQ(losses_.Get(LossReason::kLogLineCut), 1U);
}

TEST_F(LogBatchTest, RefusedBatchesAreCountedByLine) {
  store_.fail_with = base::ResourceExhausted("disk full");
  LogBatch batch = writer_.NewBatch();
  const LogBatch::StreamId stream = batch.Stream({{"a", "b"}});
  LogRecordView record;
  record.line = "x";
  batch.Add(stream, record);
  batch.Add(stream, record);
  EXPECT_EQ(writer_.Write(std::move(batch)).code(), base::StatusCode::kResourceExhausted);
  EXPECT_EQ(losses_.Get(LossReason::kLogDiskFull), 2U);
}

}  // namespace
}  // namespace sb::ingest
