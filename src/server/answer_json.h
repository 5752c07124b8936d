// SPDX-License-Identifier: Apache-2.0
//
// Reading answers of a server in commands: what is missing or of another type is nothing.
#pragma once

#include <rapidjson/document.h>

#include <string_view>

namespace sb::server {

inline std::string_view JsonText(const rapidjson::Value& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength())
                          : std::string_view();
}

inline const rapidjson::Value* JsonMember(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) {
    return nullptr;
  }
  const auto it = object.FindMember(name);
  return it == object.MemberEnd() ? nullptr : &it->value;
}

}  // namespace sb::server
