// SPDX-License-Identifier: Apache-2.0
//
// RangeFunction is a function over range vectors (rate, sum_over_time, …), applied to the windows
// of one series in step order. A window it gets is never empty.
//
//   std::unique_ptr<RangeFunction> rate = NewRangeFunction(FunctionId::kRate);
//   rate->Begin(samples, call);               // per series
//   StepPoint p = rate->Evaluate(window);     // per step
//
// An object serves one series at a time and shares nothing, so that series may be worked on in
// parallel, each worker with its own object and its own Annotations. Answers are the reference's
// digit for digit: sums are accumulated over the window in sample order, never by adding and
// removing at the ends; only what is exact (extremes, counts, positions of resets) is carried from
// window to window.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "query/engine/annotations.h"
#include "query/engine/step_vector.h"
#include "query/promql/function.h"
#include "query/promql/window.h"

namespace sb::promql {

enum class RangeExtension : uint8_t { kNone, kAnchored, kSmoothed };

// What is the same for all series of a call.
struct RangeCall {
  FunctionId function = FunctionId::kRate;
  int64_t range_ms = 0;
  RangeExtension extension = RangeExtension::kNone;
  bool use_start_times = false;
  int32_t position = 0;                      // of the call's first argument, for annotations
  std::vector<std::vector<double>> scalars;  // other arguments, in order, one value per step
  query::Annotations* annotations = nullptr;

  // As Go computes the seconds of a duration.
  double range_seconds() const {
    return static_cast<double>(range_ms / 1000) +
           static_cast<double>(range_ms % 1000 * 1'000'000) / 1e9;
  }
};

class RangeFunction {
 public:
  virtual ~RangeFunction() = default;
  // Both outlive the object's use.
  virtual void Begin(const SeriesSamples& samples, const RangeCall& call) {
    samples_ = &samples;
    call_ = &call;
  }
  virtual query::StepPoint Evaluate(const Window& window) = 0;

 protected:
  const SeriesSamples& samples() const { return *samples_; }
  const RangeCall& call() const { return *call_; }
  double scalar(size_t argument, const Window& window) const {
    return call_->scalars[argument][window.step];
  }
  void Annotate(query::Annotation annotation) const {
    call_->annotations->Add(std::move(annotation));
  }
  // "a mix of floats and histograms": the window has both, and the function takes one kind only.
  bool IsMixed(const Window& window) const;
  // Notes that histograms in the window were ignored.
  void AnnotateIgnoredHistograms(const Window& window) const;

 private:
  const SeriesSamples* samples_ = nullptr;
  const RangeCall* call_ = nullptr;
};

// Null for functions that are not over range vectors.
std::unique_ptr<RangeFunction> NewRangeFunction(FunctionId id);

// The families, one file each.
std::unique_ptr<RangeFunction> NewRateFunction(FunctionId id);         // rate increase delta
std::unique_ptr<RangeFunction> NewInstantRateFunction(FunctionId id);  // irate idelta
std::unique_ptr<RangeFunction> NewSumOverTime();
std::unique_ptr<RangeFunction> NewAvgOverTime();
std::unique_ptr<RangeFunction> NewOverTimeFunction(FunctionId id);    // the other *_over_time
std::unique_ptr<RangeFunction> NewExtremeOverTime(FunctionId id);     // min, max, ts_of_min/max
std::unique_ptr<RangeFunction> NewTransitionFunction(FunctionId id);  // resets changes
std::unique_ptr<RangeFunction> NewTrendFunction(FunctionId id);       // deriv, predict_linear, …

}  // namespace sb::promql
