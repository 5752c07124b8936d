// SPDX-License-Identifier: Apache-2.0
//
// Functions over range vectors, one series at a time so that only one series' samples are held.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>

#include "query/promql/absent_labels.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/series_source.h"
#include "query/promql/step_extent.h"

namespace sb::promql {

using query::StepSeries;
using query::StepVector;

namespace {

base::Status CheckExtension(const Call& call, RangeExtension extension) {
  const FunctionId id = call.function->id;
  const bool rates =
      id == FunctionId::kRate || id == FunctionId::kIncrease || id == FunctionId::kDelta;
  if (extension == RangeExtension::kAnchored && !rates && id != FunctionId::kResets &&
      id != FunctionId::kChanges) {
    return base::FailedPrecondition(
        fmt::format("anchored modifier can only be used with: changes, delta, increase, rate, "
                    "resets - not with {}",
                    call.function->name));
  }
  if (extension == RangeExtension::kSmoothed && !rates) {
    return base::FailedPrecondition(
        fmt::format("smoothed modifier can only be used with: delta, increase, rate - not with {}",
                    call.function->name));
  }
  return base::OkStatus();
}

base::Status CheckSmoothingFactors(const RangeCall& call, size_t step) {
  static constexpr std::string_view kNames[] = {"smoothing", "trend"};
  static constexpr std::string_view kSymbols[] = {"sf", "tf"};
  for (size_t i = 0; i < 2; ++i) {
    const double v = call.scalars[i][step];
    if (v <= 0 || v >= 1) {
      return base::FailedPrecondition(fmt::format(
          "invalid {} factor. Expected: 0 < {} < 1, got: {:f}", kNames[i], kSymbols[i], v));
    }
  }
  return base::OkStatus();
}

bool TakesStartTimes(FunctionId id) {
  return id == FunctionId::kRate || id == FunctionId::kIrate || id == FunctionId::kIncrease ||
         id == FunctionId::kResets;
}

// Annotations of a call stand at its first argument. A subquery there has no position of its own in
// the reference, so they stand at the start of the query.
int32_t AnnotationPosition(const Call& call) {
  return call.args[0]->kind == ExprKind::kSubquery ? 0 : call.args[0]->range.start;
}

}  // namespace

Evaluator::Rows Evaluator::EvalRangeCall(const Call& call, size_t matrix_arg, const Grid& grid) {
  StepVector out;
  query::RowsInTheMaking making(context_);
  SB_RETURN_IF_ERROR(EvalRangeRows(call, matrix_arg, grid, [&](StepSeries&& row) {
    out.series.push_back(std::move(row));
    return making.Add(out.series.back());
  }));
  if (call.function->id == FunctionId::kAbsentOverTime) {
    return Absence(call, out, grid);
  }
  return out;
}

base::Status Evaluator::EvalRangeRows(const Call& call, size_t matrix_arg, const Grid& grid,
                                      const RowSink& sink) {
  const Expr& arg = *call.args[matrix_arg];
  SB_ASSIGN_OR_RETURN(const RangeSource range, ResolveRange(arg));
  SB_ASSIGN_OR_RETURN(auto source, OpenRange(arg, range, grid, call.function->id));
  RangeCall info;
  info.function = call.function->id;
  info.range_ms = range.range_ms;
  info.extension = range.extension;
  info.use_start_times = options_.use_start_timestamps && TakesStartTimes(info.function);
  info.position = AnnotationPosition(call);
  info.annotations = annotations_;
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (i != matrix_arg) {
      SB_ASSIGN_OR_RETURN(std::vector<double> values, EvalScalar(*call.args[i], grid));
      info.scalars.push_back(std::move(values));
    }
  }
  SB_RETURN_IF_ERROR(CheckExtension(call, range.extension));
  const bool keeps_name =
      info.function == FunctionId::kLastOverTime || info.function == FunctionId::kFirstOverTime;
  const bool may_collide =
      !options_.delayed_name_removal && info.function != FunctionId::kAbsentOverTime;
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  std::unique_ptr<RangeFunction> function = NewRangeFunction(info.function);
  if (function == nullptr) {
    return base::Internal("not a range function: " + std::string(call.function->name));
  }
  SeriesSamples samples;
  while (true) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const bool more, source->Next(&samples));
    if (!more) {
      return base::OkStatus();
    }
    StepSeries row(samples.labels, grid.count);
    SB_RETURN_IF_ERROR(ApplyToSeries(range, grid, samples, info, function.get(), &row));
    AnnotateNonCounter(info, samples, row);
    if (row.AllAbsent()) {
      continue;
    }
    if (!keeps_name || samples.drop_name) {
      DropName(&row);
    }
    if (may_collide && !seen.insert(row.labels).second) {
      return base::FailedPrecondition("vector cannot contain metrics with the same labelset");
    }
    SB_RETURN_IF_ERROR(sink(std::move(row)));
  }
}

