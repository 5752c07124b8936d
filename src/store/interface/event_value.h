// SPDX-License-Identifier: Apache-2.0
//
// EventValue is one typed value of an event (a span or a log record): a view, valid as long as what
// it was read from. Attributes keep the type in which they were sent, and a name may have values of
// several types in one store: each (name, type) is a column of its own.
//
//   EventValue::Text("GET")   EventValue::Int(200)   EventValue::Any(otlp_any_value_bytes)
#pragma once

#include <cstdint>
#include <string_view>

namespace sb::store {

enum class ValueType : uint8_t {
  kText = 0,   // a string; not necessarily valid UTF-8
  kInt = 1,    // int64
  kFloat = 2,  // double, NaN payloads kept
  kBool = 3,
  kBytes = 4,  // opaque: ids, encoded span events
  kAny = 5,    // an encoded opentelemetry.proto.common.v1.AnyValue: arrays and key-value lists
};

struct EventValue {
  ValueType type = ValueType::kText;
  std::string_view bytes = {};  // kText, kBytes, kAny
  int64_t integer = 0;          // kInt; kBool: 0 or 1
  double number = 0;            // kFloat

  static EventValue Text(std::string_view text) { return {ValueType::kText, text, 0, 0}; }
  static EventValue Bytes(std::string_view bytes) { return {ValueType::kBytes, bytes, 0, 0}; }
  static EventValue Any(std::string_view bytes) { return {ValueType::kAny, bytes, 0, 0}; }
  static EventValue Int(int64_t value) { return {ValueType::kInt, {}, value, 0}; }
  static EventValue Float(double value) { return {ValueType::kFloat, {}, 0, value}; }
  static EventValue Bool(bool value) { return {ValueType::kBool, {}, value ? 1 : 0, 0}; }

  bool has_bytes() const {
    return type == ValueType::kText || type == ValueType::kBytes || type == ValueType::kAny;
  }
};

}  // namespace sb::store
