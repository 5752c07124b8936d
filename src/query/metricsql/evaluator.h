// SPDX-License-Identifier: Apache-2.0
//
// Evaluator computes MetricsQL expressions over a grid of steps. Every node answers a RowSet;
// selectors without a function are rolled up to the last value of each window.
//
//   Evaluator evaluator({context, store, options, &annotations, &stats});
//   SB_ASSIGN_OR_RETURN(RowSet rows, evaluator.Eval(*expr, grid));
//
// Errors: what the store and the context say; kFailedPrecondition for what only shows when
// evaluating; kInvalidArgument for arguments of the wrong kind. Recursion is bounded by the parser.
// Native histograms are not visible to the dialect; that some were left out is an annotation.
// Threads: one per object.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "query/engine/annotations.h"
#include "query/engine/query_context.h"
#include "query/engine/result.h"
#include "query/metricsql/ast.h"
#include "query/metricsql/function_kind.h"
#include "query/metricsql/rollup.h"
#include "query/metricsql/rows.h"
#include "store/interface/querier.h"

namespace sb::metricsql {

class Evaluator {
 public:
  // All must outlive the evaluator.
  struct Environment {
    query::QueryContext& context;
    store::QuerierFactory& store;
    int64_t lookback_ms = 0;                    // 0: as the series' intervals say
    base::FileSystem* maybe_files = nullptr;    // for time zones; without only UTC is known
    query::Annotations* annotations = nullptr;  // not null
    query::QueryStats* stats = nullptr;         // not null
  };
  explicit Evaluator(const Environment& environment) : with_(environment) {}

  base::Result<RowSet> Eval(const Expr& expr, const Grid& grid);
  // One number a step; the expression has to be a scalar.
  base::Result<Values> EvalScalar(const Expr& expr, const Grid& grid);
  // Texts: one, or several in parentheses.
  static base::Result<std::vector<std::string>> Texts(const Expr& expr);

  const Environment& with() const { return with_; }

 private:
  using Evaluated = base::Result<RowSet>;
  // A rollup function with its range taken apart.
  struct RollupCall {
    const RollupFunction* function = nullptr;
    const CallExpr* maybe_call = nullptr;  // null: a range without function
    RollupExpr range;
    std::vector<Values> params;  // one number a step
    std::vector<std::string> texts;
    std::vector<double> phis;
    int32_t position = 0;
  };
  struct Source {
    model::LabelSet labels;
    SeriesColumns columns;
  };
  // Takes the series one after the other, so that they need not be held together.
  using SourceSink = std::function<base::Status(Source&&)>;

  Evaluated EvalNode(const Expr& expr, const Grid& grid);
  Evaluated EvalCall(const Expr& expr, const CallExpr& call, const Grid& grid);

  // eval_rollup.cc
  Evaluated EvalRollup(const CallExpr& call, int32_t position, const Grid& grid);
  Evaluated EvalRange(const Expr& expr, const Grid& grid);
  base::Status ReadArguments(const CallExpr& call, const Grid& grid, RollupCall* out);
  Evaluated RunRollup(const RollupCall& call, const Grid& grid);
  Evaluated RunRollupAt(const RollupCall& call, const Grid& grid);
  Evaluated Apply(const RollupCall& call, const Grid& grid);
  Evaluated ApplyAbsent(const RollupCall& call, const Grid& grid);
  base::Status ForEachSource(const RollupCall& call, const Grid& grid, const SourceSink& sink);
  base::Status ForEachStored(const SelectorExpr& selector, const RollupCall& call, const Grid& grid,
                             const SourceSink& sink);
  base::Status ForEachOfSubquery(const RollupCall& call, const Grid& grid, const SourceSink& sink);
  Rollup::Options OptionsOf(const RollupCall& call, const Grid& grid) const;

  // eval_rollup_special.cc
  base::Status ApplySpecial(const RollupCall& call, const Grid& grid, Source* source,
                            std::vector<Row>* out);
  base::Status RollupParts(const RollupCall& call, const Grid& grid, Source* source,
                           std::vector<Row>* out);
  void CountValues(const RollupCall& call, const Grid& grid, const Source& source,
                   std::vector<Row>* out);

  // eval_aggregate.cc
  Evaluated EvalAggregate(const AggregateExpr& expr, int32_t position, const Grid& grid);

  // eval_binary.cc
  Evaluated EvalBinary(const BinaryExpr& expr, const Grid& grid);

  const Environment with_;
};

}  // namespace sb::metricsql
