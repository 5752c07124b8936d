// SPDX-License-Identifier: Apache-2.0
//
// What the messages of OTLP look like in JSON: the names of their fields, the numbers that these
// have in protobuf, and how each is written. A table for each signal's request; json_to_proto.h
// reads by it.
//
// Source: opentelemetry-proto (numbers), OTLP specification "JSON Protobuf Encoding" (ids in hex,
// 64-bit integers as strings or numbers, lowerCamelCase, unknown fields ignored).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sb::wire {

struct JsonMessage;

enum class JsonType : uint8_t {
  kString,
  kBytes,  // base64
  kId,     // trace and span ids, in hex
  kBool,
  kVarint,  // int64, uint64, uint32
  kZigZag,  // sint32
  kFixed32,
  kFixed64,  // fixed64 and sfixed64
  kDouble,
  kEnum,  // a number, or a name of `names`
  kMessage
};

struct JsonField {
  std::string_view name;
  uint32_t number;
  JsonType type;
  bool repeated = false;
  const JsonMessage* message = nullptr;          // of kMessage
  std::span<const std::string_view> names = {};  // of kEnum: names[i] is i
};

struct JsonMessage {
  std::span<const JsonField> fields;
  const JsonField* Find(std::string_view name) const;
};

const JsonMessage& JsonMetricsRequest();
const JsonMessage& JsonTraceRequest();
const JsonMessage& JsonLogsRequest();

}  // namespace sb::wire
