// SPDX-License-Identifier: Apache-2.0
//
// Value is what a TraceQL expression yields for one span: a view, like store::EventValue, with the
// language's own types beside the attribute types. Arrays have elements of any type.
//
//   Value::Text("GET")   Value::Duration(20'000'000)   Value::Nil()
//
// Comparisons never cast: a string is not a number. Int, float and duration compare numerically and
// exactly; a status or kind compares with an int by its number in this language (kStatusError is
// 0). Threads: values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sb::traceql {

enum class ValueType : uint8_t {
  kNil,
  kString,
  kInt,
  kFloat,
  kDuration,  // nanoseconds, in `integer`
  kBool,      // `integer` 0 or 1
  kStatus,    // `integer`: kStatus…
  kKind,      // `integer`: the number of OTLP
  kArray,
};

// The language's order, which is not OTLP's.
inline constexpr int64_t kStatusError = 0;
inline constexpr int64_t kStatusOk = 1;
inline constexpr int64_t kStatusUnset = 2;

struct Value {
  ValueType type = ValueType::kNil;
  int64_t integer = 0;
  double number = 0;
  std::string_view text = {};
  std::span<const Value> elements = {};

  static Value Nil() { return {}; }
  static Value Text(std::string_view t) { return {ValueType::kString, 0, 0, t, {}}; }
  static Value Int(int64_t v) { return {ValueType::kInt, v, 0, {}, {}}; }
  static Value Float(double v) { return {ValueType::kFloat, 0, v, {}, {}}; }
  static Value Duration(int64_t ns) { return {ValueType::kDuration, ns, 0, {}, {}}; }
  static Value Bool(bool v) { return {ValueType::kBool, v ? 1 : 0, 0, {}, {}}; }
  static Value Status(int64_t v) { return {ValueType::kStatus, v, 0, {}, {}}; }
  static Value Kind(int64_t v) { return {ValueType::kKind, v, 0, {}, {}}; }
  static Value Array(std::span<const Value> e) { return {ValueType::kArray, 0, 0, {}, e}; }

  bool is_nil() const { return type == ValueType::kNil; }
  bool IsNumeric() const {
    return type == ValueType::kInt || type == ValueType::kFloat || type == ValueType::kDuration;
  }
  // Of a numeric value; int and duration are rounded to a double.
  double AsNumber() const {
    return type == ValueType::kFloat ? number : static_cast<double>(integer);
  }
};

// How two values that are no arrays stand to each other; nothing if their types do not compare (or
// one is NaN). Bools, statuses and kinds have an order too; whether it may be asked for is for the
// operators to say.
std::optional<std::partial_ordering> Compare(const Value& a, const Value& b);
// Same type and same value; arrays element by element. For grouping.
bool Identical(const Value& a, const Value& b);
uint64_t HashValue(const Value& value);
// Exact, also beyond 2^53.
std::partial_ordering CompareIntFloat(int64_t a, double b);

// "error", "server", "1h0m0s", "200", "1.5", "nil": as the reference prints a value in a label.
std::string ValueText(const Value& value);
std::string_view StatusName(int64_t status);
std::string_view KindName(int64_t kind);
// Go's form: "1h0m0s", "1.5s", "20ms", "0s".
std::string DurationText(int64_t ns);
// Prometheus' units and Go's, in any order: "1d", "2w", "1h30m", "1.5s", "20µs". Nothing if it is
// none, or out of the range of 64 bits.
std::optional<int64_t> ParseDurationNs(std::string_view text);
// The shortest digits that read back, in Go's 'g' form.
std::string FloatText(double value);

// OTLP status codes are 0 unset, 1 ok, 2 error.
constexpr int64_t StatusFromOtlp(int64_t code) {
  return code == 1 ? kStatusOk : code == 2 ? kStatusError : kStatusUnset;
}
constexpr int64_t StatusToOtlp(int64_t status) {
  return status == kStatusOk ? 1 : status == kStatusError ? 2 : 0;
}

}  // namespace sb::traceql
