// SPDX-License-Identifier: Apache-2.0
//
// Buckets as VictoriaMetrics' histograms have them: 18 a decimal power, from 1e-9 to 1e18, named by
// both bounds in the label `vmrange`: "1.000e+00...1.136e+00".
//
// Threads: functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "query/metricsql/rows.h"

namespace sb::metricsql {

inline constexpr std::string_view kVmRange = "vmrange";

// The name of the bucket that holds `value`; empty for NaN and for negative values, which have
// none.
std::string VmRangeOf(double value);

struct VmRange {
  double lower = 0;
  double upper = 0;
  std::string lower_text;
  std::string upper_text;
};
std::optional<VmRange> ParseVmRange(std::string_view text);

// Rows with `vmrange` become cumulative rows with `le`; others stay as they are.
RowSet ToCumulative(RowSet rows);

// A bound as it stands in a label: shortest digits, "+Inf".
std::string BoundText(double bound);

}  // namespace sb::metricsql
