// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/ottl_value.h"

#include <compare>

#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

bool Holds(std::partial_ordering order, OttlCompare op) {
  switch (op) {
    case OttlCompare::kEqual:
      return order == 0;
    case OttlCompare::kNotEqual:
      return order != 0;
    case OttlCompare::kLess:
      return order < 0;
    case OttlCompare::kLessEqual:
      return order <= 0;
    case OttlCompare::kGreater:
      return order > 0;
    case OttlCompare::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

}  // namespace

OttlValue OttlValue::Bool(bool value) {
  OttlValue made;
  made.kind = Kind::kBool;
  made.boolean = value;
  return made;
}

OttlValue OttlValue::Int(int64_t value) {
  OttlValue made;
  made.kind = Kind::kInt;
  made.integer = value;
  return made;
}

OttlValue OttlValue::Double(double value) {
  OttlValue made;
  made.kind = Kind::kDouble;
  made.number = value;
  return made;
}

OttlValue OttlValue::String(std::string value) {
  OttlValue made;
  made.kind = Kind::kString;
  made.text = std::move(value);
  return made;
}

OttlValue OttlValue::FromAny(const wire::AnyValue& value) {
  switch (value.kind) {
    case wire::AnyValue::Kind::kString:
      return String(std::string(value.bytes));
    case wire::AnyValue::Kind::kBool:
      return Bool(value.boolean);
    case wire::AnyValue::Kind::kInt:
      return Int(value.integer);
    case wire::AnyValue::Kind::kDouble:
      return Double(value.number);
    case wire::AnyValue::Kind::kEmpty:
    case wire::AnyValue::Kind::kArray:
    case wire::AnyValue::Kind::kMap:
    case wire::AnyValue::Kind::kBytes:
      break;
  }
  OttlValue other;
  other.kind = Kind::kOther;
  encoding::ProtoWriter out(&other.text);
  wire::WriteAnyValueFields(value, &out);
  return other;
}

wire::AnyValue OttlValue::Any() const {
  wire::AnyValue any;
  switch (kind) {
    case Kind::kNil:
      break;
    case Kind::kBool:
      any.kind = wire::AnyValue::Kind::kBool;
      any.boolean = boolean;
      break;
    case Kind::kInt:
      any.kind = wire::AnyValue::Kind::kInt;
      any.integer = integer;
      break;
    case Kind::kDouble:
      any.kind = wire::AnyValue::Kind::kDouble;
      any.number = number;
      break;
    case Kind::kString:
      any.kind = wire::AnyValue::Kind::kString;
      any.bytes = text;
      break;
    case Kind::kOther:
      // It was read from a well-formed message.
      (void)wire::ReadAnyValue(text, &any);
      break;
  }
  return any;
}

void OttlValue::WriteFields(encoding::ProtoWriter* out) const {
  wire::WriteAnyValueFields(Any(), out);
}

std::string OttlValue::Text() const {
  std::string out;
  if (!wire::AppendAnyValueText(Any(), &out).ok()) {
    out.clear();  // nested too deeply to be a text
  }
  return out;
}

std::optional<double> OttlValue::Number() const {
  if (kind == Kind::kInt) {
    return static_cast<double>(integer);
  }
  return kind == Kind::kDouble ? std::optional(number) : std::nullopt;
}

bool Compare(const OttlValue& a, OttlCompare op, const OttlValue& b) {
  if (a.kind == OttlValue::Kind::kInt && b.kind == OttlValue::Kind::kInt) {
    return Holds(a.integer <=> b.integer, op);
  }
  if (a.Number().has_value() && b.Number().has_value()) {
    return Holds(*a.Number() <=> *b.Number(), op);
  }
  if (a.kind != b.kind) {
    return op == OttlCompare::kNotEqual;
  }
  switch (a.kind) {
    case OttlValue::Kind::kString:
      return Holds(a.text <=> b.text, op);
    case OttlValue::Kind::kBool:
      return Holds(static_cast<int>(a.boolean) <=> static_cast<int>(b.boolean), op);
    default:
      return (a == b) == (op == OttlCompare::kEqual) &&
             (op == OttlCompare::kEqual || op == OttlCompare::kNotEqual);
  }
}

}  // namespace sb::ingest
