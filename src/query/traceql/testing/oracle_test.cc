// SPDX-License-Identifier: Apache-2.0
//
// Random queries over random traces: the engine and the slow evaluator must agree, trace for trace,
// span for span, in order. The seed is printed; TRACEQL_ORACLE_SEED repeats a run.
#include "query/traceql/testing/oracle.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "encoding/hex.h"
#include "query/traceql/search.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::traceql {
namespace {

std::string ShortHex(const std::string& bytes) {
  const std::string hex = encoding::HexOf(bytes);
  return hex.substr(std::min(hex.find_first_not_of('0'), hex.size() - 1));
}

std::string Text(const SearchResult& result) {
  std::string out;
  for (const FoundTrace& trace : result.traces) {
    out += ShortHex(trace.trace_id) + ":";
    for (size_t i = 0; i < trace.spansets.size(); ++i) {
      out += i > 0 ? "/" : "";
      for (const FoundSpan& span : trace.spansets[i].spans) {
        out += " " + ShortHex(span.span_id);
      }
    }
    out += "\n";
  }
  return out;
}

TEST(TraceqlOracleTest, EngineAgreesWithTheSlowEvaluator) {
  const char* given = std::getenv("TRACEQL_ORACLE_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  fmt::print("seed {}\n", seed);
  std::mt19937_64 random(seed);
  size_t matched = 0;
  size_t queries = 0;
  for (int round = 0; round < 8; ++round) {
    const std::vector<TestSpan> spans = RandomTraces(&random, 40);
    store::MemoryEventStore store(1 + random() % 60);
    const store::PatientContext context;
    TraceBuilder builder;
    for (const TestSpan& span : spans) {
      builder.Span(span);
    }
    ASSERT_TRUE(builder.WriteTo(&store).ok());
    for (int i = 0; i < 60; ++i, ++queries) {
      const std::string query = RandomQuery(&random);
      SearchOptions options;
      options.spans_per_spanset = 0;
      options.limit = 1 + random() % 50;
      if (random() % 3 == 0) {
        options.range.start_ns = static_cast<int64_t>(random() % 500);
        options.range.end_ns = options.range.start_ns + static_cast<int64_t>(random() % 500) + 1;
      }
      const auto result = Search(store, context, query, options);
      ASSERT_TRUE(result.ok()) << query << ": " << result.status().ToString();
      matched += result->traces.empty() ? 0 : 1;
      ASSERT_EQ(Text(*result), OracleSearch(spans, query, options.range, options.limit))
          << "seed " << seed << ", query " << query << ", limit " << options.limit << ", range ["
          << options.range.start_ns << ", " << options.range.end_ns << ")";
    }
  }
  // Queries that never match would prove nothing.
  EXPECT_GT(matched * 3, queries);
}

}  // namespace
}  // namespace sb::traceql
