// SPDX-License-Identifier: Apache-2.0
//
// OTLP protobuf as JSON, by the tables of json_schema.h: the way back of json_to_proto.h.
//
//   std::string json;
//   SB_RETURN_IF_ERROR(AppendProtoAsJson(JsonTraceRequest(), bytes, JsonDialect::kOtlp, &json));
//
// Two dialects that must not be mixed. kOtlp: ids in hexadecimal, enums as numbers. kGogo (what
// Tempo's gogo jsonpb writes): ids in base64, enums by name. Both: lowerCamelCase, 64-bit integers
// as strings, zero values left out except in an AnyValue, whose kind must be told. Fields come in
// the order of the tables, unknown ones are dropped.
//
// kInvalidArgument for malformed protobuf. Threads: a pure function.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/otlp/json_schema.h"

namespace sb::wire {

enum class JsonDialect : uint8_t { kOtlp, kGogo };

// Appends an object.
base::Status AppendProtoAsJson(const JsonMessage& message, std::string_view bytes,
                               JsonDialect dialect, std::string* out);
// Appends only the fields, `"a":1,"b":2`, so that the caller may add others.
base::Status AppendProtoFieldsAsJson(const JsonMessage& message, std::string_view bytes,
                                     JsonDialect dialect, std::string* out);

}  // namespace sb::wire
