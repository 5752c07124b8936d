// SPDX-License-Identifier: Apache-2.0
//
// The tables of functions by name. Three kinds: rollup functions see the samples of each window,
// transform functions rows, aggregations fold rows of groups. All names in lower case.
//
// Threads: constant tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.h"
#include "query/metricsql/rows.h"

namespace sb::metricsql {

class Evaluator;
struct CallExpr;
struct AggregateExpr;

// What a rollup function sees of one series at one step.
struct RollupWindow {
  std::span<const double> values;
  std::span<const int64_t> times;
  // The sample before the window: NaN if there is none near enough to belong to the series' flow.
  double previous = kNan;
  int64_t previous_ms = 0;
  double real_previous = kNan;  // however far away it is
  double real_next = kNan;      // the sample after the window
  int64_t now_ms = 0;
  int64_t window_ms = 0;
  // The other arguments at this step, those before the range first.
  double params[4] = {kNan, kNan, kNan, kNan};

  double back() const { return values.back(); }
};

using RollupFn = double (*)(const RollupWindow& w);

struct RollupFunction {
  static constexpr uint8_t kCounter = 1;    // resets are taken out before
  static constexpr uint8_t kWidens = 2;     // a window that is left out may grow over gaps
  static constexpr uint8_t kKeepsName = 4;  // the values stay of the same kind
  static constexpr uint8_t kSeesStale = 8;  // staleness markers are values to it
  static constexpr uint8_t kSpecial = 16;   // several rows a series: evaluated by name
  std::string_view name;
  RollupFn fn;
  uint8_t flags = 0;
  uint8_t range_arg = 0;  // which argument is the range
  uint8_t args = 1;       // how many there are
};

const RollupFunction* FindRollup(std::string_view name);
std::span<const RollupFunction> OverTimeFunctions();    // rollup_over_time.cc
std::span<const RollupFunction> DifferenceFunctions();  // rollup_difference.cc
std::span<const RollupFunction> PositionFunctions();    // rollup_position.cc

// Transform functions get at their arguments through the evaluator.
struct TransformArgs {
  const CallExpr& call;
  const Grid& grid;
  Evaluator& evaluator;

  size_t size() const;
  base::Result<RowSet> Rows(size_t i) const;
  base::Result<Values> Scalar(size_t i) const;  // one number a step
  base::Result<Values> ScalarOr(size_t i, double otherwise) const;
  base::Result<std::string> Text(size_t i) const;
  base::Status Problem(std::string_view message) const;
};
using TransformFn = base::Result<RowSet> (*)(const TransformArgs& args);

struct TransformFunction {
  std::string_view name;
  TransformFn fn;
  uint8_t args_min = 1;
  uint8_t args_max = 1;    // kAnyCount: no limit
  bool keeps_name = true;  // else the evaluator drops metric names afterwards
};
inline constexpr uint8_t kAnyCount = 255;

const TransformFunction* FindTransform(std::string_view name);
std::span<const TransformFunction> MathFunctions();       // transform_math.cc
std::span<const TransformFunction> TimeFunctions();       // transform_time.cc
std::span<const TransformFunction> LabelFunctions();      // transform_label.cc
std::span<const TransformFunction> LabelTextFunctions();  // transform_label_text.cc
std::span<const TransformFunction> RangeFunctions();      // transform_range.cc
std::span<const TransformFunction> FillFunctions();       // transform_fill.cc
std::span<const TransformFunction> BucketFunctions();     // transform_buckets.cc
std::span<const TransformFunction> OrderFunctions();      // transform_order.cc

bool IsAggregateName(std::string_view name);
bool IsFunctionName(std::string_view name);  // rollup or transform

}  // namespace sb::metricsql
