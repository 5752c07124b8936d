// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/span_events.h"

#include <functional>
#include <vector>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "query/traceql/slots.h"
#include "wire/otlp/any_value.h"

namespace sb::traceql {
namespace {

using encoding::ProtoReader;
using encoding::WireType;

// Calls `sink` with each message of a list; fields of any number.
template <typename Sink>
void ForEachMessage(std::string_view list, Sink&& sink) {
  ProtoReader reader(list);
  while (reader.Next()) {
    if (reader.wire_type() == WireType::kBytes) {
      sink(reader.Bytes());
    }
  }
}

Value ArrayOrNil(std::vector<Value> values, Arena* arena) {
  return values.empty() ? Value::Nil() : Value::Array(arena->Keep(std::move(values)));
}

Value FromWire(const wire::AnyValue& any, Arena* arena) {
  switch (any.kind) {
    case wire::AnyValue::Kind::kString:
      return Value::Text(any.bytes);
    case wire::AnyValue::Kind::kBool:
      return Value::Bool(any.boolean);
    case wire::AnyValue::Kind::kInt:
      return Value::Int(any.integer);
    case wire::AnyValue::Kind::kDouble:
      return Value::Float(any.number);
    case wire::AnyValue::Kind::kArray:
      break;
    default:
      return Value::Nil();
  }
  std::vector<Value> elements;
  ProtoReader reader(any.bytes);
  while (reader.Next()) {
    if (reader.field() != 1 || reader.wire_type() != WireType::kBytes) {
      continue;
    }
    wire::AnyValue element;
    if (!wire::ReadAnyValue(reader.Bytes(), &element).ok()) {
      break;
    }
    // An array of arrays has no meaning in the language.
    if (element.kind != wire::AnyValue::Kind::kArray) {
      elements.push_back(arena->Copy(FromWire(element, arena)));
    }
  }
  return Value::Array(arena->Keep(std::move(elements)));
}

Value AttributesOf(std::string_view list, uint32_t field, std::string_view key, Arena* arena) {
  std::vector<Value> values;
  ForEachMessage(list, [&](std::string_view message) {
    ProtoReader reader(message);
    while (reader.Next()) {
      if (reader.field() != field || reader.wire_type() != WireType::kBytes) {
        continue;
      }
      wire::KeyValue attribute;
      if (!wire::ReadKeyValue(reader.Bytes(), &attribute).ok() || attribute.key != key) {
        continue;
      }
      const Value value = FromWire(attribute.value, arena);
      if (value.type == ValueType::kArray) {
        values.insert(values.end(), value.elements.begin(), value.elements.end());
      } else if (!value.is_nil()) {
        values.push_back(arena->Copy(value));
      }
    }
  });
  return ArrayOrNil(std::move(values), arena);
}

}  // namespace

Value EventNames(std::string_view events, Arena* arena) {
  std::vector<Value> values;
  ForEachMessage(events, [&](std::string_view message) {
    ProtoReader reader(message);
    std::string_view name;
    while (reader.Next()) {
      if (reader.field() == 2 && reader.wire_type() == WireType::kBytes) {
        name = reader.Bytes();
      }
    }
    values.push_back(Value::Text(arena->Copy(name)));
  });
  return ArrayOrNil(std::move(values), arena);
}

Value EventTimes(std::string_view events, int64_t span_start_ns, Arena* arena) {
  std::vector<Value> values;
  ForEachMessage(events, [&](std::string_view message) {
    ProtoReader reader(message);
    while (reader.Next()) {
      if (reader.field() == 1 && reader.wire_type() == WireType::kFixed64) {
        const uint64_t since = reader.Fixed64() - static_cast<uint64_t>(span_start_ns);
        values.push_back(Value::Duration(static_cast<int64_t>(since)));
      }
    }
  });
  return ArrayOrNil(std::move(values), arena);
}

Value EventAttributes(std::string_view events, std::string_view key, Arena* arena) {
  return AttributesOf(events, 3, key, arena);
}

Value LinkAttributes(std::string_view links, std::string_view key, Arena* arena) {
  return AttributesOf(links, 4, key, arena);
}

Value LinkIds(std::string_view links, uint32_t field, Arena* arena) {
  std::vector<Value> values;
  ForEachMessage(links, [&](std::string_view message) {
    ProtoReader reader(message);
    while (reader.Next()) {
      if (reader.field() == field && reader.wire_type() == WireType::kBytes) {
        values.push_back(Value::Text(arena->Copy(encoding::HexOf(reader.Bytes()))));
      }
    }
  });
  return ArrayOrNil(std::move(values), arena);
}

Value FromAnyValue(std::string_view bytes, Arena* arena) {
  wire::AnyValue any;
  return wire::ReadAnyValue(bytes, &any).ok() ? FromWire(any, arena) : Value::Nil();
}

Value FromEvent(const store::EventValue& value, Arena* arena) {
  switch (value.type) {
    case store::ValueType::kText:
      return Value::Text(value.bytes);
    case store::ValueType::kInt:
      return Value::Int(value.integer);
    case store::ValueType::kFloat:
      return Value::Float(value.number);
    case store::ValueType::kBool:
      return Value::Bool(value.integer != 0);
    case store::ValueType::kAny:
      return FromAnyValue(value.bytes, arena);
    case store::ValueType::kBytes:
      break;
  }
  return Value::Nil();
}

}  // namespace sb::traceql
