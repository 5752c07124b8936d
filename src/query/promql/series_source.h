// SPDX-License-Identifier: Apache-2.0
//
// The series of a range vector one after the other, so that only one series' samples are held:
// where they come from (the store or a subquery) is Evaluator::OpenRange's business.
//
//   SB_ASSIGN_OR_RETURN(auto source, OpenRange(arg, range, grid, function));
//   while (*source->Next(&samples)) ...
//
// Errors: what the store says, and the query's limits. Threads: one per object.
#pragma once

#include "query/promql/evaluator.h"

namespace sb::promql {

class Evaluator::SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  // False when there are no more.
  virtual base::Result<bool> Next(SeriesSamples* out) = 0;
};

}  // namespace sb::promql
