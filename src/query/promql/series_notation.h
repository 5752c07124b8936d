// SPDX-License-Identifier: Apache-2.0
//
// The notation of test series: a metric and its values, one per step.
//
//   up{job="a"} 1 _ 0+1x3 {{schema:0 sum:5 count:4 buckets:[1 2 1]}}x2 stale
//
// Used by the text-driven tests of the query language and by rule unit tests. A line of n values is
// expanded here; repetitions are bounded by kSeriesValuesMax.
//
//   base::Result<SeriesLine> line = ParseSeriesLine(text, AddHistograms);
//
// `{{A}}+{{B}}xN` needs the histogram algebra, which stands elsewhere: the caller hands it in.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/histogram.h"
#include "model/label_set.h"

namespace sb::promql {

inline constexpr size_t kSeriesValuesMax = 10'000'000;

struct SequenceValue {
  bool omitted = false;  // `_`
  double value = 0;      // stale is the stale NaN
  model::HistogramPtr histogram;
  bool counter_reset_hint_set = false;  // the literal states a hint (`A+BxN`: B does)
};

struct SeriesLine {
  model::LabelSet labels;
  bool start_times = false;  // an `@st` line: see start_offsets_ms instead of values
  std::vector<SequenceValue> values;
  // Start timestamp of the next line's sample minus its own timestamp; nullopt: unknown.
  std::vector<std::optional<int64_t>> start_offsets_ms;
};

enum class HistogramStep { kAdd, kSubtract };
// a + b or a - b as the query language computes it.
using CombineHistograms = std::function<base::Result<model::HistogramPtr>(
    const model::Histogram& a, const model::Histogram& b, HistogramStep step)>;

// Series and values, or an `@st` line. kInvalidArgument "1:5: parse error: …".
base::Result<SeriesLine> ParseSeriesLine(std::string_view line, const CombineHistograms& combine);

// Only the values, such as the `values` of a rule unit test.
base::Result<std::vector<SequenceValue>> ParseSequence(std::string_view values,
                                                       const CombineHistograms& combine);

}  // namespace sb::promql
