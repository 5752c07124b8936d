// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/testing/trace_builder.h"

#include <gtest/gtest.h>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

using encoding::ProtoWriter;

std::string Padded(const std::string& hex, size_t digits) {
  std::string bytes;
  EXPECT_TRUE(encoding::ParseHex(std::string(digits - hex.size(), '0') + hex, &bytes)) << hex;
  return bytes;
}

void WriteAttributes(const TestAttributes& attributes, uint32_t field, std::string* out) {
  for (const auto& [key, value] : attributes) {
    std::string message;
    ProtoWriter writer(&message);
    writer.Bytes(1, key);
    writer.Bytes(2, value.Encoded());
    ProtoWriter(out).Bytes(field, message);
  }
}

std::string EncodeEvents(const std::vector<TestEvent>& events) {
  std::string out;
  for (const TestEvent& event : events) {
    std::string message;
    ProtoWriter writer(&message);
    writer.Fixed64(1, static_cast<uint64_t>(event.time_ns));
    writer.Bytes(2, event.name);
    WriteAttributes(event.attributes, 3, &message);
    ProtoWriter(&out).Bytes(11, message);
  }
  return out;
}

std::string EncodeLinks(const std::vector<TestLink>& links) {
  std::string out;
  for (const TestLink& link : links) {
    std::string message;
    ProtoWriter writer(&message);
    writer.Bytes(1, TraceIdBytes(link.trace));
    writer.Bytes(2, SpanIdBytes(link.span));
    WriteAttributes(link.attributes, 4, &message);
    ProtoWriter(&out).Bytes(13, message);
  }
  return out;
}

store::EventStream StreamOf(const TestSpan& span) {
  store::EventStreamBuilder builder;
  if (!span.service.empty()) {
    builder.Add("resource.service.name", store::EventValue::Text(span.service));
  }
  for (const auto& [key, value] : span.resource) {
    builder.Add("resource." + key, value.View());
  }
  if (!span.scope_name.empty()) {
    builder.Add(store::kScopeName, store::EventValue::Text(span.scope_name));
  }
  if (!span.scope_version.empty()) {
    builder.Add(store::kScopeVersion, store::EventValue::Text(span.scope_version));
  }
  for (const auto& [key, value] : span.scope) {
    builder.Add("scope.attr." + key, value.View());
  }
  return builder.Build();
}

}  // namespace

AttributeValue AttributeValue::Text(std::string text) {
  AttributeValue out;
  out.bytes = std::move(text);
  return out;
}

AttributeValue AttributeValue::Array(const std::vector<AttributeValue>& elements) {
  std::string array;
  for (const AttributeValue& element : elements) {
    ProtoWriter(&array).Bytes(1, element.Encoded());
  }
  AttributeValue out;
  out.value.type = store::ValueType::kAny;
  ProtoWriter(&out.bytes).Bytes(5, array);
  return out;
}

store::EventValue AttributeValue::View() const {
  store::EventValue view = value;
  view.bytes = bytes;
  return view;
}

std::string AttributeValue::Encoded() const {
  std::string out;
  ProtoWriter writer(&out);
  switch (value.type) {
    case store::ValueType::kText:
      writer.Bytes(1, bytes);
      break;
    case store::ValueType::kBool:
      writer.Bool(2, value.integer != 0);
      break;
    case store::ValueType::kInt:
      writer.Int64(3, value.integer);
      break;
    case store::ValueType::kFloat:
      writer.Double(4, value.number);
      break;
    case store::ValueType::kBytes:
      writer.Bytes(7, bytes);
      break;
    case store::ValueType::kAny:
      out = bytes;
      break;
  }
  return out;
}

std::string TraceIdBytes(const std::string& hex) {
  return Padded(hex, 32);
}

std::string SpanIdBytes(const std::string& hex) {
  return Padded(hex, 16);
}

TraceBuilder& TraceBuilder::Span(TestSpan span) {
  spans_.push_back(std::move(span));
  return *this;
}

base::Status TraceBuilder::WriteTo(store::EventWriter* writer) const {
  store::EventBatch batch;
  const auto text = [&batch](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      batch.Set(name, store::EventValue::Text(value));
    }
  };
  for (const TestSpan& span : spans_) {
    batch.AddRow(batch.AddStream(StreamOf(span)), span.start_ns);
    batch.Set(store::kTraceIdColumn, store::EventValue::Bytes(TraceIdBytes(span.trace)));
    batch.Set(store::kSpanIdColumn, store::EventValue::Bytes(SpanIdBytes(span.id)));
    if (!span.parent.empty()) {
      batch.Set(store::kParentSpanIdColumn, store::EventValue::Bytes(SpanIdBytes(span.parent)));
    }
    text(store::kNameColumn, span.name);
    text(store::kStatusMessageColumn, span.status_message);
    batch.Set(store::kKindColumn, store::EventValue::Int(span.kind));
    batch.Set(store::kStatusColumn, store::EventValue::Int(span.status));
    batch.Set(store::kDurationColumn, store::EventValue::Int(span.duration_ns));
    if (!span.events.empty()) {
      batch.Set(store::kEventsColumn, store::EventValue::Bytes(EncodeEvents(span.events)));
    }
    if (!span.links.empty()) {
      batch.Set(store::kLinksColumn, store::EventValue::Bytes(EncodeLinks(span.links)));
    }
    for (const auto& [key, value] : span.attributes) {
      batch.Set("span." + key, value.View());
    }
  }
  return writer->Write(std::move(batch));
}

}  // namespace sb::traceql
