// SPDX-License-Identifier: Apache-2.0
//
// Grafana's math expressions: `$A * 2 > ${B} && !is_nan($C)`.
//
// Operators, weakest first: || && == != < <= > >= + - * / % ** ! -; numbers, $A or ${A}, functions
// abs log round ceil floor inf nan null is_inf is_nan is_null is_number. Of two operands with
// labels, those pairs are computed whose labels are equal or where one set holds the other.
// Comparisons and logic give 1 or 0. Nesting is bounded by kMathDepthMax.
//
// Source: https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/
// expression-queries/#math Threads: immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "alert/provisioning/frame.h"
#include "base/status.h"

namespace sb::provisioning {

inline constexpr int kMathDepthMax = 100;

class MathExpression {
 public:
  // kInvalidArgument names what is not understood.
  static base::Result<std::shared_ptr<const MathExpression>> Parse(std::string_view text);
  virtual ~MathExpression() = default;
  virtual base::Result<Frames> Evaluate(const FramesByRef& inputs) const = 0;
};

}  // namespace sb::provisioning
