// SPDX-License-Identifier: Apache-2.0
//
// Attributes of OTLP: a key and a value of any kind. Values are views into the request; arrays and
// maps stay encoded until somebody asks for their text.
//
//   KeyValue attribute;
//   SB_RETURN_IF_ERROR(ReadKeyValue(bytes, &attribute));
//   AppendAnyValueText(attribute.value, &label_value);
//
// kInvalidArgument for malformed bytes, and for arrays and maps nested deeper than
// kAnyValueDepthMax. The text is what the reference makes a label of: strings and numbers as they
// are, bytes in base64, arrays and maps as JSON with sorted keys, nothing for an empty value.
//
// Source: opentelemetry/proto/common/v1/common.proto; Collector pdata, pcommon.Value.AsString.
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::wire {

inline constexpr int kAnyValueDepthMax = 64;

struct AnyValue {
  enum class Kind : uint8_t { kEmpty, kString, kBool, kInt, kDouble, kArray, kMap, kBytes };
  Kind kind = Kind::kEmpty;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  std::string_view bytes;  // string, bytes; of array and map the encoded message
};

struct KeyValue {
  std::string_view key;
  AnyValue value;
};

base::Status ReadAnyValue(std::string_view bytes, AnyValue* value);
base::Status ReadKeyValue(std::string_view bytes, KeyValue* attribute);
// Adds one attribute to the list, unless the key is there already: then the first one stays.
base::Status ReadAttribute(std::string_view bytes, std::vector<KeyValue>* attributes);

base::Status AppendAnyValueText(const AnyValue& value, std::string* out);

// Null if there is none.
const AnyValue* FindAttribute(const std::vector<KeyValue>& attributes, std::string_view key);

}  // namespace sb::wire
