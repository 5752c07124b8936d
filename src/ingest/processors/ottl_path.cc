// SPDX-License-Identifier: Apache-2.0
#include "encoding/hex.h"
#include "ingest/processors/ottl.h"

namespace sb::ingest {
namespace {

using Field = OttlPath::Field;

struct FieldRow {
  OttlContext context;
  std::string_view name;
  Field field;
};
constexpr FieldRow kFields[] = {
    {OttlContext::kResource, "attributes", Field::kAttributes},
    {OttlContext::kScope, "attributes", Field::kAttributes},
    {OttlContext::kScope, "name", Field::kName},
    {OttlContext::kScope, "version", Field::kVersion},
    {OttlContext::kSpan, "attributes", Field::kAttributes},
    {OttlContext::kSpan, "name", Field::kName},
    {OttlContext::kSpan, "kind", Field::kKind},
    {OttlContext::kSpan, "kind.string", Field::kKindText},
    {OttlContext::kSpan, "status.code", Field::kStatusCode},
    {OttlContext::kSpan, "status.message", Field::kStatusMessage},
    {OttlContext::kSpan, "trace_id.string", Field::kTraceId},
    {OttlContext::kSpan, "span_id.string", Field::kSpanId},
    {OttlContext::kSpan, "parent_span_id.string", Field::kParentSpanId},
    {OttlContext::kSpan, "trace_state", Field::kTraceState},
    {OttlContext::kSpan, "start_time_unix_nano", Field::kStartTime},
    {OttlContext::kSpan, "end_time_unix_nano", Field::kEndTime},
    {OttlContext::kSpanEvent, "attributes", Field::kAttributes},
    {OttlContext::kSpanEvent, "name", Field::kName},
    {OttlContext::kSpanEvent, "time_unix_nano", Field::kTime},
};

struct Prefix {
  std::string_view name;
  OttlContext context;
};
constexpr Prefix kPrefixes[] = {{"resource.", OttlContext::kResource},
                                {"instrumentation_scope.", OttlContext::kScope},
                                {"scope.", OttlContext::kScope},
                                {"span.", OttlContext::kSpan},
                                {"spanevent.", OttlContext::kSpanEvent}};

OttlValue ReadSpanField(Field field, const SpanRecord& span) {
  switch (field) {
    case Field::kName:
      return OttlValue::String(span.name);
    case Field::kKind:
      return OttlValue::Int(static_cast<int64_t>(span.kind));
    case Field::kKindText:
      return OttlValue::String(std::string(wire::OtlpSpanKindName(span.kind)));
    case Field::kStatusCode:
      return OttlValue::Int(static_cast<int64_t>(span.status));
    case Field::kStatusMessage:
      return OttlValue::String(span.status_message);
    case Field::kTraceId:
      return OttlValue::String(encoding::HexOf(span.trace_id));
    case Field::kSpanId:
      return OttlValue::String(encoding::HexOf(span.span_id));
    case Field::kParentSpanId:
      return OttlValue::String(encoding::HexOf(span.parent_span_id));
    case Field::kTraceState:
      return OttlValue::String(span.trace_state);
    case Field::kStartTime:
      return OttlValue::Int(static_cast<int64_t>(span.start_ns));
    case Field::kEndTime:
      return OttlValue::Int(static_cast<int64_t>(span.end_ns));
    default:
      return OttlValue::Nil();
  }
}

base::Status WrongKind(const char* wanted) {
  return base::InvalidArgument(std::string("the field wants ") + wanted);
}

base::Status WriteText(OttlValue value, std::string* field) {
  if (value.kind != OttlValue::Kind::kString) {
    return WrongKind("a string");
  }
  *field = std::move(value.text);
  return base::OkStatus();
}

base::Status WriteSpanField(Field field, OttlValue value, SpanRecord* span) {
  switch (field) {
    case Field::kName:
      return WriteText(std::move(value), &span->name);
    case Field::kStatusMessage:
      return WriteText(std::move(value), &span->status_message);
    case Field::kTraceState:
      return WriteText(std::move(value), &span->trace_state);
    default:
      break;
  }
  if (value.kind != OttlValue::Kind::kInt || value.integer < 0) {
    return WrongKind("an integer that is not negative");
  }
  switch (field) {
    case Field::kKind:
      span->kind = value.integer <= 5 ? static_cast<wire::OtlpSpanKind>(value.integer)
                                      : wire::OtlpSpanKind::kUnspecified;
      return base::OkStatus();
    case Field::kStatusCode:
      span->status = value.integer <= 2 ? static_cast<wire::OtlpStatusCode>(value.integer)
                                        : wire::OtlpStatusCode::kUnset;
      return base::OkStatus();
    case Field::kStartTime:
      span->start_ns = static_cast<uint64_t>(value.integer);
      return base::OkStatus();
    case Field::kEndTime:
      span->end_ns = static_cast<uint64_t>(value.integer);
      return base::OkStatus();
    default:
      return base::InvalidArgument("the field cannot be set");
  }
}

}  // namespace

std::optional<OttlContext> OttlContextOf(std::string_view name) {
  for (const Prefix& prefix : kPrefixes) {
    if (name == prefix.name.substr(0, prefix.name.size() - 1)) {
      return prefix.context;
    }
  }
  return std::nullopt;
}

base::Result<OttlPath> ResolveOttlPath(std::string_view dotted, std::optional<std::string> key,
                                       OttlContext context) {
  const std::string_view whole = dotted;
  OttlContext wanted = context;
  for (const Prefix& prefix : kPrefixes) {
    if (dotted.starts_with(prefix.name)) {
      wanted = prefix.context;
      dotted.remove_prefix(prefix.name.size());
      break;
    }
  }
  for (const FieldRow& row : kFields) {
    if (row.context == wanted && row.name == dotted && wanted <= context &&
        (!key.has_value() || row.field == Field::kAttributes)) {
      return OttlPath{wanted, row.field, std::move(key)};
    }
  }
  return base::InvalidArgument("unknown path: " + std::string(whole));
}

RecordAttributes* AttributesAt(const OttlPath& path, const OttlTarget& target) {
  switch (path.context) {
    case OttlContext::kResource:
      return &target.resource->attributes;
    case OttlContext::kScope:
      return &target.scope->attributes;
    case OttlContext::kSpan:
      return &target.span->attributes;
    case OttlContext::kSpanEvent:
      return &target.event->attributes;
  }
  return nullptr;
}

OttlValue ReadOttlPath(const OttlPath& path, const OttlTarget& target) {
  if (path.field == Field::kAttributes) {
    const OttlValue* found =
        path.key.has_value() ? FindIn(*AttributesAt(path, target), *path.key) : nullptr;
    return found == nullptr ? OttlValue::Nil() : *found;
  }
  switch (path.context) {
    case OttlContext::kResource:
      return OttlValue::Nil();
    case OttlContext::kScope:
      return OttlValue::String(path.field == Field::kName ? target.scope->name
                                                          : target.scope->version);
    case OttlContext::kSpan:
      return ReadSpanField(path.field, *target.span);
    case OttlContext::kSpanEvent:
      return path.field == Field::kName
                 ? OttlValue::String(target.event->name)
                 : OttlValue::Int(static_cast<int64_t>(target.event->time_ns));
  }
  return OttlValue::Nil();
}

base::Status WriteOttlPath(const OttlPath& path, OttlValue value, const OttlTarget& target) {
  if (value.kind == OttlValue::Kind::kNil) {
    return base::OkStatus();  // setting to nil changes nothing, as in the reference
  }
  if (path.field == Field::kAttributes) {
    if (!path.key.has_value()) {
      return base::InvalidArgument("attributes need a key to be set");
    }
    SetIn(AttributesAt(path, target), *path.key, std::move(value));
    return base::OkStatus();
  }
  switch (path.context) {
    case OttlContext::kResource:
      return base::InvalidArgument("the field cannot be set");
    case OttlContext::kScope:
      return WriteText(std::move(value),
                       path.field == Field::kName ? &target.scope->name : &target.scope->version);
    case OttlContext::kSpan:
      return WriteSpanField(path.field, std::move(value), target.span);
    case OttlContext::kSpanEvent:
      return path.field == Field::kName ? WriteText(std::move(value), &target.event->name)
                                        : base::InvalidArgument("the field cannot be set");
  }
  return base::OkStatus();
}

}  // namespace sb::ingest
