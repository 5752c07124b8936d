// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/backtest.h"

#include <gtest/gtest.h>

#include "alert/rules/promql_language.h"
#include "base/env.h"

namespace sb::rules {
namespace {

class BacktestTest : public testing::Test {
 protected:
  BacktestTest() {
    for (int64_t minute = 0; minute <= 60; ++minute) {
      model::Sample sample;
      sample.time_ms = minute * 60'000;
      sample.value = minute >= 10 && minute < 20 ? 10 : 1;
      EXPECT_TRUE(past_.Append(model::LabelSet::FromPairs({{"__name__", "in"}}), sample).ok());
    }
  }
  RuleGroupSpec Group(std::string_view yaml) {
    auto group = ParseRuleGroup(yaml, "g", {.language = &promql_});
    EXPECT_TRUE(group.ok()) << group.status().ToString();
    return *group;
  }
  base::Result<BacktestResult> Run(std::string_view yaml, int64_t end_minute = 60) {
    return Backtest(base::Env::Real().clock(), past_, promql_, Group(yaml),
                    {0, end_minute * 60'000, 60'000});
  }
  promql::Engine engine_{{}};
  PromqlLanguage promql_{engine_, base::Env::Real().clock()};
  MemoryStore past_;
};

TEST_F(BacktestTest, TellsWhenAlertsWouldHaveFired) {
  const auto result = Run("name: g\nrules:\n- {alert: X, expr: in > 5, for: 3m}\n");
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  ASSERT_EQ(result->episodes.size(), 1u);
  EXPECT_EQ(result->episodes[0].pending_ms, 10 * 60'000);
  EXPECT_EQ(result->episodes[0].firing_ms, 13 * 60'000);
  EXPECT_EQ(result->episodes[0].ended_ms, 20 * 60'000);
}

TEST_F(BacktestTest, LaterRulesSeeWhatEarlierOnesWouldHaveWritten) {
  const auto result =
      Run("name: g\nrules:\n- {record: a, expr: in * 2}\n"
          "- {record: b, expr: 'avg_over_time(a[5m])'}\n");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->series, 2u);
  EXPECT_EQ(result->samples, 122u);
  EXPECT_EQ(past_.series_count(), 1u);
}

TEST_F(BacktestTest, RefusesWhatWouldTakeTooLong) {
  const auto result = Run("name: g\nrules:\n- {record: a, expr: in}\n", 10'000'000);
  EXPECT_EQ(result.status().code(), base::StatusCode::kResourceExhausted);
}

TEST_F(BacktestTest, NamesRulesThatFail) {
  const auto result = Run("name: g\nrules:\n- {record: a, expr: in * on() group_left() in}\n");
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->errors.empty() || result->errors[0].starts_with("a: "));
}

}  // namespace
}  // namespace sb::rules
