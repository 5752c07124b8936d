// SPDX-License-Identifier: Apache-2.0
//
// The notation of test series: a metric and its values, one per step.
//
//   up{job="a"} 1 _ 0+1x3 {{schema:0 sum:5 count:4 buckets:[1 2 1]}}x2 stale
//
// Used by the text-driven tests of the query language and by rule unit tests. Repetitions are
// expanded here; a line may have kSeriesValuesMax values.
//
//   base::Result<SeriesLine> line = ParseSeriesLine(text, AddHistograms);
//
// `{{A}}+{{B}}xN` needs the algebra of histograms, which the caller hands in.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/histogram.h"
#include "model/label_set.h"

namespace sb::promql {

inline constexpr size_t kSeriesValuesMax = 1'000'000;

struct SequenceValue {
  bool omitted = false;  // `_`
  double value = 0;      // stale is the stale NaN
  model::HistogramPtr histogram;
  bool counter_reset_hint_set = false;  // the literal states a hint (`A+BxN`: B does)
};

struct SeriesLine {
  model::LabelSet labels;
  std::vector<SequenceValue> values;
  // Of an `@st` line, instead of values: the start timestamps of the next line's samples, each
  // minus the sample's own timestamp; nullopt: unknown.
  bool is_start_times = false;
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

// One number or `stale`, as in an item: `5`, `-.5`, `1e-3`, `NaN`, `+Inf`, `010` (octal).
base::Result<double> ParseSequenceNumber(std::string_view text);

}  // namespace sb::promql
