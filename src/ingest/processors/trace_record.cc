// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/trace_record.h"

#include <algorithm>

#include "wire/otlp/envelope_reader.h"

namespace sb::ingest {
namespace {

using encoding::ProtoWriter;

RecordAttributes AttributesOf(const std::vector<wire::KeyValue>& from) {
  RecordAttributes attributes;
  for (const wire::KeyValue& attribute : from) {
    if (FindIn(attributes, attribute.key) == nullptr) {
      attributes.push_back({std::string(attribute.key), OttlValue::FromAny(attribute.value)});
    }
  }
  return attributes;
}

bool ReadEvents(const std::vector<std::string_view>& from, std::vector<EventRecord>* events) {
  for (const std::string_view bytes : from) {
    wire::OtlpSpanEvent event;
    if (!wire::ReadSpanEvent(bytes, &event).ok()) {
      return false;
    }
    events->push_back({event.time_ns, std::string(event.name), event.dropped_attributes,
                       AttributesOf(event.attributes)});
  }
  return true;
}

SpanRecord SpanOf(std::string_view item) {
  wire::OtlpSpan span;
  SpanRecord record;
  if (!wire::ReadSpan(item, &span).ok() || !ReadEvents(span.events, &record.events)) {
    record = SpanRecord();
    record.raw = item;
    return record;
  }
  record.trace_id = span.trace_id;
  record.span_id = span.span_id;
  record.parent_span_id = span.parent_span_id;
  record.trace_state = span.trace_state;
  record.name = span.name;
  record.status_message = span.status_message;
  record.kind = span.kind;
  record.status = span.status;
  record.start_ns = span.start_ns;
  record.end_ns = span.end_ns;
  record.flags = span.flags;
  record.dropped_attributes = span.dropped_attributes;
  record.dropped_events = span.dropped_events;
  record.dropped_links = span.dropped_links;
  record.attributes = AttributesOf(span.attributes);
  record.links.assign(span.links.begin(), span.links.end());
  return record;
}

void WriteAttributes(const RecordAttributes& attributes, uint32_t field, ProtoWriter* out) {
  for (const RecordAttribute& attribute : attributes) {
    const size_t mark = out->BeginMessage(field);
    out->Bytes(1, attribute.key);
    const size_t value = out->BeginMessage(2);
    attribute.value.WriteFields(out);
    out->EndMessage(value);
    out->EndMessage(mark);
  }
}

void WriteText(uint32_t field, const std::string& text, ProtoWriter* out) {
  if (!text.empty()) {
    out->Bytes(field, text);
  }
}

void WriteCount(uint32_t field, uint32_t count, ProtoWriter* out) {
  if (count != 0) {
    out->Varint(field, count);
  }
}

void WriteEvent(const EventRecord& event, ProtoWriter* out) {
  const size_t mark = out->BeginMessage(wire::kSpanEventField);
  out->Fixed64(1, event.time_ns);
  WriteText(2, event.name, out);
  WriteAttributes(event.attributes, 3, out);
  WriteCount(4, event.dropped_attributes, out);
  out->EndMessage(mark);
}

void WriteSpan(const SpanRecord& span, ProtoWriter* out) {
  if (!span.raw.empty()) {
    out->Bytes(2, span.raw);
    return;
  }
  const size_t mark = out->BeginMessage(2);
  out->Bytes(1, span.trace_id);
  out->Bytes(2, span.span_id);
  WriteText(3, span.trace_state, out);
  WriteText(4, span.parent_span_id, out);
  WriteText(5, span.name, out);
  out->Varint(6, static_cast<uint64_t>(span.kind));
  out->Fixed64(7, span.start_ns);
  out->Fixed64(8, span.end_ns);
  WriteAttributes(span.attributes, 9, out);
  WriteCount(10, span.dropped_attributes, out);
  for (const EventRecord& event : span.events) {
    WriteEvent(event, out);
  }
  WriteCount(12, span.dropped_events, out);
  for (const std::string& link : span.links) {
    out->Bytes(wire::kSpanLinkField, link);
  }
  WriteCount(14, span.dropped_links, out);
  const size_t status = out->BeginMessage(15);
  WriteText(2, span.status_message, out);
  out->Varint(3, static_cast<uint64_t>(span.status));
  out->EndMessage(status);
  if (span.flags != 0) {
    out->Fixed32(16, span.flags);
  }
  out->EndMessage(mark);
}

void WriteScope(const ScopeRecord& scope, ProtoWriter* out) {
  const size_t group = out->BeginMessage(2);
  const size_t message = out->BeginMessage(1);
  WriteText(1, scope.name, out);
  WriteText(2, scope.version, out);
  WriteAttributes(scope.attributes, 3, out);
  out->EndMessage(message);
  for (const SpanRecord& span : scope.spans) {
    WriteSpan(span, out);
  }
  WriteText(3, scope.schema_url, out);
  out->EndMessage(group);
}

}  // namespace

OttlValue* FindIn(RecordAttributes* attributes, std::string_view key) {
  for (RecordAttribute& attribute : *attributes) {
    if (attribute.key == key) {
      return &attribute.value;
    }
  }
  return nullptr;
}

const OttlValue* FindIn(const RecordAttributes& attributes, std::string_view key) {
  for (const RecordAttribute& attribute : attributes) {
    if (attribute.key == key) {
      return &attribute.value;
    }
  }
  return nullptr;
}

void SetIn(RecordAttributes* attributes, std::string_view key, OttlValue value) {
  if (OttlValue* found = FindIn(attributes, key)) {
    *found = std::move(value);
  } else {
    attributes->push_back({std::string(key), std::move(value)});
  }
}

void RemoveFrom(RecordAttributes* attributes, std::string_view key) {
  std::erase_if(*attributes, [key](const RecordAttribute& a) { return a.key == key; });
}

size_t TraceRecord::SpanCount() const {
  size_t count = 0;
  for (const ResourceRecord& resource : resources) {
    for (const ScopeRecord& scope : resource.scopes) {
      count += scope.spans.size();
    }
  }
  return count;
}

base::Status ReadTraceRecord(std::string_view request, TraceRecord* record) {
  record->resources.clear();
  wire::EnvelopeReader in(request);
  while (in.NextResource()) {
    ResourceRecord& resource = record->resources.emplace_back();
    resource.schema_url = in.resource().schema_url;
    resource.attributes = AttributesOf(in.resource().attributes);
    while (in.NextScope()) {
      ScopeRecord& scope = resource.scopes.emplace_back();
      scope.name = in.scope().name;
      scope.version = in.scope().version;
      scope.schema_url = in.scope().schema_url;
      scope.attributes = AttributesOf(in.scope().attributes);
      std::string_view item;
      while (in.NextItem(&item)) {
        scope.spans.push_back(SpanOf(item));
      }
    }
  }
  return in.status();
}

std::string WriteTraceRecord(const TraceRecord& record) {
  std::string request;
  ProtoWriter out(&request);
  for (const ResourceRecord& resource : record.resources) {
    if (std::all_of(resource.scopes.begin(), resource.scopes.end(),
                    [](const ScopeRecord& scope) { return scope.spans.empty(); })) {
      continue;
    }
    const size_t group = out.BeginMessage(1);
    const size_t message = out.BeginMessage(1);
    WriteAttributes(resource.attributes, 1, &out);
    out.EndMessage(message);
    for (const ScopeRecord& scope : resource.scopes) {
      if (!scope.spans.empty()) {
        WriteScope(scope, &out);
      }
    }
    WriteText(3, resource.schema_url, &out);
    out.EndMessage(group);
  }
  return request;
}

}  // namespace sb::ingest
