// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_stream.h"

#include <algorithm>
#include <bit>

#include "encoding/bytes.h"
#include "encoding/hash.h"

namespace sb::store {
namespace {

void AppendValue(const EventValue& value, std::string_view bytes, std::string* out) {
  out->push_back(static_cast<char>(value.type));
  switch (value.type) {
    case ValueType::kText:
    case ValueType::kBytes:
    case ValueType::kAny:
      encoding::AppendVarint(out, bytes.size());
      out->append(bytes);
      break;
    case ValueType::kInt:
      encoding::AppendLe(out, value.integer);
      break;
    case ValueType::kFloat:
      encoding::AppendLe(out, std::bit_cast<uint64_t>(value.number));
      break;
    case ValueType::kBool:
      out->push_back(value.integer != 0 ? 1 : 0);
      break;
  }
}

EventValue ReadValue(encoding::ByteReader& in) {
  const auto type = static_cast<ValueType>(in.Byte());
  switch (type) {
    case ValueType::kText:
    case ValueType::kBytes:
    case ValueType::kAny:
      return {type, in.LengthPrefixed(), 0, 0};
    case ValueType::kInt:
      return EventValue::Int(static_cast<int64_t>(in.Fixed64()));
    case ValueType::kFloat:
      return EventValue::Float(in.Double());
    case ValueType::kBool: {
      const uint8_t byte = in.Byte();
      if (byte > 1) {
        in.Fail();
      }
      return EventValue::Bool(byte == 1);
    }
  }
  in.Fail();
  return {};
}

// False if the bytes are no canonical encoding. The views go into `encoded`.
bool ParseAttributes(std::string_view encoded, std::vector<EventAttribute>* attributes) {
  encoding::ByteReader in(encoded);
  while (!in.empty()) {
    EventAttribute attribute;
    attribute.name = in.LengthPrefixed();
    attribute.value = ReadValue(in);
    if (!in.ok() || (!attributes->empty() && attributes->back().name >= attribute.name)) {
      return false;
    }
    attributes->push_back(attribute);
  }
  return in.ok();
}

}  // namespace

base::Result<EventStream> EventStream::FromEncoded(std::string encoded) {
  auto rep = std::make_shared<Rep>();
  rep->encoded = std::move(encoded);
  if (!ParseAttributes(rep->encoded, &rep->attributes)) {
    return base::DataLoss("not an encoded stream of events");
  }
  rep->hash = encoding::Hash64Of(rep->encoded);
  return EventStream(std::move(rep));
}

const std::vector<EventAttribute>& EventStream::attributes() const {
  static const std::vector<EventAttribute> none;
  return rep_ == nullptr ? none : rep_->attributes;
}

std::string_view EventStream::encoded() const {
  return rep_ == nullptr ? std::string_view() : std::string_view(rep_->encoded);
}

uint64_t EventStream::Hash() const {
  return rep_ == nullptr ? encoding::Hash64Of({}) : rep_->hash;
}

const EventValue* EventStream::Find(std::string_view name) const {
  const std::vector<EventAttribute>& all = attributes();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const EventAttribute& attribute, std::string_view key) { return attribute.name < key; });
  return found != all.end() && found->name == name ? &found->value : nullptr;
}

std::string_view EventStream::Label(std::string_view name) const {
  const EventValue* value = Find(name);
  return value != nullptr && value->type == ValueType::kText ? value->bytes : std::string_view();
}

bool EventStream::Matches(const std::vector<model::Matcher>& matchers) const {
  return std::all_of(matchers.begin(), matchers.end(), [this](const model::Matcher& matcher) {
    return matcher.Matches(Label(matcher.name()));
  });
}

void EventStreamBuilder::Add(std::string_view name, const EventValue& value) {
  for (Field& field : fields_) {
    if (field.name == name) {
      field.value = value;
      field.bytes.assign(value.has_bytes() ? value.bytes : std::string_view());
      return;
    }
  }
  Field& field = fields_.emplace_back();
  field.name.assign(name);
  field.value = value;
  field.bytes.assign(value.has_bytes() ? value.bytes : std::string_view());
}

EventStream EventStreamBuilder::Build() {
  std::sort(fields_.begin(), fields_.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  auto rep = std::make_shared<EventStream::Rep>();
  for (const Field& field : fields_) {
    encoding::AppendVarint(&rep->encoded, field.name.size());
    rep->encoded.append(field.name);
    AppendValue(field.value, field.bytes, &rep->encoded);
  }
  SB_CHECK(ParseAttributes(rep->encoded, &rep->attributes));
  rep->hash = encoding::Hash64Of(rep->encoded);
  return EventStream(std::move(rep));
}

}  // namespace sb::store
