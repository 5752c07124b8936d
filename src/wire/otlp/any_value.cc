// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/any_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "encoding/plain_float.h"
#include "encoding/protobuf.h"
#include "encoding/varint.h"
#include "wire/otlp/base64.h"
#include "wire/otlp/json_text.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

constexpr size_t kAttributesMax = 4096;

void AppendInteger(int64_t value, std::string* out) {
  char buffer[24];
  out->append(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr);
}

// Go's encoding/json: shortest digits, an exponent below 1e-6 and from 1e21 on.
void AppendNumber(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value > 0 ? "+Inf" : "-Inf");
    return;
  }
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  if (plain) {
    encoding::AppendPlainFloat(value, out);
    return;
  }
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t exponent = text.find("e-0");
  if (exponent == std::string_view::npos) {
    out->append(text);
  } else {  // 1e-07 is written as 1e-7
    out->append(text.substr(0, exponent + 2)).append(text.substr(exponent + 3));
  }
}

base::Status AppendJson(const AnyValue& value, int depth, std::string* out);

base::Status AppendArray(std::string_view bytes, int depth, std::string* out) {
  ProtoReader in(bytes);
  out->push_back('[');
  for (bool first = true; in.Next();) {
    if (in.field() != 1) {
      continue;
    }
    AnyValue element;
    SB_RETURN_IF_ERROR(ReadAnyValue(in.Bytes(), &element));
    if (!first) {
      out->push_back(',');
    }
    first = false;
    SB_RETURN_IF_ERROR(AppendJson(element, depth, out));
  }
  out->push_back(']');
  return in.status();
}

base::Status AppendMap(std::string_view bytes, int depth, std::string* out) {
  std::vector<KeyValue> entries;
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadAttribute(in.Bytes(), &entries));
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  std::sort(entries.begin(), entries.end(),
            [](const KeyValue& a, const KeyValue& b) { return a.key < b.key; });
  out->push_back('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i != 0) {
      out->push_back(',');
    }
    AppendJsonText(entries[i].key, out);
    out->push_back(':');
    SB_RETURN_IF_ERROR(AppendJson(entries[i].value, depth, out));
  }
  out->push_back('}');
  return base::OkStatus();
}

// `depth` is how many levels may still be opened.
base::Status AppendJson(const AnyValue& value, int depth, std::string* out) {
  switch (value.kind) {
    case AnyValue::Kind::kEmpty:
      out->append("null");
      return base::OkStatus();
    case AnyValue::Kind::kString:
      AppendJsonText(value.bytes, out);
      return base::OkStatus();
    case AnyValue::Kind::kBytes:
      out->push_back('"');
      AppendBase64(value.bytes, out);
      out->push_back('"');
      return base::OkStatus();
    case AnyValue::Kind::kDouble:
      if (!std::isfinite(value.number)) {
        out->push_back('"');
        AppendNumber(value.number, out);
        out->push_back('"');
        return base::OkStatus();
      }
      AppendNumber(value.number, out);
      return base::OkStatus();
    case AnyValue::Kind::kArray:
    case AnyValue::Kind::kMap:
      if (depth <= 0) {
        return base::InvalidArgument("an attribute value is nested deeper than " +
                                     std::to_string(kAnyValueDepthMax) + " levels");
      }
      return value.kind == AnyValue::Kind::kArray ? AppendArray(value.bytes, depth - 1, out)
                                                  : AppendMap(value.bytes, depth - 1, out);
    case AnyValue::Kind::kBool:
    case AnyValue::Kind::kInt:
      return AppendAnyValueText(value, out);
  }
  return base::OkStatus();
}

}  // namespace

base::Status ReadAnyValue(std::string_view bytes, AnyValue* value) {
  using Kind = AnyValue::Kind;
  *value = AnyValue();
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        value->kind = Kind::kString;
        value->bytes = in.Bytes();
        break;
      case 2:
        value->kind = Kind::kBool;
        value->boolean = in.Bool();
        break;
      case 3:
        value->kind = Kind::kInt;
        value->integer = in.Int64();
        break;
      case 4:
        value->kind = Kind::kDouble;
        value->number = in.Double();
        break;
      case 5:
        value->kind = Kind::kArray;
        value->bytes = in.Bytes();
        break;
      case 6:
        value->kind = Kind::kMap;
        value->bytes = in.Bytes();
        break;
      case 7:
        value->kind = Kind::kBytes;
        value->bytes = in.Bytes();
        break;
      default:
        break;
    }
  }
  return in.status();
}

