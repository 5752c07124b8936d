// SPDX-License-Identifier: Apache-2.0
//
// OttlValue is one value in a statement of the OpenTelemetry Transformation Language, and of an
// attribute of a span that processors change.
//
// Arrays, maps, bytes and empty values are kept as the encoded AnyValue they came in (kOther): they
// can be moved, compared for equality and asked for their text, not taken apart.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "encoding/protobuf.h"
#include "wire/otlp/any_value.h"

namespace sb::ingest {

struct OttlValue {
  enum class Kind : uint8_t { kNil, kBool, kInt, kDouble, kString, kOther };
  Kind kind = Kind::kNil;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string text;  // kString; kOther: an encoded AnyValue

  static OttlValue Nil() { return {}; }
  static OttlValue Bool(bool value);
  static OttlValue Int(int64_t value);
  static OttlValue Double(double value);
  static OttlValue String(std::string value);
  static OttlValue FromAny(const wire::AnyValue& value);

  // Writes the fields of an AnyValue.
  void WriteFields(encoding::ProtoWriter* out) const;
  std::string Text() const;    // as the Collector prints a value
  wire::AnyValue Any() const;  // a view
  std::optional<double> Number() const;

  friend bool operator==(const OttlValue&, const OttlValue&) = default;
};

enum class OttlCompare : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
// Numbers compare with numbers, texts with texts, bools with bools; values of other kinds are only
// ever unequal.
bool Compare(const OttlValue& a, OttlCompare op, const OttlValue& b);

}  // namespace sb::ingest
