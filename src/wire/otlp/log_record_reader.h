// SPDX-License-Identifier: Apache-2.0
//
// One LogRecord of an OTLP logs request, as views into it.
//
//   OtlpLogRecord record;
//   SB_RETURN_IF_ERROR(ReadLogRecord(item, &record));      // items of envelope_reader.h
//
// kInvalidArgument for malformed bytes, for ids of a wrong length and for times beyond the year
// 2262. All-zero ids are none.
//
// Source: opentelemetry/proto/logs/v1/logs.proto. Threads: values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/otlp/any_value.h"

namespace sb::wire {

struct OtlpLogRecord {
  int64_t time_ns = 0;           // 0: unknown
  int64_t observed_time_ns = 0;  // 0: unknown
  int32_t severity_number = 0;
  std::string_view severity_text;
  AnyValue body;
  std::vector<KeyValue> attributes;
  uint32_t dropped_attributes = 0;
  uint32_t flags = 0;
  std::string_view trace_id;  // 16 bytes or empty
  std::string_view span_id;   // 8 bytes or empty
  std::string_view event_name;
};

// Replaces `record`.
base::Status ReadLogRecord(std::string_view bytes, OtlpLogRecord* record);

// Calls `sink` for each leaf of the attribute: maps are walked, their keys joined by '_'; arrays
// and everything else are leaves. kInvalidArgument if it is malformed or nested too deeply.
base::Status FlattenAttribute(
    const KeyValue& attribute,
    const std::function<void(std::string_view name, const AnyValue& value)>& sink);

}  // namespace sb::wire
