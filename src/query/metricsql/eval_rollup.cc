// SPDX-License-Identifier: Apache-2.0
//
// Rollup functions: arguments, sources of samples, offset and @.
#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "query/metricsql/evaluator.h"
#include "store/interface/sample_spacing.h"

namespace sb::metricsql {
namespace {

// How far before the first window samples are read, for what was before it.
constexpr int64_t kBeforeMs = 300'000;
constexpr int64_t kSeriesBytes = 512;

RollupExpr RangeOf(const ExprPtr& arg) {
  if (const auto* range = arg->As<RollupExpr>()) {
    return *range;
  }
  RollupExpr range;
  range.expr = arg;
  return range;
}

// Times of subqueries are multiples of their step.
Grid AlignedGrid(int64_t start_ms, int64_t end_ms, int64_t step_ms) {
  const int64_t down = ((start_ms % step_ms) + step_ms) % step_ms;
  const int64_t up = ((end_ms % step_ms) + step_ms) % step_ms;
  return Grid::Between(start_ms - down, up == 0 ? end_ms : end_ms - up + step_ms, step_ms);
}

}  // namespace

base::Result<RowSet> Evaluator::EvalRange(const Expr& expr, const Grid& grid) {
  RollupCall call;
  call.function = FindRollup("default_rollup");
  call.position = expr.position;
  if (const auto* range = expr.As<RollupExpr>()) {
    call.range = *range;
  } else {
    call.range.expr = std::make_shared<const Expr>(expr);
  }
  return RunRollupAt(call, grid);
}

base::Result<RowSet> Evaluator::EvalRollup(const CallExpr& expr, int32_t position,
                                           const Grid& grid) {
  RollupCall call;
  call.function = FindRollup(expr.name);
  call.maybe_call = &expr;
  call.position = position;
  SB_RETURN_IF_ERROR(ReadArguments(expr, grid, &call));
  return RunRollupAt(call, grid);
}

base::Status Evaluator::ReadArguments(const CallExpr& call, const Grid& grid, RollupCall* out) {
  const RollupFunction& function = *out->function;
  const auto problem = [&](std::string_view text) {
    return base::InvalidArgument(call.name + "(): " + std::string(text));
  };
  const bool optional_text = function.name.starts_with("rollup");
  const size_t count = call.args.size();
  if (function.args == kAnyCount ? count < 3
                                 : count != function.args && !(optional_text && count == 1)) {
    return problem("wrong number of arguments: " + std::to_string(count));
  }
  const size_t range_at = function.range_arg == kAnyCount ? count - 1 : function.range_arg;
  out->range = RangeOf(call.args[range_at]);
  for (size_t i = 0; i < count; ++i) {
    const bool text =
        (function.flags & RollupFunction::kSpecial) != 0 && (function.args != kAnyCount || i == 0);
    if (i == range_at) {
      out->params.emplace_back(grid.count, kNan);
    } else if (text) {
      SB_ASSIGN_OR_RETURN(out->texts, Texts(*call.args[i]));
    } else {
      auto values = EvalScalar(*call.args[i], grid);
      if (!values.ok()) {
        return problem(values.status().message());
      }
      out->phis.push_back(values->empty() ? kNan : values->front());
      out->params.push_back(*std::move(values));
    }
  }
  return base::OkStatus();
}

// With @ the answer is that of one time, at every step.
base::Result<RowSet> Evaluator::RunRollupAt(const RollupCall& call, const Grid& grid) {
  if (call.range.at == nullptr) {
    return RunRollup(call, grid);
  }
  SB_ASSIGN_OR_RETURN(const Values at, EvalScalar(*call.range.at, grid));
  if (at.empty() || !(std::fabs(at[0]) < 1e12)) {
    return base::InvalidArgument("the time after @ is no time");
  }
  const Grid once{static_cast<int64_t>(std::round(at[0] * 1000)), grid.step_ms, 1};
  SB_ASSIGN_OR_RETURN(RowSet rows, RunRollup(call, once));
  for (Row& row : rows.rows) {
    row.values.assign(grid.count, row.values.empty() ? kNan : row.values[0]);
  }
  return rows;
}

base::Result<RowSet> Evaluator::RunRollup(const RollupCall& call, const Grid& grid) {
  Grid shifted = grid;
  if (call.range.offset.has_value()) {
    shifted.start_ms -= call.range.offset->At(grid.step_ms);
  }
  if (call.function->name == "rollup_candlestick") {
    shifted.start_ms += grid.step_ms;  // a candle stands at its beginning
  }
  if (call.function->name == "absent_over_time") {
    return ApplyAbsent(call, shifted);
  }
  return Apply(call, shifted);
}

Rollup::Options Evaluator::OptionsOf(const RollupCall& call, const Grid& grid) const {
  Rollup::Options options;
  options.grid = grid;
  if (call.range.window.has_value()) {
    options.window_ms = std::max<int64_t>(0, call.range.window->At(grid.step_ms));
  }
  options.widens = (call.function->flags & RollupFunction::kWidens) != 0;
  options.is_default = call.function->name == "default_rollup";
  options.lookback_ms = with_.lookback_ms;
  return options;
}

base::Result<RowSet> Evaluator::Apply(const RollupCall& call, const Grid& grid) {
  const RollupFunction& function = *call.function;
  const Rollup::Options options = OptionsOf(call, grid);
  const bool keeps = (function.flags & RollupFunction::kKeepsName) != 0 ||
                     (call.maybe_call != nullptr && call.maybe_call->keep_metric_names);
  RowSet out;
  int64_t uncharged = 0;
  std::vector<query::SampleLease> leases;
  const auto add = [&](Source&& source) -> base::Status {
    if ((function.flags & RollupFunction::kSeesStale) == 0) {
      DropStale(&source.columns);
    }
    if ((function.flags & RollupFunction::kCounter) != 0) {
      RemoveResets(&source.columns.values);
    }
    if (!keeps) {
      source.labels = source.labels.WithoutMetricName();
    }
    const size_t before = out.rows.size();
    if ((function.flags & RollupFunction::kSpecial) != 0) {
      SB_RETURN_IF_ERROR(ApplySpecial(call, grid, &source, &out.rows));
    } else {
      Row row{source.labels, Values(grid.count, kNan)};
      Rollup(options, source.columns).ForEachStep([&](size_t step, RollupWindow* w) {
        for (size_t i = 0; i < std::min(call.params.size(), std::size(w->params)); ++i) {
          w->params[i] = call.params[i][step % call.params[i].size()];
        }
        row.values[step] = function.fn(*w);
      });
      if (!row.AllNan()) {
        out.rows.push_back(std::move(row));
      }
    }
    // Charged while they are made: the end may be too late.
    uncharged += static_cast<int64_t>((out.rows.size() - before) * grid.count);
    if (uncharged > 100'000) {
      SB_ASSIGN_OR_RETURN(query::SampleLease lease, with_.context.Lease(uncharged));
      leases.push_back(std::move(lease));
      uncharged = 0;
    }
    return base::OkStatus();
  };
  SB_RETURN_IF_ERROR(ForEachSource(call, grid, add));
  return out;
}

// One row where no series has a sample, with the labels that the selector fixes.
base::Result<RowSet> Evaluator::ApplyAbsent(const RollupCall& call, const Grid& grid) {
  Row row{model::LabelSet(), Values(grid.count, 1)};
  const Rollup::Options options = OptionsOf(call, grid);
  const auto add = [&](Source&& source) {
    DropStale(&source.columns);
    Rollup(options, source.columns).ForEachStep([&](size_t step, RollupWindow* w) {
      row.values[step] = w->values.empty() ? row.values[step] : kNan;
    });
    return base::OkStatus();
  };
  SB_RETURN_IF_ERROR(ForEachSource(call, grid, add));
  const auto* selector = call.range.expr->As<SelectorExpr>();
  if (selector != nullptr && selector->alternatives.size() == 1) {
    model::LabelSetBuilder labels;
    for (const model::Matcher& matcher : selector->alternatives[0]) {
      if (matcher.type() == model::MatchType::kEqual && matcher.name() != model::kMetricName) {
        labels.Set(matcher.name(), matcher.value());
      }
    }
    row.labels = labels.Build();
  }
  RowSet out;
  out.rows.push_back(std::move(row));
  return out;
}

base::Status Evaluator::ForEachSource(const RollupCall& call, const Grid& grid,
                                      const SourceSink& sink) {
  const auto* selector = call.range.expr->As<SelectorExpr>();
  if (selector != nullptr && !call.range.subquery) {
    return ForEachStored(*selector, call, grid, sink);
  }
  return ForEachOfSubquery(call, grid, sink);
}

base::Status Evaluator::ForEachStored(const SelectorExpr& selector, const RollupCall& call,
                                      const Grid& grid, const SourceSink& sink) {
  if (grid.count == 0) {
    return base::OkStatus();
  }
  const int64_t window = OptionsOf(call, grid).window_ms;
  base::TimeRange range{
      base::TimestampMs(grid.start_ms - kBeforeMs - std::max(window, grid.step_ms)),
      base::TimestampMs(grid.last_ms() + 1)};
  SB_ASSIGN_OR_RETURN(auto querier, with_.store.NewQuerier(range));
  const int64_t spacing_ms = store::SpacingOf(*querier);
  if (with_.lookback_ms <= 0 && 2 * spacing_ms > kBeforeMs) {
    range.start = base::TimestampMs(range.start.Value() + kBeforeMs - 2 * spacing_ms);
    SB_ASSIGN_OR_RETURN(querier, with_.store.NewQuerier(range));
  }
  store::SelectHints hints;
  hints.range = range;
  std::map<model::LabelSet, std::unique_ptr<store::Series>> all;
  std::vector<query::SampleLease> leases;
  for (const std::vector<model::Matcher>& matchers : selector.alternatives) {
    auto series = querier->Select(with_.context, hints, matchers);
    if (!series.ok()) {
      return series.status().WithPrefix("expanding series");
    }
    SB_ASSIGN_OR_RETURN(
        query::SampleLease lease,
        with_.context.LeaseBytes(static_cast<int64_t>(series->size()) * kSeriesBytes));
    leases.push_back(std::move(lease));
    for (auto& one : *series) {
      all.emplace(one->labels(), std::move(one));
    }
  }
  model::SampleColumns columns;
  bool histograms = false;
  for (auto& [labels, series] : all) {
    SB_RETURN_IF_ERROR(with_.context.CheckAlive());
    columns.Clear();
    SB_RETURN_IF_ERROR(series->Read(range, &columns));
    Source source;
    source.labels = labels;
    source.columns.spacing_ms = spacing_ms;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!columns.histograms.empty() && columns.histograms[i] != nullptr) {
        histograms = true;
        continue;
      }
      source.columns.values.push_back(columns.values[i]);
      source.columns.times.push_back(columns.times[i]);
    }
    with_.stats->samples_read += static_cast<int64_t>(source.columns.values.size());
    with_.stats->total_queryable_samples += static_cast<int64_t>(source.columns.values.size());
    series.reset();
    if (!source.columns.values.empty()) {
      SB_RETURN_IF_ERROR(sink(std::move(source)));
    }
  }
  if (histograms) {
    with_.annotations->Add(
        query::Info("native histograms are not visible in the dialect "
                    "\"metricsql\"; they were left out",
                    call.position));
  }
  for (const std::string& warning : querier->Warnings()) {
    with_.annotations->Add(query::Warning(warning, -1));
  }
  return base::OkStatus();
}

base::Status Evaluator::ForEachOfSubquery(const RollupCall& call, const Grid& grid,
                                          const SourceSink& sink) {
  const int64_t step =
      call.range.step.has_value() ? call.range.step->At(grid.step_ms) : grid.step_ms;
  if (step <= 0) {
    return base::InvalidArgument("the step of a subquery must be positive");
  }
  const int64_t window = OptionsOf(call, grid).window_ms;
  const Grid inner =
      AlignedGrid(grid.start_ms - window - step - kBeforeMs, grid.last_ms() + step, step);
  if (inner.count > query::kStepsMax) {
    return query::TooManySamples();
  }
  SB_ASSIGN_OR_RETURN(RowSet rows, Eval(*call.range.expr, inner));
  for (Row& row : rows.rows) {
    Source source;
    source.labels = row.labels;
    for (size_t i = 0; i < row.values.size(); ++i) {
      if (!std::isnan(row.values[i])) {
        source.columns.values.push_back(row.values[i]);
        source.columns.times.push_back(inner.At(i));
      }
    }
    row.values = Values();
    SB_RETURN_IF_ERROR(sink(std::move(source)));
  }
  return base::OkStatus();
}

}  // namespace sb::metricsql
