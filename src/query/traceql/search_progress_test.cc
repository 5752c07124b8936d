// SPDX-License-Identifier: Apache-2.0
//
// What a search tells while it goes on, and what hints and `parent` change.
#include <gtest/gtest.h>

#include "query/traceql/hints.h"
#include "query/traceql/metrics.h"
#include "query/traceql/parser.h"
#include "query/traceql/search.h"
#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::traceql {
namespace {

class KeepingProgress final : public SearchProgress {
 public:
  bool Due() override { return true; }
  base::Status Report(std::span<const FoundTrace> traces, const QueryNotes&) override {
    ++reports;
    for (const FoundTrace& trace : traces) {
      ids.push_back(trace.trace_id);
    }
    return answer;
  }
  std::vector<std::string> ids;
  int reports = 0;
  base::Status answer;
};

SearchOptions Options(size_t limit, SearchProgress* progress) {
  SearchOptions options;
  options.limit = limit;
  options.progress = progress;
  return options;
}

class SearchProgressTest : public ::testing::Test {
 protected:
  void WriteTraces(int count) {
    TraceBuilder builder;
    for (int i = 0; i < count; ++i) {
      const std::string id = std::to_string(i + 1);
      builder.Span({.trace = id, .id = id, .start_ns = i * 7919 % count});
      builder.Span({.trace = id, .id = id + "0", .parent = id, .start_ns = count + i});
    }
    ASSERT_TRUE(builder.WriteTo(&store_).ok());
  }
  store::MemoryEventStore store_;
  store::PatientContext context_;
};

TEST_F(SearchProgressTest, ReportsAndRestAreTheResultOfAPlainSearch) {
  WriteTraces(3000);
  for (const size_t limit : {1U, 20U, 2000U, 5000U}) {
    for (const char* query : {"{ }", "{ span:parentID != nil }", "{ } > { }"}) {
      const auto plain = Search(store_, context_, query, Options(limit, nullptr));
      ASSERT_TRUE(plain.ok());
      KeepingProgress progress;
      const auto told = Search(store_, context_, query, Options(limit, &progress));
      ASSERT_TRUE(told.ok());
      EXPECT_GT(progress.reports, 0);
      ASSERT_EQ(told->traces.size(), plain->traces.size());
      ASSERT_EQ(progress.ids.size(), told->reported);
      for (size_t i = 0; i < plain->traces.size(); ++i) {
        EXPECT_EQ(told->traces[i].trace_id, plain->traces[i].trace_id);
        if (i < progress.ids.size()) {
          EXPECT_EQ(progress.ids[i], plain->traces[i].trace_id);
        }
      }
    }
  }
}

TEST_F(SearchProgressTest, AListenerThatLeftEndsTheSearch) {
  WriteTraces(10);
  KeepingProgress progress;
  progress.answer = base::Cancelled("the client left");
  EXPECT_EQ(Search(store_, context_, "{ }", Options(20, &progress)).status().code(),
            base::StatusCode::kCancelled);
  EXPECT_EQ(progress.reports, 1);
}

TEST_F(SearchProgressTest, ParentAloneIsTheIdOfTheParent) {
  WriteTraces(2);
  const auto count = [&](const char* query) {
    const auto result = Search(store_, context_, query, {});
    EXPECT_TRUE(result.ok()) << query << result.status().ToString();
    return result.ok() ? result->traces.size() : 99;
  };
  EXPECT_EQ(count("{ parent = `1` }"), 1U);
  EXPECT_EQ(count("{ parent != `1` }"), 1U);
  EXPECT_EQ(count("{ parent = nil } | count() = 1"), 2U);
  EXPECT_EQ(count("{ parent != nil } | count() = 1"), 2U);
  EXPECT_EQ(count("{ 1 % parent = 1 }"), 0U);
  EXPECT_EQ(count("{ 1 >= parent }"), 0U);
}

TEST_F(SearchProgressTest, HintsChooseTheExemplars) {
  WriteTraces(50);
  const auto exemplars = [&](const std::string& query, size_t wanted) {
    const auto result = QueryMetrics(
        store_, context_, query,
        {.start_ns = 0, .end_ns = 1000, .step_ns = 10, .instant = false, .exemplars = wanted});
    EXPECT_TRUE(result.ok()) << result.status().ToString();
    return result.ok() ? result->series.at(0).exemplars.size() : 0;
  };
  EXPECT_EQ(exemplars("{ } | rate()", 0), 0U);
  EXPECT_GT(exemplars("{ } | rate() with(exemplars=true)", 0), 0U);
  EXPECT_EQ(exemplars("{ } | rate() with(exemplars=2)", 50), 2U);
  EXPECT_EQ(exemplars("{ } | rate() with(exemplars=false)", 50), 0U);
}

TEST_F(SearchProgressTest, HintsWithoutEffectAreNoted) {
  const auto query = Parse("{ } with(most_recent=true, sample=0.1, frobnicate=1, exemplars=`x`)");
  ASSERT_TRUE(query.ok());
  const HintEffects effects = EffectsOf(*query);
  EXPECT_FALSE(effects.exemplars.has_value());
  EXPECT_EQ(effects.notes, (std::vector<std::string>{
                               "the hint sample changes nothing: every span is counted",
                               "the hint frobnicate is not known and changes nothing",
                               "the hint exemplars takes true, false or a number"}));
}

}  // namespace
}  // namespace sb::traceql
