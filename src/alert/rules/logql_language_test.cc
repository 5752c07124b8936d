// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/logql_language.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::rules {
namespace {

TEST(LogqlLanguageTest, EvaluatesOverLogs) {
  store::MemoryEventStore logs;
  store::EventStreamBuilder labels;
  labels.Add("app", store::EventValue::Text("shop"));
  store::EventBatch batch;
  for (int64_t second = 1; second <= 5; ++second) {
    batch.AddRow(batch.AddStream(labels.Build()), second * 1'000'000'000);
    batch.Set("line", store::EventValue::Text(second % 2 == 0 ? "error" : "ok"));
  }
  ASSERT_TRUE(logs.Write(std::move(batch)).ok());
  const LogqlLanguage language(logs, base::Env::Real().clock());
  const auto expr =
      language.Parse("sum by(app) (count_over_time({app=\"shop\"} |= \"error\" [1m])) > 1");
  ASSERT_TRUE(expr.ok()) << expr.status().ToString();
  EXPECT_EQ((*expr)->Text(),
            "(sum by (app)(count_over_time({app=\"shop\"} |= \"error\"[1m])) > 1)");
  EXPECT_TRUE((*expr)->Inputs().known);
  MemoryStore metrics;
  const auto rows = (*expr)->Evaluate(metrics, 10'000);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ((*rows)[0].value, 2);
  EXPECT_EQ((*rows)[0].labels.Get("app"), "shop");
}

TEST(LogqlLanguageTest, RefusesLinesAndBrokenQueries) {
  store::MemoryEventStore logs;
  const LogqlLanguage language(logs, base::Env::Real().clock());
  EXPECT_FALSE(language.Parse("{app=\"shop\"}").ok());
  EXPECT_FALSE(language.Parse("sum(").ok());
}

}  // namespace
}  // namespace sb::rules
