// SPDX-License-Identifier: Apache-2.0
//
// Engine answers LogQL queries from an events store.
//
//   logql::Engine engine({});
//   query::QueryContext context(clock, engine.ContextOptions());
//   SB_ASSIGN_OR_RETURN(ExprPtr expr, Parse(query));
//   if (expr->kind == ExprKind::kLog) … engine.Logs(context, reader, …)
//   else … engine.Range(context, reader, *expr, {start_ns, end_ns, step_ns})
//
// Metric results: an instant query yields a scalar or a vector in the order its operators define
// (else sorted by labels), a range query a matrix sorted by labels. Values are exact, windows are
// (T - range, T].
//
// Errors: kInvalidArgument for what the query does wrong (HTTP 400); kResourceExhausted for limits;
// kCancelled, kDeadlineExceeded; what the store says.
//
// Threads: stateless, safe for concurrent use. One QueryContext per query.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "query/engine/query_context.h"
#include "query/engine/result.h"
#include "query/logql/ast.h"
#include "query/logql/evaluator.h"
#include "query/logql/log_query.h"
#include "store/interface/event_store.h"

namespace sb::logql {

struct EngineOptions {
  int64_t timeout_ms = 120'000;
  int64_t samples_max = 50'000'000;  // held at a time by one query
  size_t series_max = 100'000;       // of one range aggregation
  size_t steps_max = 11'000;
};

struct RangeTimes {
  int64_t start_ns = 0;
  int64_t end_ns = 0;  // inclusive
  int64_t step_ns = 0;
};

struct MetricAnswer {
  query::QueryValue value;
  ReadStats stats;
};

class Engine {
 public:
  explicit Engine(EngineOptions options) : options_(options) {}
  const EngineOptions& options() const { return options_; }
  query::QueryContext::Options ContextOptions() const;

  base::Result<MetricAnswer> Instant(query::QueryContext& context,
                                     const store::EventReader& reader, const Expr& expr,
                                     int64_t time_ns) const;
  base::Result<MetricAnswer> Range(query::QueryContext& context, const store::EventReader& reader,
                                   const Expr& expr, const RangeTimes& times) const;
  base::Result<LogAnswer> Logs(query::QueryContext& context, const store::EventReader& reader,
                               const LogExpr& log, LogQueryOptions options,
                               ReadStats* stats) const;

 private:
  const EngineOptions options_;
};

}  // namespace sb::logql
