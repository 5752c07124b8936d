// SPDX-License-Identifier: Apache-2.0
//
// RowSet is what every MetricsQL expression evaluates to: series with one number for each step of
// the grid; NaN where there is none. A scalar is one row without labels.
//
// Threads: none; values.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "query/engine/query_context.h"
#include "query/engine/step_vector.h"

namespace sb::metricsql {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using Grid = query::StepGrid;
using Values = std::vector<double>;

struct Row {
  model::LabelSet labels;
  Values values;
  bool AllNan() const;
};

struct RowSet {
  std::vector<Row> rows;
  query::SampleLease lease;

  // Takes the lease for the rows as they are now.
  base::Status Charge(query::QueryContext& context);
  // Leaves out rows without any value.
  void DropEmpty();
  bool IsScalar() const { return rows.size() == 1 && rows[0].labels.empty(); }
};

// kFailedPrecondition if two rows have the same labels.
base::Status CheckUnique(const RowSet& set);

model::LabelSet WithLabel(const model::LabelSet& labels, std::string_view name,
                          std::string_view value);

// A decimal number, "+Inf" and its kind included; the whole text has to be one. NaN if it is none.
double NumberOf(std::string_view text);

// Statistics over the numbers of a row; NaN values are skipped, the answer for none is NaN.
double SumOf(const Values& v);
double AverageOf(const Values& v);
double MinimumOf(const Values& v);
double MaximumOf(const Values& v);
double LastOf(const Values& v);
double FirstOf(const Values& v);
double VarianceOf(const Values& v);
double QuantileOf(double phi, const Values& v);  // linear between the neighbours
// `sorted` without NaN.
double QuantileOfSorted(double phi, const Values& sorted);
Values WithoutNan(const Values& v);
double MedianDeviationOf(const Values& v);  // of the absolute distances from the median
double ModeOf(Values v);                    // the smallest of the most frequent values

}  // namespace sb::metricsql
