// SPDX-License-Identifier: Apache-2.0
//
// Range vectors: where their samples come from (the store or a subquery), and functions over them,
// one series at a time so that only one series' samples are held.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>

#include "query/promql/absent_labels.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/preprocess.h"
#include "query/promql/rate_extended.h"
#include "query/promql/sample_condenser.h"
#include "query/promql/step_extent.h"
#include "query/promql/subquery_grid.h"

namespace sb::promql {

using query::StepSeries;
using query::StepVector;

// Hands out the series of a range vector one after the other.
class Evaluator::SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  // False when there are no more.
  virtual base::Result<bool> Next(SeriesSamples* out) = 0;
};

class Evaluator::StoredSeriesSource : public SeriesSource {
 public:
  StoredSeriesSource(Evaluator& evaluator, const VectorSelector& selector,
                     std::vector<std::unique_ptr<store::Series>> series, base::TimeRange range,
                     std::optional<FunctionId> condense)
      : evaluator_(evaluator),
        selector_(selector),
        series_(std::move(series)),
        range_(range),
        condense_(condense) {}

  base::Result<bool> Next(SeriesSamples* out) override {
    if (next_ == series_.size()) {
      return false;
    }
    store::Series& series = *series_[next_++];
    if (condense_.has_value()) {
      SB_ASSIGN_OR_RETURN(const bool condensed, Condense(series, out));
      if (condensed) {
        return true;
      }
    }
    SB_RETURN_IF_ERROR(evaluator_.ReadSeries(series, range_.start.Value(), range_.end.Value() - 1,
                                             selector_.skip_histogram_buckets, &columns_));
    out->Clear();
    out->labels = series.labels();
    SplitColumns(&columns_, out);
    evaluator_.CountRead(out->SampleCount());
    return true;
  }

 private:
  // The whole range as far as the store can sum it up; false if it cannot.
  base::Result<bool> Condense(store::Series& series, SeriesSamples* out) {
    auto* const piecewise = dynamic_cast<store::PiecewiseSeries*>(&series);
    if (piecewise == nullptr) {
      return false;
    }
    out->Clear();
    SampleCondenser condenser(*condense_, out);
    SB_ASSIGN_OR_RETURN(const bool told, piecewise->ReadPieces(range_, &condenser));
    if (!told || !condenser.usable()) {
      return false;
    }
    out->labels = series.labels();
    evaluator_.CountRead(out->SampleCount() + static_cast<int64_t>(out->floats_left_out));
    return true;
  }

  Evaluator& evaluator_;
  const VectorSelector& selector_;
  std::vector<std::unique_ptr<store::Series>> series_;
  const base::TimeRange range_;
  const std::optional<FunctionId> condense_;
  model::SampleColumns columns_;
  size_t next_ = 0;
};

class Evaluator::SubquerySeriesSource : public SeriesSource {
 public:
  SubquerySeriesSource(StepVector rows, const Grid& grid) : rows_(std::move(rows)), grid_(grid) {}

  base::Result<bool> Next(SeriesSamples* out) override {
    if (next_ == rows_.series.size()) {
      return false;
    }
    StepSeries& row = rows_.series[next_++];
    *out = SeriesSamples();
    out->labels = row.labels;
    out->drop_name = row.drop_name;
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (row.IsFloat(i)) {
        out->float_times.push_back(grid_.At(i));
        out->floats.push_back(row.value(i));
      } else if (row.IsHistogram(i)) {
        out->histogram_times.push_back(grid_.At(i));
        out->histograms.push_back(WithoutResetHint(row.histogram(i)));
      }
    }
    row = StepSeries();
    return true;
  }

 private:
  // Hints speak of neighbours in the store; between the points of a subquery there may be samples
  // that it left out or took twice.
  static model::HistogramPtr WithoutResetHint(const model::HistogramPtr& h) {
    if (h->counter_reset_hint != model::CounterResetHint::kReset &&
        h->counter_reset_hint != model::CounterResetHint::kNotReset) {
      return h;
    }
    model::Histogram copy = *h;
    copy.counter_reset_hint = model::CounterResetHint::kUnknown;
    return std::make_shared<const model::Histogram>(std::move(copy));
  }

  StepVector rows_;
  const Grid grid_;
  size_t next_ = 0;
};

base::Result<Evaluator::RangeSource> Evaluator::ResolveRange(const Expr& arg) const {
  RangeSource out;
  if (const auto* subquery = TryAs<SubqueryExpr>(&arg)) {
    out.range_ms = subquery->range_ms;
    out.time = &subquery->time;
    return out;
  }
  const auto& matrix = As<MatrixSelector>(arg);
  out.range_ms = matrix.range_ms;
  out.time = &matrix.selector->time;
  if (matrix.selector->anchored) {
    out.extension = RangeExtension::kAnchored;
    out.before_ms = options_.lookback_ms;
  } else if (matrix.selector->smoothed) {
    out.extension = RangeExtension::kSmoothed;
    out.before_ms = options_.lookback_ms;
    out.after_ms = options_.lookback_ms;
  }
  return out;
}

// `x[1000y:1ms]` would take memory and time for steps alone.
base::Status Evaluator::CheckSteps(const Grid& grid) {
  return context_.Lease(static_cast<int64_t>(grid.count)).ok() && grid.count <= query::kStepsMax
             ? base::OkStatus()
             : query::TooManySamples();
}

// Samples may be left out where one window takes all that is read.
bool Evaluator::CanCondense(std::optional<FunctionId> function, const RangeSource& range,
                            const Grid& grid) {
  return function.has_value() && SampleCondenser::Condenses(*function) && grid.count == 1 &&
         range.extension == RangeExtension::kNone;
}

base::Result<std::unique_ptr<Evaluator::SeriesSource>> Evaluator::OpenRange(
    const Expr& arg, const RangeSource& range, const Grid& grid,
    std::optional<FunctionId> function) {
  if (const auto* subquery = TryAs<SubqueryExpr>(&arg)) {
    const Grid inner = SubqueryGrid(*subquery, grid, options_.subquery_step_ms);
    SB_RETURN_IF_ERROR(CheckSteps(inner));
    SB_ASSIGN_OR_RETURN(StepVector rows, EvalVector(*subquery->expr, inner));
    return std::unique_ptr<SeriesSource>(
        std::make_unique<SubquerySeriesSource>(std::move(rows), inner));
  }
  const VectorSelector& selector = *As<MatrixSelector>(arg).selector;
  const int64_t first =
      ReferenceTime(*range.time, grid.start_ms) - range.range_ms - range.before_ms + 1;
  const int64_t last = ReferenceTime(*range.time, grid.last_ms()) + range.after_ms;
  SB_ASSIGN_OR_RETURN(auto series, Select(selector.matchers, first, last));
  return std::unique_ptr<SeriesSource>(std::make_unique<StoredSeriesSource>(
      *this, selector, std::move(series),
      base::TimeRange{base::TimestampMs(first), base::TimestampMs(last + 1)},
      CanCondense(function, range, grid) ? function : std::nullopt));
}

Window Evaluator::MoveWindow(const RangeSource& range, const Grid& grid, size_t step,
                             WindowSlider* slider) {
  const int64_t end = ReferenceTime(*range.time, grid.At(step));
  const int64_t start = end - range.range_ms;
  Window window = slider->Move(start - range.before_ms, end + range.after_ms);
  window.range_start_ms = start;
  window.range_end_ms = end;
  window.eval_time_ms = grid.At(step);
  window.step = step;
  return window;
}

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
