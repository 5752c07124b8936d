// SPDX-License-Identifier: Apache-2.0
//
// Classic histograms of a `load_with_nhcb` as native histograms with custom buckets: the series
// X_bucket, X_count and X_sum of equal labels become one series X.
#pragma once

#include <vector>

#include "base/status.h"
#include "model/sample.h"
#include "query/promql/testing/test_script.h"

namespace sb::promql {

struct ConvertedSeries {
  model::LabelSet labels;
  std::vector<model::Sample> samples;  // by time
};

// kInvalidArgument if counts are negative, not cumulative, or do not add up.
base::Result<std::vector<ConvertedSeries>> ConvertToCustomBuckets(const LoadCommand& command);

}  // namespace sb::promql
