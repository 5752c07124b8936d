// SPDX-License-Identifier: Apache-2.0
#include "query/logql/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/logql/parser.h"

namespace sb::logql {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

// Whether the order of an instant vector is part of the answer.
bool IsOrdered(const Expr& expr) {
  if (expr.kind == ExprKind::kBinary) {
    const auto& binary = static_cast<const BinaryExpr&>(expr);
    return (binary.rhs->kind == ExprKind::kNumber && IsOrdered(*binary.lhs)) ||
           (binary.lhs->kind == ExprKind::kNumber && IsOrdered(*binary.rhs));
  }
  if (expr.kind != ExprKind::kAggregate) {
    return false;
  }
  switch (static_cast<const AggregateExpr&>(expr).op) {
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk:
    case AggregateOp::kApproxTopk:
    case AggregateOp::kSort:
    case AggregateOp::kSortDesc:
      return true;
    default:
      return false;
  }
}

bool IsScalar(const Expr& expr) {
  return expr.kind == ExprKind::kNumber;
}

int64_t NowNs(const query::QueryContext& context) {
  return context.clock().Now().Value();
}

}  // namespace

query::QueryContext::Options Engine::ContextOptions() const {
  query::QueryContext::Options options;
  options.timeout_ms = options_.timeout_ms;
  options.samples_max = options_.samples_max;
  return options;
}

base::Result<MetricAnswer> Engine::Instant(query::QueryContext& context,
                                           const store::EventReader& reader, const Expr& expr,
                                           int64_t time_ns) const {
  SB_RETURN_IF_ERROR(CheckStages(expr));
  MetricAnswer answer;
  const int64_t time_ms = time_ns / kNsPerMs;
  if (IsScalar(expr)) {
    answer.value =
        query::ScalarValue{time_ms, static_cast<const NumberExpr&>(expr).value};
    return answer;
  }
  Evaluator evaluator(context, reader,
                      {.series_max = options_.series_max, .now_ns = NowNs(context)},
                      &answer.stats);
  SB_ASSIGN_OR_RETURN(query::StepVector rows, evaluator.Eval(expr, {time_ns, 1, 1}));
  if (!IsOrdered(expr)) {
    std::stable_sort(rows.series.begin(), rows.series.end(),
                     [](const query::StepSeries& a, const query::StepSeries& b) {
                       return a.labels < b.labels;
                     });
  }
  answer.value = query::ToInstantVector(&rows, time_ms);
  return answer;
}

base::Result<MetricAnswer> Engine::Range(query::QueryContext& context,
                                         const store::EventReader& reader, const Expr& expr,
                                         const RangeTimes& times) const {
  SB_RETURN_IF_ERROR(CheckStages(expr));
  if (times.step_ns <= 0) {
    return base::InvalidArgument("the step must be above 0");
  }
  if (times.end_ns < times.start_ns) {
    return base::InvalidArgument("end timestamp must not be before start time");
  }
  const auto steps =
      static_cast<uint64_t>(times.end_ns - times.start_ns) / static_cast<uint64_t>(times.step_ns);
  if (steps >= options_.steps_max) {
    return base::InvalidArgument(fmt::format(
        "exceeded maximum resolution of {} points per time series. Try increasing the value of "
        "the step parameter",
        options_.steps_max));
  }
  const NsGrid grid{times.start_ns, times.step_ns, static_cast<size_t>(steps) + 1};
  MetricAnswer answer;
  Evaluator evaluator(context, reader,
                      {.series_max = options_.series_max, .now_ns = NowNs(context)},
                      &answer.stats);
  SB_ASSIGN_OR_RETURN(query::StepVector rows, evaluator.Eval(expr, grid));
  query::Matrix matrix;
  for (query::StepSeries& row : rows.series) {
    query::MatrixSeries series;
    series.labels = std::move(row.labels);
    for (size_t step = row.first(); step < row.end(); ++step) {
      if (row.IsFloat(step)) {
        series.floats.push_back({grid.At(step) / kNsPerMs, row.value(step)});
      }
    }
    if (!series.floats.empty()) {
      matrix.push_back(std::move(series));
    }
  }
  query::SortByLabels(&matrix);
  answer.value = std::move(matrix);
  return answer;
}

base::Result<LogAnswer> Engine::Logs(query::QueryContext& context,
                                     const store::EventReader& reader, const LogExpr& log,
                                     LogQueryOptions options, ReadStats* stats) const {
  SB_RETURN_IF_ERROR(CheckStages(log));
  options.now_ns = NowNs(context);
  return RunLogQuery(context, reader, log, options, stats);
}

}  // namespace sb::logql
