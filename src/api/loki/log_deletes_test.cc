// SPDX-License-Identifier: Apache-2.0
#include "api/loki/log_deletes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api::loki {
namespace {

using testing::HasSubstr;

constexpr int64_t kDayMs = 24 * 3600 * 1000;

class LogDeletesTest : public testing::Test {
 protected:
  LogDeletesTest() {
    for (const auto& [app, line] : std::vector<std::pair<const char*, const char*>>{
             {"a", "secret 1"}, {"a", "fine"}, {"b", "secret 2"}}) {
      store::EventStreamBuilder labels;
      labels.Add("app", store::EventValue::Text(app));
      store::EventBatch batch;
      batch.AddRow(batch.AddStream(labels.Build()), 1'000);
      batch.Set("line", store::EventValue::Text(line));
      EXPECT_TRUE(store_.Write(std::move(batch)).ok());
    }
  }

  static LogDelete Secrets(std::string query = R"({app="a"} |= "secret")") {
    LogDelete request;
    request.query = std::move(query);
    request.start_ns = 0;
    request.end_ns = 1'000;
    return request;
  }

  size_t Visible() const {
    const store::PatientContext context;
    auto scan = reader_.Scan(context, {});
    size_t rows = 0;
    for (auto block = (*scan)->Next(); *block != nullptr; block = (*scan)->Next()) {
      rows += (*block)->row_count();
    }
    return rows;
  }

  base::SimulatedEnv env_{1};
  store::MemoryEventStore store_;
  HidingReader reader_{&store_};
  std::unique_ptr<catalog::Catalog> catalog_ = *catalog::Catalog::OpenInMemory(env_);
  LogDeletes deletes_{{env_, *catalog_, store_, reader_}};
};

TEST_F(LogDeletesTest, HidesAtOnceAndDeletesWhenItCannotBeTakenBackAnyMore) {
  ASSERT_TRUE(deletes_.Add(Secrets()).ok());
  EXPECT_EQ(Visible(), 2U);
  deletes_.RunDue();
  EXPECT_EQ(store_.row_count(), 3U);
  EXPECT_EQ(StateText(deletes_.List().at(0).state), "received");
  env_.manual_clock().Advance(base::DurationMs(kDayMs));
  deletes_.RunDue();
  EXPECT_EQ(store_.row_count(), 2U);
  EXPECT_EQ(Visible(), 2U);
  EXPECT_EQ(StateText(deletes_.List().at(0).state), "processed");
}

TEST_F(LogDeletesTest, SurvivesARestartInEveryState) {
  const std::string first = *deletes_.Add(Secrets());
  env_.manual_clock().Advance(base::DurationMs(kDayMs));
  deletes_.RunDue();
  const std::string second = *deletes_.Add(Secrets(R"({app="b"})"));
  HidingReader reader(&store_);
  LogDeletes again({env_, *catalog_, store_, reader});
  ASSERT_TRUE(again.Load().ok());
  const auto list = again.List();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].id, first);
  EXPECT_EQ(list[0].state, DeleteState::kProcessed);
  EXPECT_EQ(list[1].id, second);
  EXPECT_EQ(list[1].query, R"({app="b"})");
  EXPECT_EQ(list[1].end_ns, 1'000);
  EXPECT_EQ(list[1].created_ms, env_.clock().NowMs().Value());
  const store::PatientContext context;
  const auto scan = reader.Scan(context, {});
  const auto block = (*scan)->Next();
  EXPECT_EQ((*block)->row_count(), 1U);  // "fine"
}

TEST_F(LogDeletesTest, TakesBackUntilTheDeadlineAndByForceUntilItIsProcessed) {
  const std::string id = *deletes_.Add(Secrets());
  ASSERT_TRUE(deletes_.Cancel(id, Force::kNo).ok());
  EXPECT_EQ(Visible(), 3U);
  EXPECT_EQ(deletes_.Cancel(id, Force::kNo).code(), base::StatusCode::kNotFound);

  const std::string late = *deletes_.Add(Secrets());
  env_.manual_clock().Advance(base::DurationMs(kDayMs + 1));
  EXPECT_THAT(std::string(deletes_.Cancel(late, Force::kNo).message()),
              HasSubstr("past the deadline of 86400s"));
  ASSERT_TRUE(deletes_.Cancel(late, Force::kYes).ok());

  const std::string done = *deletes_.Add(Secrets());
  env_.manual_clock().Advance(base::DurationMs(kDayMs));
  deletes_.RunDue();
  EXPECT_THAT(std::string(deletes_.Cancel(done, Force::kYes).message()),
              HasSubstr("already processed"));
}

TEST_F(LogDeletesTest, DeletesAtOnceWithoutACancelPeriod) {
  deletes_.SetCancelPeriod(base::DurationMs(0));
  ASSERT_TRUE(deletes_.Add(Secrets()).ok());
  EXPECT_EQ(store_.row_count(), 2U);
  EXPECT_EQ(deletes_.List().at(0).state, DeleteState::kProcessed);
}

TEST_F(LogDeletesTest, DeletesAtOnceWhatCannotBeHidden) {
  ASSERT_TRUE(deletes_.Add(Secrets(R"({line="x"})")).ok());
  EXPECT_EQ(deletes_.List().at(0).state, DeleteState::kProcessed);
}

TEST_F(LogDeletesTest, RefusesWhatIsNoDeleteAndMoreThanItsLimit) {
  EXPECT_EQ(deletes_.Add(Secrets("{app=")).status().code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(deletes_.Add(Secrets(R"({app="a"} | json)")).status().code(),
            base::StatusCode::kInvalidArgument);
  for (size_t i = 0; i < LogDeletes::kPendingMax; ++i) {
    ASSERT_TRUE(deletes_.Add(Secrets()).ok());
  }
  EXPECT_THAT(std::string(deletes_.Add(Secrets()).status().message()), HasSubstr("cancel some"));
}

}  // namespace
}  // namespace sb::api::loki
