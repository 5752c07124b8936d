// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/traceql_language.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::rules {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

class TraceqlLanguageTest : public testing::Test {
 protected:
  TraceqlLanguageTest() {
    traceql::TraceBuilder builder;
    for (int64_t i = 0; i < 60; ++i) {
      builder.Span({.trace = std::to_string(i + 1),
                    .service = i % 3 == 0 ? "cart" : "shop",
                    .start_ns = (600 + i) * kSecondNs,
                    .status = i % 3 == 0 ? 2 : 0});
    }
    EXPECT_TRUE(builder.WriteTo(&spans_).ok());
  }
  base::Result<query::InstantVector> Ask(const std::string& text, int64_t second) {
    const auto expr = language_.Parse(text);
    EXPECT_TRUE(expr.ok()) << expr.status().ToString();
    return (*expr)->Evaluate(metrics_, second * 1000);
  }
  store::MemoryEventStore spans_;
  MemoryStore metrics_;
  const TraceqlLanguage language_{spans_, base::Env::Real().clock()};
};

TEST_F(TraceqlLanguageTest, CountsSpansOfTheWindowByAttribute) {
  const auto rows = Ask("{ status = error } | count_over_time() by (resource.service.name)", 700);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].value, 20);
  EXPECT_EQ((*rows)[0].labels.Get("service_name"), "cart");
  EXPECT_EQ((*rows)[0].labels.size(), 1u);
}

TEST_F(TraceqlLanguageTest, TheWindowIsAHint) {
  const auto rows = Ask("{ } | count_over_time() with(window=\"10s\")", 659);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].value, 10);
  EXPECT_FALSE(language_.Parse("{ } | rate() with(window=\"soon\")").ok());
}

TEST_F(TraceqlLanguageTest, RefusesSearchesAndBrokenQueries) {
  EXPECT_FALSE(language_.Parse("{ status = error }").ok());
  EXPECT_FALSE(language_.Parse("{ status =").ok());
}

}  // namespace
}  // namespace sb::rules