namespace {

// Nearly every attribute is a short key and a short string, or a number; those are read without
// going through the general reader. False, and nothing is read, for anything else.
bool ReadShortValue(std::string_view bytes, AnyValue* value) {
  if (bytes.size() < 2) {
    return false;
  }
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (bytes[0] == 0x0A && second < 0x80 && bytes.size() == 2U + second) {
    value->kind = AnyValue::Kind::kString;
    value->bytes = bytes.substr(2);
    return true;
  }
  if (bytes[0] == 0x18) {
    uint64_t number = 0;
    const char* const end = bytes.data() + bytes.size();
    if (encoding::ReadVarint(bytes.data() + 1, end, &number) == end) {
      value->kind = AnyValue::Kind::kInt;
      value->integer = static_cast<int64_t>(number);
      return true;
    }
  }
  return false;
}

bool ReadShortKeyValue(std::string_view bytes, KeyValue* attribute) {
  if (bytes.size() < 4 || bytes[0] != 0x0A) {
    return false;
  }
  const size_t key = static_cast<unsigned char>(bytes[1]);
  if (key >= 0x80 || bytes.size() < key + 4 || bytes[key + 2] != 0x12) {
    return false;
  }
  const size_t value = static_cast<unsigned char>(bytes[key + 3]);
  if (value >= 0x80 || bytes.size() != key + 4 + value ||
      !ReadShortValue(bytes.substr(key + 4), &attribute->value)) {
    return false;
  }
  attribute->key = bytes.substr(2, key);
  return true;
}

}  // namespace

base::Status ReadKeyValue(std::string_view bytes, KeyValue* attribute) {
  *attribute = KeyValue();
  if (ReadShortKeyValue(bytes, attribute)) [[likely]] {
    return base::OkStatus();
  }
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      attribute->key = in.Bytes();
    } else if (in.field() == 2) {
      SB_RETURN_IF_ERROR(ReadAnyValue(in.Bytes(), &attribute->value));
    }
  }
  return in.status();
}

base::Status ReadAttribute(std::string_view bytes, std::vector<KeyValue>* attributes) {
  KeyValue attribute;
  SB_RETURN_IF_ERROR(ReadKeyValue(bytes, &attribute));
  if (attributes->size() >= kAttributesMax) {
    return base::InvalidArgument("too many attributes in one place, the most are " +
                                 std::to_string(kAttributesMax));
  }
  if (FindAttribute(*attributes, attribute.key) == nullptr) {
    attributes->push_back(attribute);
  }
  return base::OkStatus();
}

base::Status AppendAnyValueText(const AnyValue& value, std::string* out) {
  switch (value.kind) {
    case AnyValue::Kind::kEmpty:
      break;
    case AnyValue::Kind::kString:
      out->append(value.bytes);
      break;
    case AnyValue::Kind::kBool:
      out->append(value.boolean ? "true" : "false");
      break;
    case AnyValue::Kind::kInt:
      AppendInteger(value.integer, out);
      break;
    case AnyValue::Kind::kDouble:
      AppendNumber(value.number, out);
      break;
    case AnyValue::Kind::kBytes:
      AppendBase64(value.bytes, out);
      break;
    case AnyValue::Kind::kArray:
    case AnyValue::Kind::kMap:
      return AppendJson(value, kAnyValueDepthMax, out);
  }
  return base::OkStatus();
}

const AnyValue* FindAttribute(const std::vector<KeyValue>& attributes, std::string_view key) {
  for (const KeyValue& attribute : attributes) {
    if (attribute.key == key) {
      return &attribute.value;
    }
  }
  return nullptr;
}

}  // namespace sb::wire
