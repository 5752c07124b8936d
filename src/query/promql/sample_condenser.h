// SPDX-License-Identifier: Apache-2.0
//
// SampleCondenser collects the samples of one window from the pieces of a store's series, and keeps
// of a piece that the store can sum up only what the function at hand needs: one sample in place of
// thousands. The function then answers as it would for all of them, digit for digit:
//
//   sum, avg     the sum of whole numbers, as long as nothing before it needed rounding
//   min, max     the two extremes
//   rate, increase   first and last of a counter that only rose
//   count, present   any one
//
//   SampleCondenser condenser(FunctionId::kSumOverTime, &samples);   // if Condenses(id)
//   SB_ASSIGN_OR_RETURN(bool told, piecewise.ReadPieces(range, &condenser));
//   if (!told || !condenser.usable()) … read the samples themselves
//
// Threads: one at a time.
#pragma once

#include "query/promql/function.h"
#include "query/promql/window.h"
#include "store/interface/piecewise_series.h"

namespace sb::promql {

class SampleCondenser final : public store::PieceSink {
 public:
  // True for functions whose one window may be condensed.
  static bool Condenses(FunctionId id);

  // `samples` is empty and outlives the object.
  SampleCondenser(FunctionId id, SeriesSamples* samples) : function_(id), samples_(samples) {}

  bool TakeSummary(const store::PieceSummary& piece) override;
  bool TakeSamples(model::SampleColumns* columns) override;

  // False if something came that cannot go together with what was left out.
  bool usable() const { return usable_; }

 private:
  bool TakeSum(const store::PieceSummary& piece);
  void Add(int64_t time_ms, double value);
  void Watch(double value);

  const FunctionId function_;
  SeriesSamples* const samples_;
  bool usable_ = true;
  // The sum so far is a whole number without any rounding; the magnitudes add up to so much.
  bool exact_ = true;
  double magnitude_ = 0;
};

}  // namespace sb::promql
