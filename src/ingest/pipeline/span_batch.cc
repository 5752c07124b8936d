// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/span_batch.h"

#include <cstring>

#include "encoding/protobuf.h"
#include "model/utf8_repair.h"
#include "store/interface/event_schema.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

using store::EventValue;
using store::ValueType;
using Kind = wire::AnyValue::Kind;

constexpr size_t kSlotsMin = 64;

ValueType TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kString:
      return ValueType::kText;
    case Kind::kBool:
      return ValueType::kBool;
    case Kind::kInt:
      return ValueType::kInt;
    case Kind::kDouble:
      return ValueType::kFloat;
    case Kind::kBytes:
      return ValueType::kBytes;
    case Kind::kEmpty:
    case Kind::kArray:
    case Kind::kMap:
      return ValueType::kAny;
  }
  return ValueType::kAny;
}

uint64_t Load(const char* from, size_t bytes) {
  uint64_t value = 0;
  std::memcpy(&value, from, bytes);
  return value;
}

// Attribute names differ in their ends; equal hashes are told apart by the names themselves.
uint64_t KeyHash(std::string_view key, ValueType type) {
  const size_t n = key.size();
  uint64_t mixed = n * 8 + static_cast<uint64_t>(type);
  if (n >= 8) {
    mixed ^= Load(key.data(), 8) * 0x9E3779B97F4A7C15ULL;
    mixed ^= Load(key.data() + n - 8, 8) * 0xC2B2AE3D27D4EB4FULL;
    mixed ^= Load(key.data() + n / 2 - 4, 8) * 0x165667B19E3779F9ULL;
  } else {
    mixed ^= Load(key.data(), n) * 0x9E3779B97F4A7C15ULL;
  }
  mixed ^= mixed >> 29;
  mixed *= 0xBF58476D1CE4E5B9ULL;
  return (mixed ^ mixed >> 32) | 1;
}

// No longer than the limit, cut between two characters.
std::string_view CutText(std::string_view text, size_t bytes_max) {
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end);
}

void AddToStream(const std::string& name, const wire::AnyValue& value, const SpanLimits& limits,
                 store::EventStreamBuilder* stream) {
  std::string scratch;
  switch (TypeOf(value.kind)) {
    case ValueType::kText:
      stream->Add(name, EventValue::Text(
                            model::ValidUtf8(value.bytes.size() <= limits.attribute_bytes_max
                                                 ? value.bytes
                                                 : CutText(value.bytes, limits.attribute_bytes_max),
                                             &scratch)));
      return;
    case ValueType::kInt:
      stream->Add(name, EventValue::Int(value.integer));
      return;
    case ValueType::kFloat:
      stream->Add(name, EventValue::Float(value.number));
      return;
    case ValueType::kBool:
      stream->Add(name, EventValue::Bool(value.boolean));
      return;
    case ValueType::kBytes:
      if (value.bytes.size() <= limits.attribute_bytes_max) {
        stream->Add(name, EventValue::Bytes(value.bytes));
      }
      return;
    case ValueType::kAny:
      encoding::ProtoWriter out(&scratch);
      wire::WriteAnyValueFields(value, &out);
      if (scratch.size() <= limits.attribute_bytes_max && wire::CheckAnyValue(value).ok()) {
        stream->Add(name, EventValue::Any(scratch));
      }
      return;
  }
}

std::string NameOf(std::string_view prefix, std::string_view key) {
  std::string scratch;
  return std::string(prefix).append(model::ValidUtf8(key, &scratch));
}

}  // namespace

store::EventStream StreamOf(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
                            const SpanLimits& limits) {
  store::EventStreamBuilder stream;
  for (const wire::KeyValue& attribute : resource.attributes) {
    AddToStream(NameOf(store::kResourcePrefix, attribute.key), attribute.value, limits, &stream);
  }
  std::string scratch;
  if (!resource.schema_url.empty()) {
    stream.Add(store::kResourceSchemaUrl,
               EventValue::Text(model::ValidUtf8(resource.schema_url, &scratch)));
  }
  if (!scope.name.empty()) {
    stream.Add(store::kScopeName, EventValue::Text(model::ValidUtf8(scope.name, &scratch)));
  }
  if (!scope.version.empty()) {
    stream.Add(store::kScopeVersion, EventValue::Text(model::ValidUtf8(scope.version, &scratch)));
  }
  for (const wire::KeyValue& attribute : scope.attributes) {
    AddToStream(NameOf(store::kScopeAttributePrefix, attribute.key), attribute.value, limits,
                &stream);
  }
  return stream.Build();
}

SpanBatch::SpanBatch(SpanLimits limits)
    : limits_(limits),
      slots_(kSlotsMin),
      trace_id_{store::kTraceIdColumn, ValueType::kBytes},
      span_id_{store::kSpanIdColumn, ValueType::kBytes},
      parent_{store::kParentSpanIdColumn, ValueType::kBytes},
      name_{store::kNameColumn, ValueType::kText},
      kind_{store::kKindColumn, ValueType::kInt},
      status_{store::kStatusColumn, ValueType::kInt},
      status_message_{store::kStatusMessageColumn, ValueType::kText},
      trace_state_{store::kTraceStateColumn, ValueType::kText},
      flags_{store::kFlagsColumn, ValueType::kInt},
      duration_{store::kDurationColumn, ValueType::kInt},
      events_{store::kEventsColumn, ValueType::kBytes},
      links_{store::kLinksColumn, ValueType::kBytes},
      dropped_attributes_{store::kDroppedAttributesColumn, ValueType::kInt},
      dropped_events_{store::kDroppedEventsColumn, ValueType::kInt},
      dropped_links_{store::kDroppedLinksColumn, ValueType::kInt} {}

