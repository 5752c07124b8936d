// SPDX-License-Identifier: Apache-2.0
//
// JSON documents that the Grafana façade has to look into and change (dashboards keep every member
// that is not known here). Internal to the module: the only header of it that names RapidJSON.
//
// ParseJsonText: kInvalidArgument with the byte offset for what is no JSON, is nested deeper than
// kJsonDepthMax or is no object. Numbers survive a round trip. Threads: values.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::grafana {

using Json = rapidjson::Value;
using JsonDocument = rapidjson::Document;

inline constexpr size_t kJsonDepthMax = 200;

base::Result<JsonDocument> ParseJsonText(std::string_view text);    // any value
base::Result<JsonDocument> ParseJsonObject(std::string_view text);  // an object
std::string ToText(const Json& value);

// Null when `object` is no object or has no such member.
const Json* Member(const Json& object, std::string_view key);
std::string Text(const Json& object, std::string_view key, std::string_view fallback = {});
// Numbers, and numbers written as strings; `fallback` for everything else.
int64_t Integer(const Json& object, std::string_view key, int64_t fallback = 0);
bool Flag(const Json& object, std::string_view key, bool fallback = false);
std::vector<std::string> Texts(const Json& object, std::string_view key);

// Adds or replaces a member.
void Set(JsonDocument& document, Json& object, std::string_view key, std::string_view value);
void Set(JsonDocument& document, Json& object, std::string_view key, int64_t value);
void SetFlag(JsonDocument& document, Json& object, std::string_view key, bool value);
void SetCopy(JsonDocument& document, Json& object, std::string_view key, const Json& value);
void Remove(Json& object, std::string_view key);

}  // namespace sb::grafana
