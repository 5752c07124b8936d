// SPDX-License-Identifier: Apache-2.0
//
// Random queries over random lines, compared with a slow and obvious evaluation. This checks what
// makes the engine fast: filters moved into the store, labels left out, lines counted into steps,
// early stop. Once over lines in memory, once over the store of the product, with rows that are
// fresh, flushed, merged, replayed from the log and deleted. The seed is printed; SIGNALBOX_SEED
// repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/testing/simulated_env.h"
#include "query/logql/testing/random_logs.h"
#include "query/logql/testing/slow_oracle.h"
#include "store/events/db/event_db.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::logql {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

uint64_t Seed() {
  const char* text = std::getenv("SIGNALBOX_SEED");
  const uint64_t seed =
      text != nullptr ? std::strtoull(text, nullptr, 10) : base::Env::Real().random().Next64();
  fmt::print("seed {}\n", seed);
  return seed;
}

TEST(LogqlOracleTest, RandomQueriesAnswerAsTheSlowEvaluation) {
  RandomLogs random(Seed());
  const RangeTimes times{kStart + 7 * kSecond, kStart + 640 * kSecond, 45 * kSecond};
  const store::EventRange range{kStart, kStart + 1000 * kSecond};
  for (int round = 0; round < 3; ++round) {
    const std::vector<LogRow> rows = random.Rows(150, kStart, 600);
    store::MemoryEventStore small(3);
    store::MemoryEventStore large(1000);
    ASSERT_TRUE(small.Write(BatchOf(rows)).ok());
    ASSERT_TRUE(large.Write(BatchOf(rows)).ok());
    const SlowOracle oracle(&rows);
    for (int i = 0; i < 12; ++i) {
      const std::string metric = random.Metric();
      oracle.CheckMetric(metric, large, times);
      oracle.CheckMetric(metric, small, times);
      const std::string logs = random.Selector() + random.Stages();
      const auto limit = static_cast<size_t>(1 + random.Below(60));
      const Direction direction = random.Below(2) == 0 ? Direction::kForward : Direction::kBackward;
      oracle.CheckLogs(logs, limit, direction, range, large);
      oracle.CheckLogs(logs, limit, direction, range, small);
      if (testing::Test::HasFatalFailure()) {
        return;
      }
    }
  }
}

// A store whose rows are everywhere that rows can be, and beside it a list of them.
class LogqlPartsOracleTest : public testing::Test {
 protected:
  static constexpr int kSpan = 2'000;  // seconds; crosses midnight, where parts end
  static constexpr int64_t kFirst = kStart + 5'800 * kSecond;

  LogqlPartsOracleTest() : seed_(Seed()), env_(seed_), random_(seed_) {
    base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
    options_.folder = "/logs";
    options_.group_rows = 70;
    options_.flush_bytes = 1u << 20;
    Open();
  }
  ~LogqlPartsOracleTest() override { base::ConfigureLog({}); }

  void Open() {
    db_.reset();
    registry_ = std::make_unique<base::Registry>();
    events::EventDb::OpenReport report;
    auto db = events::EventDb::Open(env_, options_, *registry_, &report);
    ASSERT_TRUE(db.ok()) << db.status().ToString();
    db_ = std::move(*db);
  }

  // Some of the rows before come again: they are kept once, wherever they are.
  void Write(int count) {
    std::vector<LogRow> rows = random_.Rows(count, kFirst, kSpan);
    for (size_t i = 0; apart_ && i < rows.size(); ++i) {
      rows[i].time_ns += static_cast<int64_t>(i);
    }
    std::vector<LogRow> batch = rows;
    for (size_t i = 0; i < rows_.size(); i += 1 + static_cast<size_t>(random_.Below(40))) {
      batch.push_back(rows_[i]);
    }
    ASSERT_TRUE(db_->Write(BatchOf(batch)).ok());
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }

  void Delete() {
    const store::EventRange range{kFirst + random_.Below(kSpan) * kSecond,
                                  kFirst + 2 * kSpan * kSecond};
    ASSERT_TRUE(db_->Delete(range, {model::Matcher::Equal("app", "b")},
                            store::EventFilter::Compare("line", store::FilterOp::kContains,
                                                        store::EventValue::Text("user=u1")))
                    .ok());
    std::erase_if(rows_, [&range](const LogRow& row) {
      return range.Contains(row.time_ns) && row.stream[0].second == "b" &&
             row.line.find("user=u1") != std::string::npos;
    });
  }

  void Check(const std::string& where, int queries) {
    SCOPED_TRACE(fmt::format("{}, seed {}", where, seed_));
    const SlowOracle oracle(&rows_);
    for (int i = 0; i < queries && !HasFatalFailure(); ++i) {
      const RangeTimes times{kFirst + 7 * kSecond, kFirst + (kSpan + 60) * kSecond,
                             (40 + random_.Below(200)) * kSecond};
      oracle.CheckMetric(random_.Metric(), *db_, times);
      const int64_t from = random_.Below(2) == 0 ? 0 : random_.Below(kSpan);
      const store::EventRange range{kFirst + from * kSecond,
                                    kFirst + (from + 1 + random_.Below(kSpan)) * kSecond};
      oracle.CheckLogs(
          random_.Selector() + random_.Stages(), static_cast<size_t>(1 + random_.Below(300)),
          random_.Below(2) == 0 ? Direction::kForward : Direction::kBackward, range, *db_);
    }
  }

  const uint64_t seed_;
  bool apart_ = false;  // no two rows have the same time
  base::SimulatedEnv env_;
  RandomLogs random_;
  events::EventDbOptions options_;
  std::unique_ptr<base::Registry> registry_;
  std::unique_ptr<events::EventDb> db_;
  std::vector<LogRow> rows_;
};

TEST_F(LogqlPartsOracleTest, StoredRowsAnswerAsTheSlowEvaluation) {
  Write(200);
  Check("fresh", 6);
  ASSERT_TRUE(db_->Flush().ok());
  Check("one part a day", 10);
  Write(150);
  Check("parts and fresh rows", 10);
  Open();
  Check("replayed from the log", 6);
  ASSERT_TRUE(db_->Flush().ok());
  Check("merged", 10);
  Delete();
  Write(100);
  Delete();
  Check("deleted and written", 8);
  Open();
  Check("deleted, after a start", 6);
  ASSERT_TRUE(db_->Flush().ok());
  EXPECT_EQ(db_->Stats().part_rows, rows_.size());
  EXPECT_EQ(db_->Stats().deleted_rows, 0U);
  Check("merged again", 10);
}

// Row groups that are large enough for lines to be stored as templates. With so many rows a window
// would often begin or end with two of one time, and which is first or last of them is open.
class LogqlTemplatesOracleTest : public LogqlPartsOracleTest {
 protected:
  LogqlTemplatesOracleTest() {
    apart_ = true;
    options_.group_rows = 3'000;
    Open();
  }
};

TEST_F(LogqlTemplatesOracleTest, TemplatesAnswerAsTheSlowEvaluation) {
  Write(2'500);
  ASSERT_TRUE(db_->Flush().ok());
  Check("templates", 40);
}

}  // namespace
}  // namespace sb::logql
