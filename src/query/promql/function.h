// SPDX-License-Identifier: Apache-2.0
//
// The functions of the query language: names, argument types and result types, as the parser checks
// them. What they compute is the evaluator's business, which dispatches on FunctionId.
//
//   const Function* rate = FindFunction("rate");   // null when there is none
//
// Source: promql/parser/functions.go of the reference, version 3.14.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sb::promql {

enum class ValueType : uint8_t { kNone, kScalar, kVector, kMatrix, kString };

// "none", "scalar", "vector", "matrix", "string": the words of the HTTP API.
std::string_view ValueTypeName(ValueType type);
// "scalar", "instant vector", "range vector", "string": the words of error messages.
std::string_view DocumentedTypeName(ValueType type);

enum class FunctionId : uint8_t {
  kAbs,
  kAbsent,
  kAbsentOverTime,
  kAcos,
  kAcosh,
  kAsin,
  kAsinh,
  kAtan,
  kAtanh,
  kAvgOverTime,
  kCeil,
  kChanges,
  kClamp,
  kClampMax,
  kClampMin,
  kCos,
  kCosh,
  kCountOverTime,
  kDayOfMonth,
  kDayOfWeek,
  kDayOfYear,
  kDaysInMonth,
  kDeg,
  kDelta,
  kDeriv,
  kDoubleExponentialSmoothing,
  kEnd,
  kExp,
  kFirstOverTime,
  kFloor,
  kHistogramAvg,
  kHistogramCount,
  kHistogramFraction,
  kHistogramQuantile,
  kHistogramQuantiles,
  kHistogramStddev,
  kHistogramStdvar,
  kHistogramSum,
  kHour,
  kIdelta,
  kIncrease,
  kInfo,
  kIrate,
  kLabelJoin,
  kLabelReplace,
  kLastOverTime,
  kLn,
  kLog10,
  kLog2,
  kMadOverTime,
  kMaxOf,
  kMaxOverTime,
  kMinOf,
  kMinOverTime,
  kMinute,
  kMonth,
  kPi,
  kPredictLinear,
  kPresentOverTime,
  kQuantileOverTime,
  kRad,
  kRange,
  kRate,
  kResets,
  kRound,
  kScalar,
  kSgn,
  kSin,
  kSinh,
  kSort,
  kSortByLabel,
  kSortByLabelDesc,
  kSortDesc,
  kSqrt,
  kStart,
  kStartTimestamp,
  kStddevOverTime,
  kStdvarOverTime,
  kStep,
  kSumOverTime,
  kTan,
  kTanh,
  kTime,
  kTimestamp,
  kTsOfFirstOverTime,
  kTsOfLastOverTime,
  kTsOfMaxOverTime,
  kTsOfMinOverTime,
  kVector,
  kYear,
};

struct Function {
  FunctionId id;
  std::string_view name;
  std::span<const ValueType> arg_types;
  // 0: exactly arg_types. n > 0: the last type may occur 0 to n times. -1: 0 times or more.
  int variadic = 0;
  ValueType return_type = ValueType::kVector;
  bool experimental = false;  // behind a flag in the reference, always on here
};

// Null when there is none; names are case-sensitive.
const Function* FindFunction(std::string_view name);
// All functions, sorted by name.
std::span<const Function> AllFunctions();

}  // namespace sb::promql
