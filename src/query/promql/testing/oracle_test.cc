// SPDX-License-Identifier: Apache-2.0
//
// Random queries over random series: the engine answers as the oracle does.
//
// SIGNALBOX_ORACLE_QUERIES sets how many, SIGNALBOX_ORACLE_SEED where to start; a failure prints
// the seed that makes the test begin with the failing query.
#include "query/promql/testing/oracle.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "query/promql/testing/oracle_compare.h"
#include "query/promql/testing/oracle_data.h"

namespace sb::promql {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

TEST(OracleTest, EngineAnswersRandomQueriesAsTheOracleDoes) {
  constexpr uint64_t kDefaultQueries = 1'000;
  constexpr uint64_t kQueriesPerStore = 50;
  constexpr uint64_t kQueriesPerReport = 1'000;
  constexpr int kFailuresMax = 20;
  const uint64_t first = FromEnvironment("SIGNALBOX_ORACLE_SEED", 1);
  const uint64_t count = FromEnvironment("SIGNALBOX_ORACLE_QUERIES", kDefaultQueries);
  fmt::print("seeds {} to {}\n", first, first + count - 1);
  TestStore store;
  int failures = 0;
  for (uint64_t seed = first; seed < first + count && failures < kFailuresMax; ++seed) {
    if (seed == first || seed % kQueriesPerStore == 0) {
      store.Clear();
      RandomSeries(seed / kQueriesPerStore, &store);
    }
    if (seed % kQueriesPerReport == 0) {
      fmt::print("{} queries, {} failures\n", seed - first, failures);
      std::fflush(stdout);
    }
    const RandomQuery query = MakeRandomQuery(seed);
    const std::string problem = CompareWithOracle(store, query);
    if (problem.empty()) {
      continue;
    }
    ++failures;
    const RandomQuery small = ShrinkQuery(store, query);
    ADD_FAILURE() << fmt::format(
        "seed {}: {}\n  {}\nshrunk, from {} to {} step {} (delayed name removal {}, start "
        "timestamps {}):\n  {}\n  {}\n",
        seed, problem, query.text, small.times.start_ms, small.times.end_ms, small.times.step_ms,
        small.options.delayed_name_removal, small.options.use_start_timestamps, small.text,
        CompareWithOracle(store, small));
  }
}

}  // namespace
}  // namespace sb::promql
