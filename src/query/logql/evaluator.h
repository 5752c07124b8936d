// SPDX-License-Identifier: Apache-2.0
//
// Evaluator computes a metric query for all steps of a grid at once: every node yields rows, one
// per series (query::StepVector).
//
//   Evaluator evaluator(context, reader, options, &stats);
//   SB_ASSIGN_OR_RETURN(query::StepVector rows, evaluator.Eval(expr, grid));
//
// Leaves read the store once; lines are counted into the steps whose window holds them, without
// being kept, where the operator allows. Rows of a leaf are sorted by labels.
//
// Errors: kInvalidArgument for what the query does wrong, such as samples with __error__ or
// many-to-many matching; kResourceExhausted for too many series or samples; what the store and the
// context say. Threads: one per object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "query/engine/query_context.h"
#include "query/engine/step_vector.h"
#include "query/logql/ast.h"
#include "query/logql/ns_grid.h"
#include "store/interface/event_store.h"

namespace sb::logql {

struct EvaluatorOptions {
  size_t series_max = 100'000;  // of one range aggregation
  int64_t now_ns = 0;           // what templates call now
};

// What the query has read.
struct ReadStats {
  uint64_t lines = 0;    // rows returned by the store
  uint64_t inspected = 0;
  uint64_t bytes = 0;    // decoded
  uint64_t parts = 0;
  uint64_t pages_skipped = 0;
  uint64_t entries = 0;  // lines that the result stands on
  std::vector<std::string> warnings;
  void Add(const store::EventScan& scan);
};

class Evaluator {
 public:
  using Rows = base::Result<query::StepVector>;

  // All must outlive the evaluator.
  Evaluator(query::QueryContext& context, const store::EventReader& reader,
            const EvaluatorOptions& options, ReadStats* stats)
      : context_(context), reader_(reader), options_(options), stats_(stats) {}

  Rows Eval(const Expr& expr, const NsGrid& grid);

 private:
  // eval_range.cc. `pushed`: the labels of an enclosing sum, which may be summed at once.
  Rows EvalRange(const RangeExpr& expr, const NsGrid& grid, const Grouping* pushed);
  // eval_aggregate.cc
  Rows EvalAggregate(const AggregateExpr& expr, const NsGrid& grid);
  // eval_binary.cc
  Rows EvalBinary(const BinaryExpr& expr, const NsGrid& grid);
  Rows EvalWithNumber(const BinaryExpr& expr, const NsGrid& grid);
  // evaluator.cc
  Rows EvalConstant(double value, const NsGrid& grid);
  Rows EvalLabelReplace(const LabelReplaceExpr& expr, const NsGrid& grid);

  query::QueryContext& context_;
  const store::EventReader& reader_;
  const EvaluatorOptions options_;
  ReadStats* const stats_;
};

}  // namespace sb::logql
