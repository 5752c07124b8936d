// SPDX-License-Identifier: Apache-2.0
#include "query/promql/engine.h"

#include <algorithm>

#include "query/promql/evaluator.h"
#include "query/promql/parser.h"
#include "query/promql/preprocess.h"
#include "query/promql/walk.h"
#include "store/interface/sample_spacing.h"

namespace sb::promql {

using query::QueryResult;
using query::StepGrid;
using query::StepVector;

// One execution.
struct Engine::Run {
  query::QueryContext& context;
  store::QuerierFactory& store;
  ExprPtr expr;
  QueryTimes times;  // step 0: instant
  const QueryOptions& options;
};

namespace {

// Kinds of results by the type of the query.
base::Result<query::QueryValue> Evaluate(Evaluator& evaluator, const Expr& expr,
                                         const QueryTimes& times, const StepGrid& grid) {
  const bool instant = times.step_ms == 0;
  switch (expr.type()) {
    case ValueType::kString:
      return query::QueryValue(
          query::StringValue{times.start_ms, As<StringLiteral>(Unwrapped(expr)).value});
    case ValueType::kMatrix: {
      SB_ASSIGN_OR_RETURN(query::Matrix matrix, evaluator.EvalMatrix(expr, times.start_ms));
      query::SortByLabels(&matrix);
      return query::QueryValue(std::move(matrix));
    }
    case ValueType::kScalar: {
      SB_ASSIGN_OR_RETURN(const std::vector<double> values, evaluator.EvalScalar(expr, grid));
      if (instant) {
        return query::QueryValue(query::ScalarValue{times.start_ms, values[0]});
      }
      query::MatrixSeries series;
      for (size_t i = 0; i < values.size(); ++i) {
        series.floats.push_back({grid.At(i), values[i]});
      }
      query::Matrix matrix;
      if (!values.empty()) {
        matrix.push_back(std::move(series));
      }
      return query::QueryValue(std::move(matrix));
    }
    case ValueType::kVector:
    case ValueType::kNone:
      break;
  }
  SB_ASSIGN_OR_RETURN(StepVector rows, evaluator.EvalVector(expr, grid));
  SB_RETURN_IF_ERROR(evaluator.FinishNames(&rows));
  if (instant) {
    return query::QueryValue(query::ToInstantVector(&rows, times.start_ms));
  }
  query::Matrix matrix = query::ToMatrix(&rows, grid);
  query::SortByLabels(&matrix);
  return query::QueryValue(std::move(matrix));
}

base::Status CheckRangeQuery(const Expr& expr, const RangeTimes& times) {
  if (expr.type() != ValueType::kVector && expr.type() != ValueType::kScalar) {
    return base::InvalidArgument("invalid expression type \"" +
                                 std::string(DocumentedTypeName(expr.type())) +
                                 "\" for range query, must be Scalar or instant Vector");
  }
  if (times.step_ms <= 0) {
    return base::InvalidArgument(
        "zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  if (times.end_ms < times.start_ms) {
    return base::InvalidArgument("end timestamp must not be before start time");
  }
  return base::OkStatus();
}

}  // namespace

query::QueryContext::Options Engine::ContextOptions() const {
  query::QueryContext::Options out;
  out.timeout_ms = options_.timeout_ms;
  out.samples_max = options_.samples_max;
  out.bytes_max = options_.bytes_max;
  out.maybe_budget = options_.maybe_budget;
  return out;
}

base::Result<QueryResult> Engine::Instant(query::QueryContext& context,
                                          store::QuerierFactory& store, std::string_view query,
                                          int64_t time_ms, const QueryOptions& options) const {
  SB_ASSIGN_OR_RETURN(ExprPtr expr, ParseExpr(query));
  Run run{context, store, std::move(expr), {time_ms, time_ms, 0}, options};
  return Execute(run);
}

base::Result<QueryResult> Engine::Instant(query::QueryContext& context,
                                          store::QuerierFactory& store, const Expr& expr,
                                          int64_t time_ms, const QueryOptions& options) const {
  Run run{context, store, Clone(expr), {time_ms, time_ms, 0}, options};
  return Execute(run);
}

base::Result<QueryResult> Engine::Range(query::QueryContext& context, store::QuerierFactory& store,
                                        std::string_view query, const RangeTimes& times,
                                        const QueryOptions& options) const {
  SB_ASSIGN_OR_RETURN(ExprPtr expr, ParseExpr(query));
  SB_RETURN_IF_ERROR(CheckRangeQuery(*expr, times));
  Run run{context, store, std::move(expr), {times.start_ms, times.end_ms, times.step_ms}, options};
  return Execute(run);
}

base::Result<QueryResult> Engine::Range(query::QueryContext& context, store::QuerierFactory& store,
                                        const Expr& expr, const RangeTimes& times,
                                        const QueryOptions& options) const {
  SB_RETURN_IF_ERROR(CheckRangeQuery(expr, times));
  Run run{context, store, Clone(expr), {times.start_ms, times.end_ms, times.step_ms}, options};
  return Execute(run);
}

base::Result<QueryResult> Engine::Execute(Run& run) const {
  SB_RETURN_IF_ERROR(run.context.CheckAlive());
  const base::Clock& clock = run.context.clock();
  const int64_t started = clock.MonotonicNs();
  EvaluatorOptions options;
  options.lookback_ms =
      run.options.lookback_ms > 0 ? run.options.lookback_ms : options_.lookback_ms;
  options.subquery_step_ms = options_.subquery_step_ms;
  options.delayed_name_removal = options_.delayed_name_removal;
  options.use_start_timestamps = options_.use_start_timestamps;
  options.type_and_unit_labels = options_.type_and_unit_labels;

  SB_RETURN_IF_ERROR(Preprocess(run.times, &run.expr));
  const auto open = [&] {
    return run.store.NewQuerier(
        SelectedRange(*run.expr, run.times, {options.lookback_ms, options.subquery_step_ms}));
  };
  SB_ASSIGN_OR_RETURN(std::unique_ptr<store::Querier> querier, open());
  // Where samples were downsampled, the last one of each interval is there: looking back for two
  // intervals finds it, unless the request says how far to look.
  if (const int64_t spacing = store::SpacingOf(*querier);
      run.options.lookback_ms <= 0 && 2 * spacing > options.lookback_ms) {
    options.lookback_ms = 2 * spacing;
    SB_ASSIGN_OR_RETURN(querier, open());
  }
  const int64_t prepared = clock.MonotonicNs();

  const StepGrid grid = StepGrid::Between(run.times.start_ms, run.times.end_ms,
                                          std::max<int64_t>(1, run.times.step_ms));
  if (grid.count > query::kStepsMax || !run.context.Lease(static_cast<int64_t>(grid.count)).ok()) {
    return query::TooManySamples();
  }
  QueryResult result;
  result.stats.grid = grid;
  if (run.options.per_step_stats) {
    result.stats.queryable_samples_per_step.assign(grid.count, 0);
  }
  Evaluator evaluator(options, run.context, *querier, &result.annotations, &result.stats);
  SB_ASSIGN_OR_RETURN(result.value, Evaluate(evaluator, *run.expr, run.times, grid));
  for (const std::string& warning : querier->Warnings()) {
    result.annotations.Add(query::Warning(warning, -1));
  }
  result.stats.preparation_ns = prepared - started;
  result.stats.evaluation_ns = clock.MonotonicNs() - prepared;
  result.stats.peak_samples = run.context.peak_samples();
  return result;
}

}  // namespace sb::promql
