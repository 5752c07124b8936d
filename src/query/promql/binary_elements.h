// SPDX-License-Identifier: Apache-2.0
//
// Binary operators on two elements: floats and native histograms in every combination.
#pragma once

#include <cstdint>
#include <optional>

#include "query/engine/annotations.h"
#include "query/engine/step_vector.h"
#include "query/promql/operators.h"

namespace sb::promql {

struct FloatResult {
  double value = 0;
  bool keep = true;  // comparisons: whether it holds; the value is then the left side
};
// Arithmetic and comparison of two floats.
FloatResult CombineFloats(BinaryOp op, double lhs, double rhs);

struct ElementResult {
  query::StepPoint point;
  bool keep = false;
  // The combination has no result (then an info says why), or it has one and something to say.
  bool failed = false;
  std::optional<query::Annotation> annotation;
};
// `position` is the operator expression's.
ElementResult CombineElements(BinaryOp op, const query::StepPoint& lhs, const query::StepPoint& rhs,
                              int32_t position);

// + - * / ^ % atan2: the result is another metric, so the name goes.
bool ChangesMetric(BinaryOp op);

}  // namespace sb::promql
