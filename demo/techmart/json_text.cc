// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"

#include <cstdio>

namespace techmart {

std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out.append(escaped);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string JsonField(std::string_view object, std::string_view key) {
  const std::string quoted = "\"" + std::string(key) + "\"";
  size_t at = object.find(quoted);
  if (at == std::string_view::npos) {
    return "";
  }
  at = object.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos) {
    return "";
  }
  if (object[at] == '"') {
    return std::string(object.substr(at + 1, object.find('"', at + 1) - at - 1));
  }
  return std::string(object.substr(at, object.find_first_of(",} ", at) - at));
}

}  // namespace techmart
