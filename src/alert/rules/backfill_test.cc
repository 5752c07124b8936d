// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/backfill.h"

#include <gtest/gtest.h>

#include "alert/rules/promql_language.h"
#include "base/env.h"

namespace sb::rules {
namespace {

class BackfillTest : public testing::Test {
 protected:
  BackfillTest() {
    for (int64_t minute = 0; minute <= 60; ++minute) {
      model::Sample sample;
      sample.time_ms = minute * 60'000;
      sample.value = static_cast<double>(minute);
      EXPECT_TRUE(store_.Append(model::LabelSet::FromPairs({{"__name__", "in"}}), sample).ok());
    }
  }
  base::Result<BackfillResult> Run(std::string_view yaml, BacktestRange range) {
    const auto group = ParseRuleGroup(yaml, "g", {.language = &promql_});
    EXPECT_TRUE(group.ok()) << group.status().ToString();
    return Backfill(base::Env::Real().clock(), store_, promql_, *group, range,
                    [this](const MemoryStore& written) {
                      ++slices_;
                      for (const auto& entry : written.entries()) {
                        for (size_t i = 0; i < entry->columns.size(); ++i) {
                          SB_RETURN_IF_ERROR(store_.Append(entry->labels, entry->columns.At(i)));
                        }
                      }
                      return base::OkStatus();
                    });
  }
  promql::Engine engine_{{}};
  PromqlLanguage promql_{engine_, base::Env::Real().clock()};
  MemoryStore store_;
  int slices_ = 0;
};

constexpr const char* kGroup =
    "name: g\nrules:\n- {record: a, expr: in * 2}\n- {alert: X, expr: in > 5}\n"
    "- {record: b, expr: 'max_over_time(a[30m])'}\n";

TEST_F(BackfillTest, StoresWhatRecordingRulesGiveAndNoAlerts) {
  const auto result = Run(kGroup, {0, 60 * 60'000, 60'000});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->series, 2u);
  EXPECT_EQ(result->samples, 122u);
  EXPECT_EQ(result->evaluations, 122u);
  EXPECT_EQ(store_.series_count(), 3u);
  EXPECT_EQ(store_.sample_count(), 61u + 122u);
}

TEST_F(BackfillTest, LaterSlicesReadWhatEarlierOnesStored) {
  const auto result = Run(kGroup, {0, 60 * 60'000, 100});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(slices_, 4);
  for (const auto& entry : store_.entries()) {
    if (entry->labels.metric_name() == "b") {
      // At every time the largest value of `a` so far: it grows.
      ASSERT_EQ(entry->columns.size(), 36'001u);
      EXPECT_TRUE(std::is_sorted(entry->columns.values.begin(), entry->columns.values.end()));
      EXPECT_EQ(entry->columns.values.back(), 120);
    }
  }
}

TEST_F(BackfillTest, RefusesWhatCannotBe) {
  EXPECT_EQ(Run("name: g\nrules:\n- {alert: X, expr: in > 5}\n", {0, 1, 1}).status().code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(kGroup, {10, 1, 1}).status().code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(kGroup, {0, 60'000'000'000, 1}).status().code(),
            base::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace sb::rules