std::optional<StepExtent> Evaluator::ExtentOf(const SeriesSamples& samples,
                                              const RangeSource& range, const Grid& grid) {
  if (samples.floats.empty() && samples.histograms.empty()) {
    return std::nullopt;
  }
  Visibility seen{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min(),
                  range.range_ms + range.before_ms, range.after_ms};
  for (const std::vector<int64_t>* times : {&samples.float_times, &samples.histogram_times}) {
    if (!times->empty()) {
      seen.first_ms = std::min(seen.first_ms, times->front());
      seen.last_ms = std::max(seen.last_ms, times->back());
    }
  }
  return StepsThatSee(seen, *range.time, grid);
}

base::Status Evaluator::ApplyToSeries(const RangeSource& range, const Grid& grid,
                                      const SeriesSamples& samples, const RangeCall& call,
                                      RangeFunction* function, StepSeries* row) {
  SB_ASSIGN_OR_RETURN(const query::SampleLease lease, context_.Lease(samples.SampleCount()));
  const std::optional<StepExtent> extent = ExtentOf(samples, range, grid);
  if (!extent.has_value()) {
    return base::OkStatus();
  }
  row->Reserve(extent->first, extent->end);
  function->Begin(samples, call);
  WindowSlider slider(samples);
  for (size_t i = extent->first; i < extent->end; ++i) {
    const Window window = MoveWindow(range, grid, i, &slider);
    if (window.empty()) {
      continue;
    }
    if (call.function == FunctionId::kDoubleExponentialSmoothing) {
      SB_RETURN_IF_ERROR(CheckSmoothingFactors(call, i));
    }
    auto used = static_cast<int64_t>(window.whole_float_count());
    for (size_t h = 0; h < window.histogram_count(); ++h) {
      used += query::HistogramSamples(*window.histograms()[h]);
    }
    CountQueryable(i, used);
    row->Set(i, function->Evaluate(window));
  }
  return base::OkStatus();
}

void Evaluator::AnnotateNonCounter(const RangeCall& call, const SeriesSamples& samples,
                                   const StepSeries& row) {
  if (call.function != FunctionId::kRate && call.function != FunctionId::kIncrease) {
    return;
  }
  const std::string_view name = samples.metric_name();
  if (name.empty() || !row.AnyFloat()) {
    return;
  }
  if (options_.type_and_unit_labels) {
    const std::string_view type = samples.labels.Get("__type__");
    if (type != "counter" && type != "histogram") {
      annotations_->Add(PossibleNonCounterLabelInfo(name, type, call.position));
    }
    return;
  }
  if (!name.ends_with("_total") && !name.ends_with("_sum") && !name.ends_with("_count") &&
      !name.ends_with("_bucket")) {
    annotations_->Add(PossibleNonCounterInfo(name, call.position));
  }
}

// absent_over_time: 1 where no series has a sample.
StepVector Evaluator::Absence(const Call& call, const StepVector& rows, const Grid& grid) {
  StepSeries absence(AbsentLabels(*call.args[0]), grid.count);
  absence.drop_name = true;
  for (size_t i = 0; i < grid.count; ++i) {
    const bool present = std::any_of(rows.series.begin(), rows.series.end(),
                                     [i](const StepSeries& row) { return row.Has(i); });
    if (!present) {
      absence.SetFloat(i, 1);
    }
  }
  StepVector out;
  out.series.push_back(std::move(absence));
  return out;
}

}  // namespace sb::promql
