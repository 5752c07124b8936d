// SPDX-License-Identifier: Apache-2.0
//
// Random series and queries over them, to compare evaluators with. The same seed gives the same
// series and queries everywhere.
//
//   RandomSeries(seed, &store);
//   RandomQuery query = MakeRandomQuery(seed);
//
// The series have what evaluators get wrong: counters with resets, gauges with NaN, infinities and
// -0, huge beside tiny numbers, stale markers, gaps, jitter, equal values, classic histograms with
// broken buckets, native ones of both kinds and of changing resolution, floats and histograms in
// one series, start timestamps, names in UTF-8. All samples lie in the first half hour.
#pragma once

#include <cstdint>
#include <string>

#include "query/promql/engine.h"
#include "query/promql/testing/test_store.h"

namespace sb::promql {

void RandomSeries(uint64_t seed, TestStore* store);

struct RandomQuery {
  std::string text;  // parses
  RangeTimes times;  // step 0: an instant query at start_ms
  EngineOptions options;
};
RandomQuery MakeRandomQuery(uint64_t seed);

}  // namespace sb::promql
