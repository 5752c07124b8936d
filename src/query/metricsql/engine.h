// SPDX-License-Identifier: Apache-2.0
//
// Engine answers queries in MetricsQL, the dialect of PromQL that VictoriaMetrics speaks, from any
// metrics store. It is opt-in: `query.dialect` in signalbox.yaml, `dialect=metricsql` in a request.
//
//   metricsql::Engine engine({.maybe_files = &files});
//   engine.Range(context, store, "topk_avg(3, rate(x))", {start_ms, end_ms, step_ms});
//
// What differs from PromQL is on purpose that of the dialect: windows may be left out, rate and
// increase use the sample before the window and do not extrapolate, there are no scalars apart from
// series without labels. Native histograms are not visible. Times are those asked for; they are not
// moved to multiples of the step.
//
// Errors: kInvalidArgument for what does not parse or has wrong arguments, kFailedPrecondition for
// what only shows when evaluating, kResourceExhausted, kCancelled, kDeadlineExceeded.
// Threads: stateless, safe for concurrent use. One QueryContext per query.
// Source: https://docs.victoriametrics.com/victoriametrics/metricsql/
#pragma once

#include <cstdint>
#include <string_view>

#include "base/env.h"
#include "base/status.h"
#include "query/engine/query_context.h"
#include "query/engine/result.h"
#include "store/interface/querier.h"

namespace sb::metricsql {

struct EngineOptions {
  base::FileSystem* maybe_files = nullptr;  // for time zones; must outlive the engine
};

struct QueryTimes {
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // inclusive
  int64_t step_ms = 0;
};

// Of an instant query that names no step: windows that are left out.
inline constexpr int64_t kDefaultStepMs = 300'000;

class Engine {
 public:
  explicit Engine(EngineOptions options) : options_(options) {}

  // Whether the text is a query of the dialect; the error says why not.
  static base::Status Check(std::string_view query);

  // `lookback_ms` 0: as the intervals of the series say. `step_ms` 0: kDefaultStepMs.
  base::Result<query::QueryResult> Instant(query::QueryContext& context,
                                           store::QuerierFactory& store, std::string_view query,
                                           int64_t time_ms, int64_t step_ms,
                                           int64_t lookback_ms) const;
  base::Result<query::QueryResult> Range(query::QueryContext& context, store::QuerierFactory& store,
                                         std::string_view query, const QueryTimes& times,
                                         int64_t lookback_ms) const;

 private:
  const EngineOptions options_;
};

}  // namespace sb::metricsql
