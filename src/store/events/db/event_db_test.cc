// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/event_db.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/simulated_env.h"
#include "store/events/db/testing/event_maker.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::events {
namespace {

using store::EventFilter;
using store::EventScanOptions;
using store::EventValue;
using store::FilterOp;
using store::ScanOrder;

constexpr int64_t kNow = 1'700'000'000'000'000'000;

class EventDbTest : public testing::TestWithParam<RowOrder> {
 protected:
  EventDbTest() : env_(1) {
    base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
    options_.folder = "/data";
    options_.order = GetParam();
    options_.group_rows = 300;
    options_.flush_bytes = 1u << 20;
  }
  ~EventDbTest() override { base::ConfigureLog({}); }

  void Open() {
    db_.reset();
    registry_ = std::make_unique<base::Registry>();
    report_ = {};
    auto db = EventDb::Open(env_, options_, *registry_, &report_);
    ASSERT_TRUE(db.ok()) << db.status().ToString();
    db_ = std::move(*db);
  }

  void WriteBoth(const store::EventBatch& batch) {
    ASSERT_TRUE(db_->Write(batch).ok());
    ASSERT_TRUE(memory_.Write(batch).ok());
  }

  std::vector<std::string> Rows(const store::EventReader& reader, const EventScanOptions& options) {
    auto scan = reader.Scan(context_, options);
    EXPECT_TRUE(scan.ok()) << scan.status().ToString();
    std::string problem;
    std::vector<std::string> rows = RowsOf(**scan, options, &problem);
    EXPECT_EQ(problem, "");
    for (const std::string& warning : (*scan)->warnings()) {
      ADD_FAILURE() << warning;
    }
    return rows;
  }

  void ExpectSame(const EventScanOptions& options, const std::string& where) {
    ASSERT_EQ(Rows(*db_, options), Rows(memory_, options)) << where;
  }

