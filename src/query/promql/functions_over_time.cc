// SPDX-License-Identifier: Apache-2.0
//
// The aggregations over time that go through the whole window, or look at its ends only.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/kahan.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/float_statistics.h"
#include "query/promql/histogram_accumulator.h"
#include "query/promql/range_function.h"

namespace sb::promql {
namespace {

using query::StepPoint;

std::span<const double> Floats(const Window& w) {
  return {w.floats(), w.float_count()};
}

// Sum or mean of a window; floats and histograms do not go together.
class AccumulateOverTime : public RangeFunction {
 public:
  explicit AccumulateOverTime(HistogramAccumulator::Of of) : of_(of) {}

  StepPoint Evaluate(const Window& w) override {
    if (IsMixed(w)) {
      Annotate(MixedFloatsHistogramsWarning(samples().metric_name(), call().position));
      return StepPoint::None();
    }
    if (w.float_count() == 0) {
      return OfHistograms(w);
    }
    if (of_ == HistogramAccumulator::Of::kSum) {
      return StepPoint::Float(SumOf(Floats(w)));
    }
    MeanAccumulator mean;
    for (const double v : Floats(w)) {
      mean.Add(v);
    }
    mean.AddToCount(samples().floats_left_out);
    return StepPoint::Float(mean.Result());
  }

 private:
  StepPoint OfHistograms(const Window& w) const {
    HistogramAccumulator accumulator(of_);
    for (size_t i = 0; i < w.histogram_count(); ++i) {
      if (!accumulator.Add(*w.histograms()[i])) {
        Annotate(MixedExponentialCustomWarning(samples().metric_name(), call().position));
        return StepPoint::None();
      }
    }
    if (accumulator.reset_collision()) {
      Annotate(ResetCollisionWarning(HistogramOperation::kAggregation, call().position));
    }
    if (accumulator.bounds_reconciled()) {
      Annotate(ReconciledBoundsInfo(HistogramOperation::kAggregation, call().position));
    }
    return StepPoint::Of(accumulator.Result());
  }

  const HistogramAccumulator::Of of_;
};

class CountOverTime : public RangeFunction {
 public:
  StepPoint Evaluate(const Window& w) override {
    return StepPoint::Float(static_cast<double>(w.whole_float_count() + w.histogram_count()));
  }
};

// present_over_time, and absent_over_time before the engine turns presence into absence.
class PresentOverTime : public RangeFunction {
 public:
  StepPoint Evaluate(const Window&) override { return StepPoint::Float(1); }
};

// first, last and their times. At equal times the histogram is taken.
class EndOverTime : public RangeFunction {
 public:
  explicit EndOverTime(FunctionId id)
      : first_(id == FunctionId::kFirstOverTime || id == FunctionId::kTsOfFirstOverTime),
        time_(id == FunctionId::kTsOfFirstOverTime || id == FunctionId::kTsOfLastOverTime) {}

  StepPoint Evaluate(const Window& w) override {
    const size_t f = first_ ? 0 : w.float_count() - 1;
    const size_t h = first_ ? 0 : w.histogram_count() - 1;
    bool take_float = w.histogram_count() == 0;
    if (w.float_count() > 0 && w.histogram_count() > 0) {
      take_float = first_ ? w.float_times()[f] < w.histogram_times()[h]
                          : w.float_times()[f] > w.histogram_times()[h];
    }
    if (time_) {
      const int64_t t = take_float ? w.float_times()[f] : w.histogram_times()[h];
      return StepPoint::Float(static_cast<double>(t) / 1000);
    }
    return take_float ? StepPoint::Float(w.floats()[f]) : StepPoint::Of(w.histograms()[h]);
  }

 private:
  const bool first_;
  const bool time_;
};

// Functions of the window's floats that ignore histograms, with an info if there are both.
class FloatsOverTime : public RangeFunction {
 public:
  StepPoint Evaluate(const Window& w) override {
    if (w.float_count() == 0) {
      return StepPoint::None();
    }
    Check(w);
    AnnotateIgnoredHistograms(w);
    return StepPoint::Float(Of(w));
  }

 protected:
  virtual void Check(const Window&) const {}
  virtual double Of(const Window& w) = 0;
  std::vector<double> values_;
};

class QuantileOverTime : public FloatsOverTime {
 protected:
  void Check(const Window& w) const override {
    const double q = scalar(0, w);
    if (std::isnan(q) || q < 0 || q > 1) {
      Annotate(InvalidQuantileWarning(q, call().position));
    }
  }
  double Of(const Window& w) override {
    values_.assign(w.floats(), w.floats() + w.float_count());
    return QuantileOf(scalar(0, w), &values_);
  }
};

// Median absolute deviation; undefined if a sample is NaN.
class MadOverTime : public FloatsOverTime {
 protected:
  double Of(const Window& w) override {
    values_.assign(w.floats(), w.floats() + w.float_count());
    if (std::any_of(values_.begin(), values_.end(), [](double v) { return std::isnan(v); })) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    const double median = QuantileOf(0.5, &values_);
    for (double& v : values_) {
      v = std::fabs(v - median);
    }
    return QuantileOf(0.5, &values_);
  }
};

class VarianceOverTime : public FloatsOverTime {
 public:
  explicit VarianceOverTime(bool root) : root_(root) {}

 protected:
  double Of(const Window& w) override {
    double count = 0;
    double mean = 0;
    double mean_compensation = 0;
    double squares = 0;
    double squares_compensation = 0;
    for (const double v : Floats(w)) {
      count += 1;
      const double delta = v - (mean + mean_compensation);
      model::KahanAdd(delta / count, &mean, &mean_compensation);
      model::KahanAdd(delta * (v - (mean + mean_compensation)), &squares, &squares_compensation);
    }
    const double variance = (squares + squares_compensation) / count;
    return root_ ? std::sqrt(variance) : variance;
  }

 private:
  const bool root_;
};

}  // namespace

std::unique_ptr<RangeFunction> NewSumOverTime() {
  return std::make_unique<AccumulateOverTime>(HistogramAccumulator::Of::kSum);
}

std::unique_ptr<RangeFunction> NewAvgOverTime() {
  return std::make_unique<AccumulateOverTime>(HistogramAccumulator::Of::kMean);
}

std::unique_ptr<RangeFunction> NewOverTimeFunction(FunctionId id) {
  switch (id) {
    case FunctionId::kCountOverTime:
      return std::make_unique<CountOverTime>();
    case FunctionId::kPresentOverTime:
    case FunctionId::kAbsentOverTime:
      return std::make_unique<PresentOverTime>();
    case FunctionId::kFirstOverTime:
    case FunctionId::kLastOverTime:
    case FunctionId::kTsOfFirstOverTime:
    case FunctionId::kTsOfLastOverTime:
      return std::make_unique<EndOverTime>(id);
    case FunctionId::kQuantileOverTime:
      return std::make_unique<QuantileOverTime>();
    case FunctionId::kMadOverTime:
      return std::make_unique<MadOverTime>();
    case FunctionId::kStddevOverTime:
    case FunctionId::kStdvarOverTime:
      return std::make_unique<VarianceOverTime>(id == FunctionId::kStddevOverTime);
    default:
      return nullptr;
  }
}

}  // namespace sb::promql
