// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/trace_writer.h"

#include "base/check.h"

namespace sb::wire {
namespace {

constexpr uint32_t kResourceSpans = 1;
constexpr uint32_t kScopeSpans = 2;
constexpr uint32_t kSpans = 2;

}  // namespace

void TraceWriter::Begin(Place place, uint32_t field) {
  open_.push_back({place, proto_.BeginMessage(field)});
}

void TraceWriter::End(Place place) {
  SB_CHECK(!open_.empty() && open_.back().place == place);
  proto_.EndMessage(open_.back().mark);
  open_.pop_back();
}

void TraceWriter::CloseResourceMessage() {
  if (!open_.empty() && open_.back().place == Place::kResource) {
    End(Place::kResource);
  }
}

void TraceWriter::BeginResource() {
  SB_CHECK(open_.empty());
  Begin(Place::kResourceGroup, kResourceSpans);
  Begin(Place::kResource, 1);
}

void TraceWriter::EndResource() {
  CloseResourceMessage();
  End(Place::kResourceGroup);
}

void TraceWriter::BeginScope(std::string_view name, std::string_view version) {
  CloseResourceMessage();
  SB_CHECK(!open_.empty() && open_.back().place == Place::kResourceGroup);
  Begin(Place::kScope, kScopeSpans);
  if (!name.empty() || !version.empty()) {
    const size_t mark = proto_.BeginMessage(1);
    proto_.Bytes(1, name);
    if (!version.empty()) {
      proto_.Bytes(2, version);
    }
    proto_.EndMessage(mark);
  }
}

void TraceWriter::BeginSpan() {
  SB_CHECK(!open_.empty() && open_.back().place == Place::kScope);
  Begin(Place::kSpan, kSpans);
}

void TraceWriter::BeginEvent(uint64_t time_ns, std::string_view name) {
  Begin(Place::kEvent, kSpanEventField);
  proto_.Fixed64(1, time_ns);
  if (!name.empty()) {
    proto_.Bytes(2, name);
  }
}

void TraceWriter::BeginLink(std::string_view trace_id, std::string_view span_id) {
  Begin(Place::kLink, kSpanLinkField);
  proto_.Bytes(1, trace_id);
  proto_.Bytes(2, span_id);
}

void TraceWriter::Ids(std::string_view trace_id, std::string_view span_id,
                      std::string_view parent_id) {
  proto_.Bytes(1, trace_id);
  proto_.Bytes(2, span_id);
  if (!parent_id.empty()) {
    proto_.Bytes(4, parent_id);
  }
}

void TraceWriter::NameKindTimes(std::string_view name, OtlpSpanKind kind, uint64_t start_ns,
                                uint64_t end_ns) {
  proto_.Bytes(5, name);
  proto_.Varint(6, static_cast<uint64_t>(kind));
  proto_.Fixed64(7, start_ns);
  proto_.Fixed64(8, end_ns);
}

void TraceWriter::Status(OtlpStatusCode code, std::string_view message) {
  if (code == OtlpStatusCode::kUnset && message.empty()) {
    return;
  }
  const size_t mark = proto_.BeginMessage(15);
  if (!message.empty()) {
    proto_.Bytes(2, message);
  }
  proto_.Varint(3, static_cast<uint64_t>(code));
  proto_.EndMessage(mark);
}

// Where an attribute goes is a matter of the message that is open.
template <typename Write>
void TraceWriter::Put(std::string_view key, Write&& write) {
  SB_CHECK(!open_.empty());
  uint32_t field = 0;
  switch (open_.back().place) {
    case Place::kResource:
      field = 1;
      break;
    case Place::kSpan:
      field = 9;
      break;
    case Place::kEvent:
      field = 3;
      break;
    case Place::kLink:
      field = 4;
      break;
    case Place::kResourceGroup:
    case Place::kScope:
      SB_CHECK(false);  // a resource's attributes stand before its first scope
  }
  const size_t attribute = proto_.BeginMessage(field);
  proto_.Bytes(1, key);
  const size_t value = proto_.BeginMessage(2);
  write();
  proto_.EndMessage(value);
  proto_.EndMessage(attribute);
}

void TraceWriter::Text(std::string_view key, std::string_view value) {
  Put(key, [&] { proto_.Bytes(1, value); });
}

void TraceWriter::Bool(std::string_view key, bool value) {
  Put(key, [&] { proto_.Bool(2, value); });
}

void TraceWriter::Int(std::string_view key, int64_t value) {
  Put(key, [&] { proto_.Int64(3, value); });
}

void TraceWriter::Double(std::string_view key, double value) {
  Put(key, [&] { proto_.Double(4, value); });
}

void TraceWriter::Bytes(std::string_view key, std::string_view value) {
  Put(key, [&] { proto_.Bytes(7, value); });
}

void TraceWriter::Attribute(const KeyValue& attribute) {
  Put(attribute.key, [&] { WriteAnyValueFields(attribute.value, &proto_); });
}

void WriteAnyValueFields(const AnyValue& value, encoding::ProtoWriter* out) {
  switch (value.kind) {
    case AnyValue::Kind::kEmpty:
      break;
    case AnyValue::Kind::kString:
      out->Bytes(1, value.bytes);
      break;
    case AnyValue::Kind::kBool:
      out->Bool(2, value.boolean);
      break;
    case AnyValue::Kind::kInt:
      out->Int64(3, value.integer);
      break;
    case AnyValue::Kind::kDouble:
      out->Double(4, value.number);
      break;
    case AnyValue::Kind::kArray:
      out->Bytes(5, value.bytes);
      break;
    case AnyValue::Kind::kMap:
      out->Bytes(6, value.bytes);
      break;
    case AnyValue::Kind::kBytes:
      out->Bytes(7, value.bytes);
      break;
  }
}

}  // namespace sb::wire
