// SPDX-License-Identifier: Apache-2.0
//
// Engine answers PromQL queries from a store.
//
//   Engine engine({.samples_max = 50'000'000});
//   query::QueryContext context(env.clock(), engine.ContextOptions());
//   base::Result<query::QueryResult> result =
//       engine.Range(context, store, "sum(rate(x[5m]))", {start_ms, end_ms, step_ms});
//   if (!result.ok()) … query::ErrorKindOf(result.status()) …
//
// Errors: kInvalidArgument for a query that does not parse or is asked for impossible times
// ("bad_data"); kCancelled, kDeadlineExceeded; kResourceExhausted for too many samples;
// kFailedPrecondition for what only shows when evaluating, such as many-to-many matching
// ("execution"); what the store says, prefixed with "expanding series".
//
// The result's matrix is sorted by labels; an instant vector has the order its operators define.
//
// Threads: stateless, safe for concurrent use. One QueryContext per query.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "query/engine/query_context.h"
#include "query/engine/result.h"
#include "query/promql/ast.h"
#include "store/interface/querier.h"

namespace sb::promql {

struct EngineOptions {
  int64_t lookback_ms = 300'000;      // how far back an instant selector looks for a sample
  int64_t subquery_step_ms = 60'000;  // of subqueries that name none
  int64_t samples_max = 50'000'000;   // held at a time by one query; 0: no limit
  int64_t timeout_ms = 120'000;       // of one query; 0: none
  int64_t bytes_max = 0;              // of memory, held at a time by one query; 0: no limit
  query::MemoryBudget* maybe_budget = nullptr;  // of all queries; must outlive them
  bool delayed_name_removal = false;  // metric names go at the end instead of at each function
  bool use_start_timestamps = false;  // rate and its like trust the samples' start timestamps
  bool type_and_unit_labels = false;  // "might not be a counter" looks at __type__
};

struct RangeTimes {
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // inclusive
  int64_t step_ms = 0;
};

// What one query may set differently.
struct QueryOptions {
  int64_t lookback_ms = 0;  // 0: the engine's
  bool per_step_stats = false;
};

class Engine {
 public:
  explicit Engine(EngineOptions options) : options_(options) {}
  const EngineOptions& options() const { return options_; }
  query::QueryContext::Options ContextOptions() const;

  base::Result<query::QueryResult> Instant(query::QueryContext& context,
                                           store::QuerierFactory& store, std::string_view query,
                                           int64_t time_ms, const QueryOptions& options = {}) const;
  base::Result<query::QueryResult> Range(query::QueryContext& context, store::QuerierFactory& store,
                                         std::string_view query, const RangeTimes& times,
                                         const QueryOptions& options = {}) const;

  // The same for a parsed query, which is not changed.
  base::Result<query::QueryResult> Instant(query::QueryContext& context,
                                           store::QuerierFactory& store, const Expr& expr,
                                           int64_t time_ms, const QueryOptions& options = {}) const;
  base::Result<query::QueryResult> Range(query::QueryContext& context, store::QuerierFactory& store,
                                         const Expr& expr, const RangeTimes& times,
                                         const QueryOptions& options = {}) const;

 private:
  struct Run;
  base::Result<query::QueryResult> Execute(Run& run) const;

  const EngineOptions options_;
};

}  // namespace sb::promql
