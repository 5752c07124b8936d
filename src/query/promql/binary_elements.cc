// SPDX-License-Identifier: Apache-2.0
#include "query/promql/binary_elements.h"

#include <cmath>

#include "model/histogram_math.h"
#include "query/promql/eval_annotations.h"

namespace sb::promql {
namespace {

using model::Histogram;
using query::PointKind;
using query::StepPoint;

ElementResult Kept(Histogram h) {
  return ElementResult{StepPoint::Of(std::move(h)), true, false, std::nullopt};
}

std::string_view KindName(PointKind kind) {
  return kind == PointKind::kHistogram ? "histogram" : "float";
}

ElementResult Incompatible(BinaryOp op, const StepPoint& lhs, const StepPoint& rhs,
                           int32_t position) {
  ElementResult out;
  out.failed = true;
  out.annotation =
      IncompatibleTypesInfo(KindName(lhs.kind), BinaryOpName(op), KindName(rhs.kind), position);
  return out;
}

ElementResult Scaled(const Histogram& h, double factor, void (*scale)(Histogram*, double)) {
  Histogram out = h;
  scale(&out, factor);
  model::Compact(&out);
  return Kept(std::move(out));
}

// Sum or difference. A collision of counter resets is an answer without a result.
ElementResult SumOrDifference(BinaryOp op, const Histogram& lhs, const Histogram& rhs,
                              int32_t position) {
  const bool add = op == BinaryOp::kAdd;
  const HistogramOperation operation =
      add ? HistogramOperation::kAddition : HistogramOperation::kSubtraction;
  Histogram out = lhs;
  const auto outcome = add ? model::Add(&out, rhs) : model::Subtract(&out, rhs);
  ElementResult result;
  if (!outcome.ok()) {
    result.failed = true;
    result.annotation = IncompatibleBucketLayoutWarning(BinaryOpName(op), position);
    return result;
  }
  if (outcome->reset_collision) {
    result.failed = true;
    result.annotation = ResetCollisionWarning(operation, position);
    return result;
  }
  if (!add) {
    out.counter_reset_hint = model::CounterResetHint::kGauge;
  }
  model::Compact(&out);
  result = Kept(std::move(out));
  if (outcome->bounds_reconciled) {
    result.annotation = ReconciledBoundsInfo(operation, position);
  }
  return result;
}

ElementResult CombineHistograms(BinaryOp op, const StepPoint& lhs, const StepPoint& rhs,
                                int32_t position) {
  switch (op) {
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
      return SumOrDifference(op, *lhs.histogram, *rhs.histogram, position);
    case BinaryOp::kEqual:
    case BinaryOp::kNotEqual: {
      const bool equal = model::Equal(*lhs.histogram, *rhs.histogram);
      return ElementResult{lhs, equal == (op == BinaryOp::kEqual), false, std::nullopt};
    }
    default:
      return Incompatible(op, lhs, rhs, position);
  }
}

ElementResult CombineHistogramFloat(BinaryOp op, const StepPoint& lhs, const StepPoint& rhs,
                                    int32_t position) {
  switch (op) {
    case BinaryOp::kMul:
      return Scaled(*lhs.histogram, rhs.value, model::Multiply);
    case BinaryOp::kDiv:
      return Scaled(*lhs.histogram, rhs.value, model::Divide);
    case BinaryOp::kTrimUpper:
    case BinaryOp::kTrimLower: {
      Histogram out = *lhs.histogram;
      model::TrimBuckets(&out, rhs.value,
                         op == BinaryOp::kTrimUpper ? model::Trim::kUpper : model::Trim::kLower);
      return Kept(std::move(out));
    }
    default:
      return Incompatible(op, lhs, rhs, position);
  }
}

}  // namespace

bool ChangesMetric(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
    case BinaryOp::kMul:
    case BinaryOp::kDiv:
    case BinaryOp::kMod:
    case BinaryOp::kPow:
    case BinaryOp::kAtan2:
      return true;
    default:
      return false;
  }
}

FloatResult CombineFloats(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::kAdd:
      return {lhs + rhs};
    case BinaryOp::kSub:
      return {lhs - rhs};
    case BinaryOp::kMul:
      return {lhs * rhs};
    case BinaryOp::kDiv:
      return {lhs / rhs};
    case BinaryOp::kMod:
      return {std::fmod(lhs, rhs)};
    case BinaryOp::kPow:
      return {std::pow(lhs, rhs)};
    case BinaryOp::kAtan2:
      return {std::atan2(lhs, rhs)};
    case BinaryOp::kEqual:
      return {lhs, lhs == rhs};
    case BinaryOp::kNotEqual:
      return {lhs, lhs != rhs};
    case BinaryOp::kGreater:
      return {lhs, lhs > rhs};
    case BinaryOp::kLess:
      return {lhs, lhs < rhs};
    case BinaryOp::kGreaterOrEqual:
      return {lhs, lhs >= rhs};
    case BinaryOp::kLessOrEqual:
      return {lhs, lhs <= rhs};
    case BinaryOp::kAnd:
    case BinaryOp::kOr:
    case BinaryOp::kUnless:
    case BinaryOp::kTrimUpper:
    case BinaryOp::kTrimLower:
      break;
  }
  return {0, false};
}

ElementResult CombineElements(BinaryOp op, const StepPoint& lhs, const StepPoint& rhs,
                              int32_t position) {
  const bool left_histogram = lhs.kind == PointKind::kHistogram;
  const bool right_histogram = rhs.kind == PointKind::kHistogram;
  if (left_histogram && right_histogram) {
    return CombineHistograms(op, lhs, rhs, position);
  }
  if (left_histogram) {
    return CombineHistogramFloat(op, lhs, rhs, position);
  }
  if (right_histogram) {
    return op == BinaryOp::kMul ? Scaled(*rhs.histogram, lhs.value, model::Multiply)
                                : Incompatible(op, lhs, rhs, position);
  }
  if (op == BinaryOp::kTrimUpper || op == BinaryOp::kTrimLower) {
    return Incompatible(op, lhs, rhs, position);
  }
  const FloatResult result = CombineFloats(op, lhs.value, rhs.value);
  return ElementResult{StepPoint::Float(result.value), result.keep, false, std::nullopt};
}

}  // namespace sb::promql
