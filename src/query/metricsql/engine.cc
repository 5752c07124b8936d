// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/engine.h"

#include <algorithm>
#include <utility>

#include "query/metricsql/evaluator.h"
#include "query/metricsql/parser.h"

namespace sb::metricsql {
namespace {

// Whether the outermost operator decides the order of an instant answer.
bool OrdersRows(const Expr& expr) {
  if (const auto* call = expr.As<CallExpr>()) {
    return call->name.starts_with("sort") || call->name == "union" || call->name == "limit_offset";
  }
  if (const auto* aggregate = expr.As<AggregateExpr>()) {
    return aggregate->name.find("topk") == 0 || aggregate->name.find("bottomk") == 0 ||
           aggregate->name == "outliersk";
  }
  return false;
}

struct Run {
  query::QueryContext& context;
  store::QuerierFactory& store;
  base::FileSystem* maybe_files;
  int64_t lookback_ms;
};

base::Result<query::QueryResult> Evaluate(const Run& run, const Expr& expr, const Grid& grid,
                                          RowSet* rows) {
  if (grid.count > query::kStepsMax || !run.context.Lease(static_cast<int64_t>(grid.count)).ok()) {
    return query::TooManySamples();
  }
  const int64_t started = run.context.clock().MonotonicNs();
  query::QueryResult result;
  result.stats.grid = grid;
  Evaluator evaluator({run.context, run.store, run.lookback_ms, run.maybe_files,
                       &result.annotations, &result.stats});
  SB_ASSIGN_OR_RETURN(*rows, evaluator.Eval(expr, grid));
  rows->DropEmpty();
  SB_RETURN_IF_ERROR(CheckUnique(*rows));
  result.stats.evaluation_ns = run.context.clock().MonotonicNs() - started;
  result.stats.peak_samples = run.context.peak_samples();
  return result;
}

}  // namespace

base::Status Engine::Check(std::string_view query) {
  return ParseExpr(query).status();
}

base::Result<query::QueryResult> Engine::Instant(query::QueryContext& context,
                                                 store::QuerierFactory& store,
                                                 std::string_view query, int64_t time_ms,
                                                 int64_t step_ms, int64_t lookback_ms) const {
  SB_ASSIGN_OR_RETURN(const ExprPtr expr, ParseExpr(query));
  const Grid grid{time_ms, step_ms > 0 ? step_ms : kDefaultStepMs, 1};
  if (const auto* text = expr->As<StringExpr>()) {
    query::QueryResult result;
    result.value = query::StringValue{time_ms, text->value};
    return result;
  }
  RowSet rows;
  SB_ASSIGN_OR_RETURN(
      query::QueryResult result,
      Evaluate({context, store, options_.maybe_files, lookback_ms}, *expr, grid, &rows));
  if (!OrdersRows(*expr)) {
    std::stable_sort(rows.rows.begin(), rows.rows.end(),
                     [](const Row& a, const Row& b) { return a.labels < b.labels; });
  }
  query::InstantVector vector;
  for (Row& row : rows.rows) {
    vector.push_back({std::move(row.labels), time_ms, row.values[0], nullptr});
  }
  result.value = std::move(vector);
  return result;
}

base::Result<query::QueryResult> Engine::Range(query::QueryContext& context,
                                               store::QuerierFactory& store, std::string_view query,
                                               const QueryTimes& times, int64_t lookback_ms) const {
  SB_ASSIGN_OR_RETURN(const ExprPtr expr, ParseExpr(query));
  if (times.step_ms <= 0 || times.end_ms < times.start_ms) {
    return base::InvalidArgument("the step must be positive and the end not before the start");
  }
  const Grid grid = Grid::Between(times.start_ms, times.end_ms, times.step_ms);
  RowSet rows;
  SB_ASSIGN_OR_RETURN(
      query::QueryResult result,
      Evaluate({context, store, options_.maybe_files, lookback_ms}, *expr, grid, &rows));
  query::Matrix matrix;
  for (Row& row : rows.rows) {
    query::MatrixSeries series;
    series.labels = std::move(row.labels);
    for (size_t i = 0; i < grid.count; ++i) {
      if (!std::isnan(row.values[i])) {
        series.floats.push_back({grid.At(i), row.values[i]});
      }
    }
    row.values = Values();
    matrix.push_back(std::move(series));
  }
  query::SortByLabels(&matrix);
  result.value = std::move(matrix);
  return result;
}

}  // namespace sb::metricsql
