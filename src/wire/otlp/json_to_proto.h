// SPDX-License-Identifier: Apache-2.0
//
// OTLP/JSON becomes OTLP protobuf, so that there is one reader, one store format and one set of
// rules for both encodings.
//
//   std::string request;
//   SB_RETURN_IF_ERROR(JsonToProto(JsonMetricsRequest(), body, &request));
//
// Lenient where the specification asks for it: unknown fields are skipped, null is absent, 64-bit
// integers may be strings or numbers, enums numbers or names, doubles numbers or strings ("NaN",
// "Infinity"), ids hexadecimal in any case. Everything else is kInvalidArgument with the offset:
// malformed JSON, invalid UTF-8, a value of another kind than its field, an integer out of range,
// nesting deeper than 400 objects and arrays. The output is at most a small multiple of the input.
//
// Threads: a pure function.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/otlp/json_schema.h"

namespace sb::wire {

// Replaces `out`.
base::Status JsonToProto(const JsonMessage& message, std::string_view json, std::string* out);

}  // namespace sb::wire
