// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/walk.h"

namespace sb::slo {

base::Result<Rows> QueryRows(const Measuring& with, const std::string& query,
                             const promql::RangeTimes& times) {
  query::QueryContext context(with.clock, with.engine.ContextOptions());
  SB_ASSIGN_OR_RETURN(query::QueryResult result,
                      with.engine.Range(context, with.metrics, query, times));
  Rows rows;
  for (const query::MatrixSeries& series : std::get<query::Matrix>(result.value)) {
    std::vector<std::pair<int64_t, double>> points;
    for (const query::FloatPoint& point : series.floats) {
      if (std::isfinite(point.value)) {
        points.emplace_back(point.time_ms, point.value);
      }
    }
    rows.emplace_back(series.labels.WithoutMetricName(), std::move(points));
  }
  return rows;
}

std::string CountQuery(const std::string& query, int64_t window_s) {
  const std::string expanded = WithWindow(query, fmt::format("{}s", window_s));
  promql::ParseError error;
  promql::ExprPtr expr = promql::ParseExpr(expanded, &error);
  if (expr == nullptr) {
    return expanded;
  }
  bool rates = false;
  promql::InspectMutable(*expr, [&rates](promql::Expr& node) {
    auto* call = promql::TryAs<promql::Call>(&node);
    if (call == nullptr || call->args.empty()) {
      return;
    }
    const std::string_view name = call->function->name;
    auto* range = promql::TryAs<promql::MatrixSelector>(call->args[0].get());
    if (range == nullptr || (name != "rate" && name != "increase")) {
      return;
    }
    rates = rates || name == "rate";
    // From the last sample before the window: increments of neighbouring windows then add up to
    // that of both, without extrapolation.
    range->selector->anchored = !range->selector->smoothed;
  });
  const std::string text = promql::Print(*expr);
  return rates ? fmt::format("({}) * {}", text, window_s) : text;
}

base::Result<Counts> CountEvents(const Measuring& with, const Objective& slo,
                                 const promql::RangeTimes& ends) {
  const int64_t seconds = ends.step_ms / 1000;
  const auto length = static_cast<double>(seconds);
  Counts counts;
  const auto each = [&](const std::string& query, auto&& use) -> base::Status {
    SB_ASSIGN_OR_RETURN(const Rows rows, QueryRows(with, query, ends));
    for (const auto& [labels, points] : rows) {
      for (const auto& [time_ms, value] : points) {
        use(counts[labels][time_ms], value);
      }
    }
    return base::OkStatus();
  };
  if (slo.kind == SliKind::kEvents) {
    SB_RETURN_IF_ERROR(
        each(CountQuery(slo.total_query, seconds), [](Events& e, double v) { e.total += v; }));
    SB_RETURN_IF_ERROR(
        each(CountQuery(slo.error_query, seconds), [](Events& e, double v) { e.errors += v; }));
  } else {
    const bool success = slo.kind == SliKind::kSuccessRatio;
    SB_RETURN_IF_ERROR(
        each(WithWindow(success ? slo.total_query : slo.error_query, fmt::format("{}s", seconds)),
             [&](Events& e, double v) {
               const double ratio = std::clamp(v, 0.0, 1.0);
               e = {length, length * (success ? 1 - ratio : ratio)};
             }));
  }
  for (auto& [labels, windows] : counts) {
    std::erase_if(windows, [](const auto& window) { return !(window.second.total > 0); });
    for (auto& [time_ms, events] : windows) {
      events.errors = std::clamp(events.errors, 0.0, events.total);
    }
  }
  std::erase_if(counts, [](const auto& group) { return group.second.empty(); });
  return counts;
}

}  // namespace sb::slo
