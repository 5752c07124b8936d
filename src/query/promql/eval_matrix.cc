// SPDX-License-Identifier: Apache-2.0
//
// A range vector as the answer of an instant query: its points, with those that an extension adds.
#include <fmt/format.h>

#include "query/promql/evaluator.h"
#include "query/promql/rate_extended.h"
#include "query/promql/series_source.h"
#include "query/promql/subquery_grid.h"

namespace sb::promql {

using query::StepVector;

namespace {

base::Result<query::MatrixSeries> PointsOf(const Window& window, RangeExtension extension) {
  query::MatrixSeries series;
  if (extension != RangeExtension::kNone) {
    const bool smoothed = extension == RangeExtension::kSmoothed;
    if (window.histogram_count() > 0) {
      return base::FailedPrecondition(fmt::format("{} modifier is not supported with histograms",
                                                  smoothed ? "smoothed" : "anchored"));
    }
    const ExtendedFloats floats = ExtendFloats(window, smoothed);
    for (size_t i = 0; i < floats.times.size(); ++i) {
      series.floats.push_back({floats.times[i], floats.values[i]});
    }
    return series;
  }
  for (size_t i = 0; i < window.float_count(); ++i) {
    series.floats.push_back({window.float_times()[i], window.floats()[i]});
  }
  for (size_t i = 0; i < window.histogram_count(); ++i) {
    series.histograms.push_back({window.histogram_times()[i], window.histograms()[i]});
  }
  return series;
}

}  // namespace

base::Result<query::Matrix> Evaluator::EvalMatrix(const Expr& expr, int64_t time_ms) {
  if (expr.kind == ExprKind::kParen) {
    return EvalMatrix(*As<ParenExpr>(expr).expr, time_ms);
  }
  if (expr.kind == ExprKind::kStepInvariant) {
    return EvalMatrix(*As<StepInvariantExpr>(expr).expr, time_ms);
  }
  const Grid grid{time_ms, 1, 1};
  query::Matrix out;
  if (const auto* subquery = TryAs<SubqueryExpr>(&expr)) {
    const Grid inner = SubqueryGrid(*subquery, grid, options_.subquery_step_ms);
    SB_RETURN_IF_ERROR(CheckSteps(inner));
    SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*subquery->expr, inner));
    SB_RETURN_IF_ERROR(FinishNames(&rows));
    return query::ToMatrix(&rows, inner);
  }
  SB_ASSIGN_OR_RETURN(const RangeSource range, ResolveRange(expr));
  SB_ASSIGN_OR_RETURN(auto source, OpenRange(expr, range, grid, std::nullopt));
  SeriesSamples samples;
  std::vector<query::SampleLease> leases;
  while (true) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const bool more, source->Next(&samples));
    if (!more) {
      return out;
    }
    WindowSlider slider(samples);
    const Window window = MoveWindow(range, grid, 0, &slider);
    if (window.empty()) {
      continue;
    }
    SB_ASSIGN_OR_RETURN(query::SampleLease lease, context_.Lease(samples.SampleCount()));
    leases.push_back(std::move(lease));
    CountQueryable(0, samples.SampleCount());
    SB_ASSIGN_OR_RETURN(query::MatrixSeries series, PointsOf(window, range.extension));
    if (!series.floats.empty() || !series.histograms.empty()) {
      series.labels = samples.labels;
      out.push_back(std::move(series));
    }
  }
}

}  // namespace sb::promql
