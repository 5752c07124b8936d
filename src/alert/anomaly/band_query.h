// SPDX-License-Identifier: Apache-2.0
//
// The bands of any query over any time, from stored data alone: what a graph shows behind its
// lines, and what a rule would have to deal with.
//
//   SB_ASSIGN_OR_RETURN(auto bands, QueryBands(clock, store, engine, {query, from, to, step, {}}));
//
// Each point rests on the five weeks before it. kInvalidArgument for a query without vector, for
// more than kBandSeriesMax series or kBandPointsMax points; errors of the engine else.
//
// Threads: a function.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "alert/anomaly/seasonal_model.h"
#include "base/env.h"
#include "model/label_set.h"
#include "query/promql/engine.h"
#include "store/interface/querier.h"

namespace sb::anomaly {

inline constexpr size_t kBandSeriesMax = 20;
inline constexpr int64_t kBandPointsMax = 11'000;

struct BandRequest {
  std::string query;
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // inclusive
  int64_t step_ms = 0;
  SeasonalOptions options;
};

struct BandSeries {
  model::LabelSet labels;
  std::vector<std::pair<int64_t, Band>> points;
  int64_t hours = 0;  // that were known at the end
};

base::Result<std::vector<BandSeries>> QueryBands(const base::Clock& clock,
                                                 store::QuerierFactory& store,
                                                 const promql::Engine& engine,
                                                 const BandRequest& request);

}  // namespace sb::anomaly
