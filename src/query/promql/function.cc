// SPDX-License-Identifier: Apache-2.0
#include "query/promql/function.h"

#include <algorithm>

#include "base/check.h"

namespace sb::promql {
namespace {

constexpr ValueType V = ValueType::kVector;
constexpr ValueType M = ValueType::kMatrix;
constexpr ValueType S = ValueType::kScalar;
constexpr ValueType T = ValueType::kString;

constexpr ValueType kMatrix[] = {M};
constexpr ValueType kMatrixScalar[] = {M, S};
constexpr ValueType kMatrixScalars[] = {M, S, S};
constexpr ValueType kScalar[] = {S};
constexpr ValueType kScalarMatrix[] = {S, M};
constexpr ValueType kScalars[] = {S, S};
constexpr ValueType kScalarsVector[] = {S, S, V};
constexpr ValueType kScalarVector[] = {S, V};
constexpr ValueType kVector[] = {V};
constexpr ValueType kVectorScalar[] = {V, S};
constexpr ValueType kVectorScalars[] = {V, S, S};
constexpr ValueType kVectorString[] = {V, T};
constexpr ValueType kVectorStringScalars[] = {V, T, S, S};
constexpr ValueType kVector3Strings[] = {V, T, T, T};
constexpr ValueType kVector4Strings[] = {V, T, T, T, T};
constexpr ValueType kVectorVector[] = {V, V};

using Id = FunctionId;

// id, name, argument types, variadic, result, experimental. Sorted by name for the binary search.
constexpr Function kFunctions[] = {
    {Id::kAbs, "abs", kVector, 0, V, false},
    {Id::kAbsent, "absent", kVector, 0, V, false},
    {Id::kAbsentOverTime, "absent_over_time", kMatrix, 0, V, false},
    {Id::kAcos, "acos", kVector, 0, V, false},
    {Id::kAcosh, "acosh", kVector, 0, V, false},
    {Id::kAsin, "asin", kVector, 0, V, false},
    {Id::kAsinh, "asinh", kVector, 0, V, false},
    {Id::kAtan, "atan", kVector, 0, V, false},
    {Id::kAtanh, "atanh", kVector, 0, V, false},
    {Id::kAvgOverTime, "avg_over_time", kMatrix, 0, V, false},
    {Id::kCeil, "ceil", kVector, 0, V, false},
    {Id::kChanges, "changes", kMatrix, 0, V, false},
    {Id::kClamp, "clamp", kVectorScalars, 0, V, false},
    {Id::kClampMax, "clamp_max", kVectorScalar, 0, V, false},
    {Id::kClampMin, "clamp_min", kVectorScalar, 0, V, false},
    {Id::kCos, "cos", kVector, 0, V, false},
    {Id::kCosh, "cosh", kVector, 0, V, false},
    {Id::kCountOverTime, "count_over_time", kMatrix, 0, V, false},
    {Id::kDayOfMonth, "day_of_month", kVector, 1, V, false},
    {Id::kDayOfWeek, "day_of_week", kVector, 1, V, false},
    {Id::kDayOfYear, "day_of_year", kVector, 1, V, false},
    {Id::kDaysInMonth, "days_in_month", kVector, 1, V, false},
    {Id::kDeg, "deg", kVector, 0, V, false},
    {Id::kDelta, "delta", kMatrix, 0, V, false},
    {Id::kDeriv, "deriv", kMatrix, 0, V, false},
    {Id::kDoubleExponentialSmoothing, "double_exponential_smoothing", kMatrixScalars, 0, V, true},
    {Id::kEnd, "end", {}, 0, S, true},
    {Id::kExp, "exp", kVector, 0, V, false},
    {Id::kFirstOverTime, "first_over_time", kMatrix, 0, V, false},
    {Id::kFloor, "floor", kVector, 0, V, false},
    {Id::kHistogramAvg, "histogram_avg", kVector, 0, V, false},
    {Id::kHistogramCount, "histogram_count", kVector, 0, V, false},
    {Id::kHistogramFraction, "histogram_fraction", kScalarsVector, 0, V, false},
    {Id::kHistogramQuantile, "histogram_quantile", kScalarVector, 0, V, false},
    {Id::kHistogramQuantiles, "histogram_quantiles", kVectorStringScalars, 9, V, true},
    {Id::kHistogramStddev, "histogram_stddev", kVector, 0, V, false},
    {Id::kHistogramStdvar, "histogram_stdvar", kVector, 0, V, false},
    {Id::kHistogramSum, "histogram_sum", kVector, 0, V, false},
    {Id::kHour, "hour", kVector, 1, V, false},
    {Id::kIdelta, "idelta", kMatrix, 0, V, false},
    {Id::kIncrease, "increase", kMatrix, 0, V, false},
    {Id::kInfo, "info", kVectorVector, 1, V, true},
    {Id::kIrate, "irate", kMatrix, 0, V, false},
    {Id::kLabelJoin, "label_join", kVector3Strings, -1, V, false},
    {Id::kLabelReplace, "label_replace", kVector4Strings, 0, V, false},
    {Id::kLastOverTime, "last_over_time", kMatrix, 0, V, false},
    {Id::kLn, "ln", kVector, 0, V, false},
    {Id::kLog10, "log10", kVector, 0, V, false},
    {Id::kLog2, "log2", kVector, 0, V, false},
    {Id::kMadOverTime, "mad_over_time", kMatrix, 0, V, true},
    {Id::kMaxOf, "max_of", kScalars, 0, S, true},
    {Id::kMaxOverTime, "max_over_time", kMatrix, 0, V, false},
    {Id::kMinOf, "min_of", kScalars, 0, S, true},
    {Id::kMinOverTime, "min_over_time", kMatrix, 0, V, false},
    {Id::kMinute, "minute", kVector, 1, V, false},
    {Id::kMonth, "month", kVector, 1, V, false},
    {Id::kPi, "pi", {}, 0, S, false},
    {Id::kPredictLinear, "predict_linear", kMatrixScalar, 0, V, false},
    {Id::kPresentOverTime, "present_over_time", kMatrix, 0, V, false},
    {Id::kQuantileOverTime, "quantile_over_time", kScalarMatrix, 0, V, false},
    {Id::kRad, "rad", kVector, 0, V, false},
    {Id::kRange, "range", {}, 0, S, true},
    {Id::kRate, "rate", kMatrix, 0, V, false},
    {Id::kResets, "resets", kMatrix, 0, V, false},
    {Id::kRound, "round", kVectorScalar, 1, V, false},
    {Id::kScalar, "scalar", kVector, 0, S, false},
    {Id::kSgn, "sgn", kVector, 0, V, false},
    {Id::kSin, "sin", kVector, 0, V, false},
    {Id::kSinh, "sinh", kVector, 0, V, false},
    {Id::kSort, "sort", kVector, 0, V, false},
    {Id::kSortByLabel, "sort_by_label", kVectorString, -1, V, true},
    {Id::kSortByLabelDesc, "sort_by_label_desc", kVectorString, -1, V, true},
    {Id::kSortDesc, "sort_desc", kVector, 0, V, false},
    {Id::kSqrt, "sqrt", kVector, 0, V, false},
    {Id::kStart, "start", {}, 0, S, true},
    {Id::kStartTimestamp, "start_timestamp", kVector, 0, V, true},
    {Id::kStddevOverTime, "stddev_over_time", kMatrix, 0, V, false},
    {Id::kStdvarOverTime, "stdvar_over_time", kMatrix, 0, V, false},
    {Id::kStep, "step", {}, 0, S, true},
    {Id::kSumOverTime, "sum_over_time", kMatrix, 0, V, false},
    {Id::kTan, "tan", kVector, 0, V, false},
    {Id::kTanh, "tanh", kVector, 0, V, false},
    {Id::kTime, "time", {}, 0, S, false},
    {Id::kTimestamp, "timestamp", kVector, 0, V, false},
    {Id::kTsOfFirstOverTime, "ts_of_first_over_time", kMatrix, 0, V, true},
    {Id::kTsOfLastOverTime, "ts_of_last_over_time", kMatrix, 0, V, true},
    {Id::kTsOfMaxOverTime, "ts_of_max_over_time", kMatrix, 0, V, true},
    {Id::kTsOfMinOverTime, "ts_of_min_over_time", kMatrix, 0, V, true},
    {Id::kVector, "vector", kScalar, 0, V, false},
    {Id::kYear, "year", kVector, 1, V, false},
};

constexpr bool SortedByName() {
  return std::is_sorted(std::begin(kFunctions), std::end(kFunctions),
                        [](const Function& a, const Function& b) { return a.name < b.name; });
}
static_assert(SortedByName());

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  static constexpr std::string_view kNames[] = {"none", "scalar", "vector", "matrix", "string"};
  const auto i = static_cast<size_t>(type);
  SB_CHECK(i < std::size(kNames));
  return kNames[i];
}

std::string_view DocumentedTypeName(ValueType type) {
  switch (type) {
    case ValueType::kVector:
      return "instant vector";
    case ValueType::kMatrix:
      return "range vector";
    default:
      return ValueTypeName(type);
  }
}

const Function* FindFunction(std::string_view name) {
  const auto* end = std::end(kFunctions);
  const auto* it =
      std::lower_bound(std::begin(kFunctions), end, name,
                       [](const Function& f, std::string_view wanted) { return f.name < wanted; });
  return it != end && it->name == name ? it : nullptr;
}

std::span<const Function> AllFunctions() {
  return kFunctions;
}

}  // namespace sb::promql
