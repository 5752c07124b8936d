// SPDX-License-Identifier: Apache-2.0
//
// PiecewiseSeries is a Series that also tells what whole stretches of its samples amount to, so
// that a function over a long range need not have them decoded.
//
//   if (auto* piecewise = dynamic_cast<PiecewiseSeries*>(&series)) {
//     SB_ASSIGN_OR_RETURN(bool told, piecewise->ReadPieces(range, &sink));   // false: use Read
//   }
//
// Which series are piecewise is the store's business; every one can be read as a Series.
#pragma once

#include <cstdint>

#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"
#include "store/interface/querier.h"

namespace sb::store {

// Floats next to each other in time: none is NaN, infinite or -0.0, none has a start timestamp.
struct PieceSummary {
  int64_t first_ms = 0;
  int64_t last_ms = 0;
  uint64_t samples = 0;  // at least one
  double min = 0;
  double max = 0;
  bool rising = false;  // none is below the one before: the first is min, the last is max
  // All are whole numbers, and the sum of their magnitudes is at most 2^53: added up in any order,
  // they give `sum` without rounding.
  bool has_sum = false;
  double sum = 0;
};

class PieceSink {
 public:
  virtual ~PieceSink() = default;
  // False: the samples themselves are wanted; TakeSamples gets them.
  virtual bool TakeSummary(const PieceSummary& summary) = 0;
  // False: no more are wanted. The columns may be changed.
  virtual bool TakeSamples(model::SampleColumns* columns) = 0;
};

class PiecewiseSeries : public Series {
 public:
  // No sample lies outside; there may be fewer.
  virtual base::TimeRange Bounds() const = 0;
  // Hands out the samples with start <= time < end in time order. False if that cannot be done in
  // pieces (nothing has been handed out then). Errors as those of Read.
  virtual base::Result<bool> ReadPieces(base::TimeRange range, PieceSink* sink) = 0;
};

}  // namespace sb::store