  EventScanOptions RandomOptions(EventMaker& maker) {
    EventScanOptions options;
    options.filter = maker.Filter(3);
    options.order = static_cast<ScanOrder>(maker.Below(3));
    options.block_order = static_cast<store::BlockOrder>(maker.Below(2));
    if (maker.Below(2) == 0) {
      options.range.start_ns = kNow + static_cast<int64_t>(maker.Below(2'000'000'000));
      options.range.end_ns =
          options.range.start_ns + static_cast<int64_t>(maker.Below(2'000'000'000));
    }
    if (maker.Below(3) == 0) {
      options.matchers.push_back(
          model::Matcher::Equal("app", "app" + std::to_string(maker.Below(5))));
    }
    switch (maker.Below(4)) {
      case 0:
        options.columns = {{"*"}};
        break;
      case 1:
        options.columns = {{"line", true}, {"mixed"}, {"rare.*"}};
        break;
      case 2:
        options.columns = {{"line"}, {"line", true}, {"duration"}};
        break;
      default:
        break;
    }
    return options;
  }

  void CompareDirectories() {
    const auto names = db_->FieldNames(context_, {});
    const auto expected = memory_.FieldNames(context_, {});
    ASSERT_EQ(names->size(), expected->size());
    for (size_t i = 0; i < names->size(); ++i) {
      EXPECT_EQ((*names)[i].name, (*expected)[i].name);
      EXPECT_EQ((*names)[i].type, (*expected)[i].type);
    }
    auto streams = db_->Streams(context_, {}, {});
    auto expected_streams = memory_.Streams(context_, {}, {});
    ASSERT_EQ(streams->size(), expected_streams->size());
    for (size_t i = 0; i < streams->size(); ++i) {
      EXPECT_EQ((*streams)[i].stream, (*expected_streams)[i].stream);
      EXPECT_EQ((*streams)[i].rows, (*expected_streams)[i].rows);
      EXPECT_EQ((*streams)[i].bytes, (*expected_streams)[i].bytes);
      EXPECT_EQ((*streams)[i].first_ns, (*expected_streams)[i].first_ns);
      EXPECT_EQ((*streams)[i].last_ns, (*expected_streams)[i].last_ns);
    }
  }

  base::SimulatedEnv env_;
  EventDbOptions options_;
  std::unique_ptr<base::Registry> registry_;
  EventDb::OpenReport report_;
  std::unique_ptr<EventDb> db_;
  store::MemoryEventStore memory_;
  store::PatientContext context_;
};

INSTANTIATE_TEST_SUITE_P(Orders, EventDbTest,
                         testing::Values(RowOrder::kByStream, RowOrder::kByTrace));

TEST_P(EventDbTest, AnswersAsTheMemoryStoreDoes) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  EventMaker maker(seed);
  Open();
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 4; ++i) {
      const size_t rows = maker.Below(3) == 0 ? 1 + maker.Below(5) : 1 + maker.Below(400);
      WriteBoth(maker.Batch(rows, kNow + int64_t{round} * 200'000'000));
    }
    if (round % 4 == 1) {
      ASSERT_TRUE(db_->Flush().ok());
    }
    if (round == 6) {
      Open();  // fresh rows come back from the log
      EXPECT_GT(report_.replayed_rows, 0U);
    }
    for (int i = 0; i < 12; ++i) {
      ExpectSame(RandomOptions(maker),
                 "round " + std::to_string(round) + " scan " + std::to_string(i));
      ASSERT_FALSE(HasFatalFailure());
    }
    CompareDirectories();
  }
  ASSERT_TRUE(db_->Flush().ok());
  EXPECT_EQ(db_->Stats().fresh_rows, 0U);
  EXPECT_EQ(db_->Stats().parts, 1U);
  EXPECT_EQ(db_->Stats().part_rows, memory_.row_count());
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "after the merge");
}

TEST_P(EventDbTest, FindsTracesWhereverTheyAre) {
  EventMaker maker(5);
  Open();
  for (int i = 0; i < 5; ++i) {
    WriteBoth(maker.Batch(400, kNow + int64_t{i} * 1'000'000'000));
    if (i % 2 == 0) {
      ASSERT_TRUE(db_->Flush().ok());
    }
    for (int j = 0; j < 10; ++j) {
      EventScanOptions options;
      options.columns = {{"*"}};
      options.filter = maker.Filter(1);
      const std::vector<std::string> ids = {maker.TraceId(), maker.TraceId(), "no such trace..."};
      std::string problem;
      auto expected = memory_.ScanTraces(context_, ids, options);
      auto found = db_->ScanTraces(context_, ids, options);
      ASSERT_EQ(RowsOf(**found, options, &problem),
                RowsOf(**expected, options, &problem));
      EXPECT_EQ(problem, "");
    }
  }
}

TEST_P(EventDbTest, KeepsEqualRowsOnceFreshOrInParts) {
  EventMaker maker(9);
  Open();
  const store::EventBatch first = maker.Batch(500, kNow);
  const store::EventBatch second = maker.Batch(500, kNow + 300'000'000);
  WriteBoth(first);
  WriteBoth(first);
  EXPECT_EQ(db_->Stats().fresh_rows, memory_.row_count());
  ASSERT_TRUE(db_->Flush().ok());
  store::EventBatch both;
  both.AppendRows(second);
  both.AppendRows(first);
  both.AppendRows(second);
  WriteBoth(both);
  EXPECT_EQ(db_->Stats().fresh_rows + db_->Stats().part_rows, memory_.row_count());
  Open();
  WriteBoth(both);
  ASSERT_TRUE(db_->Flush().ok());
  WriteBoth(both);
  EXPECT_EQ(db_->Stats().part_rows, memory_.row_count());
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "at the end");
}

TEST_P(EventDbTest, DeletesWhatMatchesAndNothingElse) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  EventMaker maker(seed);
  Open();
  EventScanOptions all;
  all.columns = {{"*"}};
  for (int round = 0; round < 8; ++round) {
    const store::EventBatch batch = maker.Batch(400, kNow + int64_t{round} * 300'000'000);
    WriteBoth(batch);
    const EventScanOptions what = RandomOptions(maker);
    ASSERT_TRUE(db_->Delete(what.range, what.matchers, what.filter).ok());
    ASSERT_TRUE(memory_.Delete(what.range, what.matchers, what.filter).ok());
    ExpectSame(all, "after deletion " + std::to_string(round));
    if (round == 3) {
      Open();
      ExpectSame(all, "after a start");
      WriteBoth(batch);  // what was deleted may come again
      ExpectSame(all, "written again");
    }
    if (round == 6) {
      ASSERT_TRUE(db_->Flush().ok());
      EXPECT_EQ(db_->Stats().deleted_rows, 0U);
      ExpectSame(all, "after the merge");
    }
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST_P(EventDbTest, RetiresByTimeRuleAndSize) {
  EventMaker maker(4);
  options_.retention = base::ToNs(base::Hours(24 * 3));
  options_.retention_rules = {
      {{model::Matcher::Equal("app", "app1")}, base::ToNs(base::Hours(24 * 10))}};
  Open();
  const int64_t day = int64_t{86'400} * 1'000'000'000;
  env_.manual_clock().Set(base::TimestampMs(kNow / 1'000'000));
  for (const int64_t age : {0, 5, 20}) {
    WriteBoth(maker.Batch(300, kNow - age * day));
    ASSERT_TRUE(db_->Flush().ok());
  }
  ASSERT_TRUE(db_->Maintain().ok());
  ASSERT_TRUE(memory_.Delete({INT64_MIN, kNow - 10 * day}, {}, {}).ok());
  const auto others = model::Matcher::Create(model::MatchType::kNotEqual, "app", "app1");
  ASSERT_TRUE(memory_.Delete({INT64_MIN, kNow - 3 * day}, {*others}, {}).ok());
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "by time and rule");
  db_->SetRetention(base::DurationNs(0), {}, 1);
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(db_->Stats().parts, 0U);
}

TEST_P(EventDbTest, IdsThatLinesHaveTooComeBack) {
  EventMaker maker(12);
  options_.group_rows = 20'000;
  Open();
  store::EventBatch batch;
  const uint32_t stream = batch.AddStream({});
  std::string some;
  for (int i = 0; i < 3000; ++i) {
    batch.AddRow(stream, kNow + i);
    std::string id;
    std::string line = "GET /users/" + std::to_string(i) + " trace=";
    for (int j = 0; j < 16; ++j) {
      const auto byte = static_cast<unsigned char>(maker.Below(256));
      id.push_back(static_cast<char>(byte));
      line += "0123456789abcdef"[byte / 16];
      line += "0123456789abcdef"[byte % 16];
    }
    some = i == 1700 ? id : some;
    batch.Set("line", EventValue::Text(i % 3 == 0 ? "no trace here" : line));
    if (i % 3 != 0) {
      batch.Set("trace_id", EventValue::Bytes(id));
    }
  }
  WriteBoth(batch);
  ASSERT_TRUE(db_->Flush().ok());
  EXPECT_LT(db_->Stats().part_bytes, 3000U * 22);  // the ids once
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "all");
  all.filter = EventFilter::Compare("trace_id", FilterOp::kEqual, EventValue::Bytes(some));
  EXPECT_EQ(Rows(*db_, all).size(), 1U);
  ExpectSame(all, "one trace");
  WriteBoth(batch);
  ASSERT_TRUE(db_->Delete({}, {}, all.filter).ok());
  ASSERT_TRUE(memory_.Delete({}, {}, all.filter).ok());
  ASSERT_TRUE(db_->Flush().ok());  // encoded anew without the deleted row
  all.filter = {};
  ExpectSame(all, "after a deletion");
}

TEST_P(EventDbTest, FlushesByItselfAndMergesManySmallParts) {
  EventMaker maker(6);
  options_.flush_bytes = 20'000;
  Open();
  for (int i = 0; i < 40; ++i) {
    WriteBoth(maker.Batch(60, kNow + int64_t{i} * 10'000'000));
    ASSERT_TRUE(db_->Maintain().ok());
  }
  EXPECT_GT(db_->Stats().parts, 0U);
  EXPECT_LT(db_->Stats().parts, 10U);
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "at the end");
}

TEST_P(EventDbTest, TellsSubscribersOfWhatIsStored) {
  EventMaker maker(7);
  Open();
  size_t rows = 0;
  auto subscription =
      db_->Subscribe([&rows](const store::EventBatch& batch) { rows += batch.row_count(); });
  const store::EventBatch batch = maker.Batch(10, kNow);
  ASSERT_TRUE(db_->Write(batch).ok());
  ASSERT_TRUE(db_->Write(batch).ok());
  EXPECT_EQ(rows, db_->Stats().fresh_rows);
  subscription.reset();
  ASSERT_TRUE(db_->Write(maker.Batch(10, kNow + 1'000'000'000)).ok());
  EXPECT_LE(rows, 10U);
}

TEST_P(EventDbTest, SaysWhenTheDiskIsFullAndGoesOnWhenItIsNot) {
  EventMaker maker(8);
  options_.flush_bytes = 50'000;
  Open();
  env_.disk().SetSpace(60'000);
  bool refused = false;
  for (int i = 0; i < 60; ++i) {
    const store::EventBatch batch = maker.Batch(50, kNow + int64_t{i} * 1'000'000'000);
    const base::Status status = db_->Write(batch);
    if (status.ok()) {
      ASSERT_TRUE(memory_.Write(batch).ok());
    } else {
      refused = true;
      EXPECT_EQ(status.code(), base::StatusCode::kResourceExhausted) << status.ToString();
    }
  }
  EXPECT_TRUE(refused);
  EventScanOptions all;
  all.columns = {{"*"}};
  ExpectSame(all, "while full");
  env_.disk().SetSpace(~0ULL);
  WriteBoth(maker.Batch(50, kNow));
  ASSERT_TRUE(db_->Flush().ok());
  ExpectSame(all, "after there was room");
  Open();
  ExpectSame(all, "after a start");
}

TEST_P(EventDbTest, RefusesAFolderThatIsTaken) {
  Open();
  base::Registry registry;
  EventDb::OpenReport report;
  EXPECT_FALSE(EventDb::Open(env_, options_, registry, &report).ok());
}

}  // namespace
}  // namespace sb::events
