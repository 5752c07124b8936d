// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sb::grafana {

namespace {

// Nesting is bounded before parsing, because everything that walks the tree recurses.
bool IsTooDeep(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kJsonDepthMax) {
        return true;
      }
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

rapidjson::Value::StringRefType Ref(std::string_view text) {
  return {text.data() == nullptr ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size())};
}

void SetValue(JsonDocument& document, Json& object, std::string_view key, Json value) {
  const auto it = object.FindMember(Json(Ref(key)));
  if (it != object.MemberEnd()) {
    it->value = std::move(value);
    return;
  }
  object.AddMember(Json(Ref(key), document.GetAllocator()), std::move(value),
                   document.GetAllocator());
}

}  // namespace

base::Result<JsonDocument> ParseJsonText(std::string_view text) {
  if (IsTooDeep(text)) {
    return base::InvalidArgument("JSON is nested deeper than " + std::to_string(kJsonDepthMax));
  }
  JsonDocument document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(text.data() == nullptr ? "" : text.data(),
                                                     text.size());
  if (document.HasParseError()) {
    return base::InvalidArgument(std::string("not JSON: ") +
                                 rapidjson::GetParseError_En(document.GetParseError()) +
                                 " At byte " + std::to_string(document.GetErrorOffset()));
  }
  return document;
}

base::Result<JsonDocument> ParseJsonObject(std::string_view text) {
  SB_ASSIGN_OR_RETURN(JsonDocument document, ParseJsonText(text));
  if (!document.IsObject()) {
    return base::InvalidArgument("the body must be a JSON object");
  }
  return document;
}

std::string ToText(const Json& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

const Json* Member(const Json& object, std::string_view key) {
  if (!object.IsObject()) {
    return nullptr;
  }
  const auto it = object.FindMember(Json(Ref(key)));
  return it == object.MemberEnd() ? nullptr : &it->value;
}

std::string Text(const Json& object, std::string_view key, std::string_view fallback) {
  const Json* value = Member(object, key);
  return value != nullptr && value->IsString()
             ? std::string(value->GetString(), value->GetStringLength())
             : std::string(fallback);
}

int64_t Integer(const Json& object, std::string_view key, int64_t fallback) {
  const Json* value = Member(object, key);
  if (value == nullptr) {
    return fallback;
  }
  if (value->IsInt64()) {
    return value->GetInt64();
  }
  if (value->IsDouble() && std::abs(value->GetDouble()) < 9e18) {
    return static_cast<int64_t>(value->GetDouble());
  }
  if (value->IsString()) {
    int64_t number = 0;
    const char* end = value->GetString() + value->GetStringLength();
    const auto [at, error] = std::from_chars(value->GetString(), end, number);
    return error == std::errc() && at == end ? number : fallback;
  }
  return fallback;
}

bool Flag(const Json& object, std::string_view key, bool fallback) {
  const Json* value = Member(object, key);
  return value != nullptr && value->IsBool() ? value->GetBool() : fallback;
}

std::vector<std::string> Texts(const Json& object, std::string_view key) {
  std::vector<std::string> texts;
  const Json* value = Member(object, key);
  if (value != nullptr && value->IsArray()) {
    for (const Json& item : value->GetArray()) {
      if (item.IsString()) {
        texts.emplace_back(item.GetString(), item.GetStringLength());
      }
    }
  }
  return texts;
}

void Set(JsonDocument& document, Json& object, std::string_view key, std::string_view value) {
  SetValue(document, object, key, Json(Ref(value), document.GetAllocator()));
}

void Set(JsonDocument& document, Json& object, std::string_view key, int64_t value) {
  SetValue(document, object, key, Json(value));
}

void SetFlag(JsonDocument& document, Json& object, std::string_view key, bool value) {
  SetValue(document, object, key, Json(value));
}

void SetCopy(JsonDocument& document, Json& object, std::string_view key, const Json& value) {
  SetValue(document, object, key, Json(value, document.GetAllocator()));
}

void Remove(Json& object, std::string_view key) {
  object.RemoveMember(Json(Ref(key)));
}

}  // namespace sb::grafana
