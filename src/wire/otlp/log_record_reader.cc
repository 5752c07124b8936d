// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/log_record_reader.h"

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

base::Status ReadTime(uint64_t value, int64_t* time_ns) {
  if (value > static_cast<uint64_t>(INT64_MAX)) {
    return base::InvalidArgument("a time beyond the year 2262: " + std::to_string(value));
  }
  *time_ns = static_cast<int64_t>(value);
  return base::OkStatus();
}

base::Status ReadId(std::string_view bytes, size_t size, std::string_view* id) {
  if (!bytes.empty() && bytes.size() != size) {
    return base::InvalidArgument("an id has " + std::to_string(bytes.size()) +
                                 " bytes instead of " + std::to_string(size));
  }
  const bool is_zero = bytes.find_first_not_of('\0') == std::string_view::npos;
  *id = is_zero ? std::string_view() : bytes;
  return base::OkStatus();
}

base::Status Flatten(const std::string& name, const AnyValue& value, int depth,
                     const std::function<void(std::string_view, const AnyValue&)>& sink) {
  if (value.kind != AnyValue::Kind::kMap) {
    sink(name, value);
    return base::OkStatus();
  }
  if (depth == kAnyValueDepthMax) {
    return base::InvalidArgument("an attribute is nested too deeply: " + name.substr(0, 256));
  }
  ProtoReader in(value.bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      KeyValue member;
      SB_RETURN_IF_ERROR(ReadKeyValue(in.Bytes(), &member));
      SB_RETURN_IF_ERROR(
          Flatten(name + "_" + std::string(member.key), member.value, depth + 1, sink));
    }
  }
  return in.status();
}

}  // namespace

base::Status ReadLogRecord(std::string_view bytes, OtlpLogRecord* record) {
  *record = OtlpLogRecord();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        SB_RETURN_IF_ERROR(ReadTime(in.Fixed64(), &record->time_ns));
        break;
      case 2:
        record->severity_number = in.Int32();
        break;
      case 3:
        record->severity_text = in.Bytes();
        break;
      case 5:
        SB_RETURN_IF_ERROR(ReadAnyValue(in.Bytes(), &record->body));
        break;
      case 6:
        SB_RETURN_IF_ERROR(ReadAttribute(in.Bytes(), &record->attributes));
        break;
      case 7:
        record->dropped_attributes = in.Uint32();
        break;
      case 8:
        record->flags = in.Fixed32();
        break;
      case 9:
        SB_RETURN_IF_ERROR(ReadId(in.Bytes(), 16, &record->trace_id));
        break;
      case 10:
        SB_RETURN_IF_ERROR(ReadId(in.Bytes(), 8, &record->span_id));
        break;
      case 11:
        SB_RETURN_IF_ERROR(ReadTime(in.Fixed64(), &record->observed_time_ns));
        break;
      case 12:
        record->event_name = in.Bytes();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status FlattenAttribute(
    const KeyValue& attribute,
    const std::function<void(std::string_view name, const AnyValue& value)>& sink) {
  if (attribute.value.kind != AnyValue::Kind::kMap) {
    sink(attribute.key, attribute.value);
    return base::OkStatus();
  }
  return Flatten(std::string(attribute.key), attribute.value, 0, sink);
}

}  // namespace sb::wire
