// SPDX-License-Identifier: Apache-2.0
//
// ColumnFilter is a compiled EventFilter that is evaluated on a whole RowSet at once: cheap columns
// first, each condition only on the rows that are still candidates.
//
//   SB_ASSIGN_OR_RETURN(ColumnFilter filter, ColumnFilter::Create(options.filter));
//   if (filter.MayHold(rows)) SB_RETURN_IF_ERROR(filter.Evaluate(rows, candidates, &matching));
//
// Threads: immutable after creation.
#pragma once

#include <optional>
#include <vector>

#include "base/status.h"
#include "store/events/part/row_set.h"
#include "store/interface/event_filter.h"

namespace sb::events {

class ColumnFilter {
 public:
  static base::Result<ColumnFilter> Create(const store::EventFilter& filter);

  bool is_all() const { return kind_ == store::EventFilter::Kind::kAll; }
  // False if no row can hold, without reading pages.
  bool MayHold(const RowSet& rows) const;
  // `out` becomes the subset of `candidates` for which the filter holds.
  base::Status Evaluate(const RowSet& rows, const Bitmap& candidates, Bitmap* out) const;

 private:
  ColumnFilter() = default;
  base::Status EvaluateAnd(const RowSet& rows, const Bitmap& candidates, Bitmap* out) const;
  base::Status EvaluateCompare(const RowSet& rows, const Bitmap& candidates, Bitmap* out) const;
  base::Status EvaluateStreams(const RowSet& rows, const Bitmap& candidates, Bitmap* out) const;
  bool StreamHolds(const store::EventStream& stream) const;
  int Cost(const RowSet& rows) const;

  store::EventFilter::Kind kind_ = store::EventFilter::Kind::kAll;
  std::vector<ColumnFilter> children_;
  std::optional<Condition> condition_;
};

}  // namespace sb::events
