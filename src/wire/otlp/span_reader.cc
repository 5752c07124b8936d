// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/span_reader.h"

#include <algorithm>

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

// Bounds what one span may allocate; SDKs send at most 128 of each.
constexpr size_t kListMax = 65'536;

bool IsZero(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) { return c == 0; });
}

base::Status CheckNested(const AnyValue& value, int depth);

base::Status CheckElements(const AnyValue& value, int depth) {
  ProtoReader in(value.bytes);
  while (in.Next()) {
    if (in.field() != 1) {
      continue;
    }
    KeyValue element;
    if (value.kind == AnyValue::Kind::kMap) {
      SB_RETURN_IF_ERROR(ReadKeyValue(in.Bytes(), &element));
    } else {
      SB_RETURN_IF_ERROR(ReadAnyValue(in.Bytes(), &element.value));
    }
    SB_RETURN_IF_ERROR(CheckNested(element.value, depth));
  }
  return in.status();
}

// `depth` is how many levels may still be opened.
base::Status CheckNested(const AnyValue& value, int depth) {
  if (value.kind != AnyValue::Kind::kArray && value.kind != AnyValue::Kind::kMap) {
    return base::OkStatus();
  }
  if (depth == 0) {
    return base::InvalidArgument("an attribute is nested deeper than " +
                                 std::to_string(kAnyValueDepthMax) + " levels");
  }
  return CheckElements(value, depth - 1);
}

base::Status AddAttribute(std::string_view bytes, std::vector<KeyValue>* attributes) {
  if (attributes->size() >= kListMax) {
    return base::InvalidArgument("too many attributes in one place, the most are " +
                                 std::to_string(kListMax));
  }
  KeyValue& attribute = attributes->emplace_back();
  SB_RETURN_IF_ERROR(ReadKeyValue(bytes, &attribute));
  const AnyValue::Kind kind = attribute.value.kind;
  return kind == AnyValue::Kind::kArray || kind == AnyValue::Kind::kMap
             ? CheckAnyValue(attribute.value)
             : base::OkStatus();
}

void AddBytes(ProtoReader* in, std::vector<std::string_view>* list) {
  if (list->size() >= kListMax) {
    in->Fail("a span has too many events or links");
    return;
  }
  list->push_back(in->Bytes());
}

base::Status ReadStatus(std::string_view bytes, OtlpSpan* span) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 2) {
      span->status_message = in.Bytes();
    } else if (in.field() == 3) {
      const uint64_t code = in.Varint();
      span->status = code <= 2 ? static_cast<OtlpStatusCode>(code) : OtlpStatusCode::kUnset;
    }
  }
  return in.status();
}

void Reset(OtlpSpan* span) {
  span->trace_id = span->span_id = span->parent_span_id = {};
  span->trace_state = span->name = span->status_message = {};
  span->kind = OtlpSpanKind::kUnspecified;
  span->status = OtlpStatusCode::kUnset;
  span->start_ns = span->end_ns = 0;
  span->flags = span->dropped_attributes = span->dropped_events = span->dropped_links = 0;
  span->attributes.clear();
  span->events.clear();
  span->links.clear();
}

OtlpSpanKind KindOf(uint64_t number) {
  return number <= 5 ? static_cast<OtlpSpanKind>(number) : OtlpSpanKind::kUnspecified;
}

base::Status ReadField(ProtoReader* in, OtlpSpan* span) {
  switch (in->field()) {
    case 1:
      span->trace_id = in->Bytes();
      break;
    case 2:
      span->span_id = in->Bytes();
      break;
    case 3:
      span->trace_state = in->Bytes();
      break;
    case 4:
      span->parent_span_id = in->Bytes();
      break;
    case 5:
      span->name = in->Bytes();
      break;
    case 6:
      span->kind = KindOf(in->Varint());
      break;
    case 7:
      span->start_ns = in->Fixed64();
      break;
    case 8:
      span->end_ns = in->Fixed64();
      break;
    case 9:
      return AddAttribute(in->Bytes(), &span->attributes);
    case 10:
      span->dropped_attributes = in->Uint32();
      break;
    case kSpanEventField:
      AddBytes(in, &span->events);
      break;
    case 12:
      span->dropped_events = in->Uint32();
      break;
    case kSpanLinkField:
      AddBytes(in, &span->links);
      break;
    case 14:
      span->dropped_links = in->Uint32();
      break;
    case 15:
      return ReadStatus(in->Bytes(), span);
    case 16:
      span->flags = in->Fixed32();
      break;
    default:
      break;
  }
  return base::OkStatus();
}

}  // namespace

std::string_view OtlpSpanKindName(OtlpSpanKind kind) {
  static constexpr std::string_view kNames[] = {"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
                                                "SPAN_KIND_SERVER",      "SPAN_KIND_CLIENT",
                                                "SPAN_KIND_PRODUCER",    "SPAN_KIND_CONSUMER"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view OtlpStatusCodeName(OtlpStatusCode code) {
  static constexpr std::string_view kNames[] = {"STATUS_CODE_UNSET", "STATUS_CODE_OK",
                                                "STATUS_CODE_ERROR"};
  return kNames[static_cast<size_t>(code)];
}

base::Status CheckAnyValue(const AnyValue& value) {
  return CheckNested(value, kAnyValueDepthMax);
}

base::Status ReadSpan(std::string_view bytes, OtlpSpan* span) {
  Reset(span);
  span->encoded_bytes = bytes.size();
  ProtoReader in(bytes);
  while (in.Next()) {
    SB_RETURN_IF_ERROR(ReadField(&in, span));
  }
  if (IsZero(span->parent_span_id)) {
    span->parent_span_id = {};
  }
  return in.status();
}

const char* WhyInvalid(const OtlpSpan& span) {
  if (span.trace_id.size() != 16 || IsZero(span.trace_id)) {
    return "the trace id is not 16 bytes or all zero";
  }
  if (span.span_id.size() != 8 || IsZero(span.span_id)) {
    return "the span id is not 8 bytes or all zero";
  }
  if (!span.parent_span_id.empty() && span.parent_span_id.size() != 8) {
    return "the parent span id is not 8 bytes";
  }
  if (span.start_ns > INT64_MAX || span.end_ns > INT64_MAX) {
    return "a time of the span is beyond the year 2262";
  }
  return nullptr;
}

base::Status ReadSpanEvent(std::string_view bytes, OtlpSpanEvent* event) {
  *event = OtlpSpanEvent();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        event->time_ns = in.Fixed64();
        break;
      case 2:
        event->name = in.Bytes();
        break;
      case 3:
        SB_RETURN_IF_ERROR(AddAttribute(in.Bytes(), &event->attributes));
        break;
      case 4:
        event->dropped_attributes = in.Uint32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadSpanLink(std::string_view bytes, OtlpSpanLink* link) {
  *link = OtlpSpanLink();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        link->trace_id = in.Bytes();
        break;
      case 2:
        link->span_id = in.Bytes();
        break;
      case 3:
        link->trace_state = in.Bytes();
        break;
      case 4:
        SB_RETURN_IF_ERROR(AddAttribute(in.Bytes(), &link->attributes));
        break;
      case 5:
        link->dropped_attributes = in.Uint32();
        break;
      case 6:
        link->flags = in.Fixed32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

}  // namespace sb::wire