uint32_t SpanBatch::ColumnOf(Fixed* fixed) {
  if (fixed->id == kNoColumn) {
    fixed->id = batch_.Column(fixed->name, fixed->type);
  }
  return fixed->id;
}

void SpanBatch::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (Slot& slot : old) {
    if (slot.hash == 0) {
      continue;
    }
    size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].hash != 0) {
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = std::move(slot);
  }
}

uint32_t SpanBatch::AttributeColumn(std::string_view key, ValueType type) {
  const uint64_t hash = KeyHash(key, type);
  size_t at = hash & (slots_.size() - 1);
  while (slots_[at].hash != 0) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && slot.type == type && slot.key == key) [[likely]] {
      return slot.column;
    }
    at = (at + 1) & (slots_.size() - 1);
  }
  if (slot_count_ >= limits_.columns_max) {
    return kNoColumn;
  }
  slots_[at] = {hash, std::string(key), type, batch_.Column(NameOf(store::kSpanPrefix, key), type)};
  const uint32_t column = slots_[at].column;
  if (++slot_count_ * 2 > slots_.size()) {
    Grow();
  }
  return column;
}

void SpanBatch::SetId(Fixed* fixed, std::string_view id) {
  if (!id.empty()) {
    batch_.SetBytes(ColumnOf(fixed), id);
  }
}

void SpanBatch::SetText(Fixed* fixed, std::string_view text) {
  if (text.empty()) {
    return;
  }
  if (text.size() > limits_.attribute_bytes_max) {
    text = CutText(text, limits_.attribute_bytes_max);
    report_.attribute_dropped = true;
  }
  const std::string_view valid = model::ValidUtf8(text, &scratch_);
  report_.text_repaired |= valid.data() != text.data();
  batch_.SetText(ColumnOf(fixed), valid);
}

void SpanBatch::SetCount(Fixed* fixed, int64_t number) {
  if (number != 0) {
    batch_.SetInt(ColumnOf(fixed), number);
  }
}

void SpanBatch::SetMessages(Fixed* fixed, uint32_t field,
                            const std::vector<std::string_view>& messages) {
  if (messages.empty()) {
    return;
  }
  scratch_.clear();
  encoding::ProtoWriter out(&scratch_);
  for (const std::string_view message : messages) {
    out.Bytes(field, message);
  }
  batch_.SetBytes(ColumnOf(fixed), scratch_);
}

bool SpanBatch::SetAttribute(const wire::KeyValue& attribute) {
  const wire::AnyValue& value = attribute.value;
  const ValueType type = TypeOf(value.kind);
  const uint32_t column = AttributeColumn(attribute.key, type);
  if (column == kNoColumn) {
    return false;
  }
  switch (type) {
    case ValueType::kText: {
      const bool fits = value.bytes.size() <= limits_.attribute_bytes_max;
      const std::string_view text =
          fits ? value.bytes : CutText(value.bytes, limits_.attribute_bytes_max);
      const std::string_view valid = model::ValidUtf8(text, &scratch_);
      report_.text_repaired |= valid.data() != text.data();
      report_.attribute_dropped |= !fits;
      batch_.SetText(column, valid);
      return true;
    }
    case ValueType::kInt:
      batch_.SetInt(column, value.integer);
      return true;
    case ValueType::kBool:
      batch_.SetInt(column, value.boolean ? 1 : 0);
      return true;
    case ValueType::kFloat:
      batch_.SetFloat(column, value.number);
      return true;
    case ValueType::kBytes:
      if (value.bytes.size() > limits_.attribute_bytes_max) {
        return false;
      }
      batch_.SetBytes(column, value.bytes);
      return true;
    case ValueType::kAny:
      if (value.bytes.size() > limits_.attribute_bytes_max) {
        return false;
      }
      scratch_.clear();
      encoding::ProtoWriter out(&scratch_);
      wire::WriteAnyValueFields(value, &out);
      batch_.SetBytes(column, scratch_);
      return true;
  }
  return true;
}

void SpanBatch::SetIds(const wire::OtlpSpan& span) {
  SetId(&trace_id_, span.trace_id);
  SetId(&span_id_, span.span_id);
  SetId(&parent_, span.parent_span_id);
}

SpanRowReport SpanBatch::Add(uint32_t stream, const wire::OtlpSpan& span) {
  report_ = {};
  batch_.AddRow(stream, static_cast<int64_t>(span.start_ns));
  SetIds(span);
  SetText(&name_, span.name);
  batch_.SetInt(ColumnOf(&kind_), static_cast<int64_t>(span.kind));
  batch_.SetInt(ColumnOf(&status_), static_cast<int64_t>(span.status));
  batch_.SetInt(ColumnOf(&duration_), static_cast<int64_t>(span.DurationNs()));
  SetText(&status_message_, span.status_message);
  SetText(&trace_state_, span.trace_state);
  SetCount(&flags_, span.flags);
  int64_t dropped = span.dropped_attributes;
  for (const wire::KeyValue& attribute : span.attributes) {
    if (!SetAttribute(attribute)) {
      report_.attribute_dropped = true;
      ++dropped;
    }
  }
  SetMessages(&events_, wire::kSpanEventField, span.events);
  SetMessages(&links_, wire::kSpanLinkField, span.links);
  SetCount(&dropped_attributes_, dropped);
  SetCount(&dropped_events_, span.dropped_events);
  SetCount(&dropped_links_, span.dropped_links);
  return report_;
}

}  // namespace sb::ingest
