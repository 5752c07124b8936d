// SPDX-License-Identifier: Apache-2.0
#include "signalbox/attributes.h"

#include <charconv>

namespace signalbox {

namespace {

struct TextOf {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end.ptr};
  }
  std::string operator()(const std::vector<std::string>& list) const {
    std::string text = "[";
    for (const std::string& item : list) {
      text.append(text.size() > 1 ? "," : "").append(item);
    }
    return text + "]";
  }
};

}  // namespace

std::string AttributeText(const AttributeValue& value) {
  return std::visit(TextOf(), value);
}

}  // namespace signalbox
