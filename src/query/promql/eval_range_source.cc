// SPDX-License-Identifier: Apache-2.0
//
// Range vectors: where their samples come from, the store or a subquery, and the windows into them.
#include <optional>

#include "query/promql/evaluator.h"
#include "query/promql/preprocess.h"
#include "query/promql/sample_condenser.h"
#include "query/promql/series_source.h"
#include "query/promql/subquery_grid.h"

namespace sb::promql {

using query::StepSeries;
using query::StepVector;

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

}  // namespace sb::promql
