// SPDX-License-Identifier: Apache-2.0
//
// SampleCollector holds what a range aggregation has seen of each of its series: for operators that
// only add whole numbers a difference per step (a line costs two additions, whatever the range),
// for all others the samples themselves.
//
//   SampleCollector collector(expr, grid, series_max);
//   SB_ASSIGN_OR_RETURN(uint32_t series, collector.SeriesOf(sorted_labels));
//   collector.Add(series, time_ns, value);
//   SB_ASSIGN_OR_RETURN(query::StepVector rows, collector.Finish(context));
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "query/engine/query_context.h"
#include "query/engine/step_vector.h"
#include "query/logql/ast.h"
#include "query/logql/ns_grid.h"
#include "query/logql/window_functions.h"

namespace sb::logql {

class SampleCollector {
 public:
  // `grid` is where windows end in the data: the query's grid less the offset.
  SampleCollector(const RangeExpr& expr, const NsGrid& grid, size_t series_max,
                  query::QueryContext& context)
      : expr_(expr), grid_(grid), series_max_(series_max), context_(context) {}

  // Whether the operator adds up whole numbers.
  bool counts() const;
  // The series of these labels (sorted by name, no empty values), made if it is new.
  base::Result<uint32_t> SeriesOf(const std::vector<model::Label>& labels);
  StepSpan StepsOf(int64_t time_ns) const { return StepsWith(grid_, expr_.range_ns, time_ns); }
  base::Status Add(uint32_t series, const StepSpan& steps, int64_t time_ns, double value);

  base::Result<query::StepVector> Finish();

 private:
  struct Series {
    model::LabelSet labels;
    std::vector<int64_t> changes;   // per step and one more: difference to the step before
    std::vector<int64_t> presence;  // likewise, of the number of lines; only if values may be 0
    std::vector<LineSample> samples;
  };
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  base::Result<query::StepVector> FinishCounts();
  base::Result<query::StepVector> FinishSamples();
  base::Result<query::StepVector> FinishAbsent();

  const RangeExpr& expr_;
  const NsGrid grid_;
  const size_t series_max_;
  query::QueryContext& context_;
  std::vector<Series> series_;
  std::unordered_map<std::string, uint32_t, KeyHash, std::equal_to<>> by_key_;
  std::string key_;
  std::vector<query::SampleLease> leases_;
  int64_t unleased_ = 0;
};

// The labels that absent_over_time answers with: those of `=` matchers, each named once.
model::LabelSet AbsentLabels(const std::vector<model::Matcher>& matchers);

}  // namespace sb::logql
