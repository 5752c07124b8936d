// SPDX-License-Identifier: Apache-2.0
#include "config/expand.h"

namespace sb::config {
namespace {

bool IsNameByte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Shell's special parameters, which os.Expand takes as names of one byte.
bool IsSpecialName(char c) {
  return std::string_view("*#$@!?-0123456789").find(c) != std::string_view::npos;
}

struct Variable {
  std::string_view name;
  size_t length = 0;  // bytes after the '$'; 0: no variable here
};

Variable BracedVariable(std::string_view rest) {
  const size_t close = rest.find('}');
  if (close == rest.npos) {
    return {{}, 1};  // "${" without an end: Go eats the brace
  }
  const std::string_view name = rest.substr(1, close - 1);
  if (name.empty()) {
    return {{}, 2};
  }
  return {name, close + 1};
}

Variable VariableAt(std::string_view rest) {
  if (rest.empty()) {
    return {};
  }
  if (rest[0] == '{') {
    return BracedVariable(rest);
  }
  if (IsSpecialName(rest[0])) {
    return {rest.substr(0, 1), 1};
  }
  size_t end = 0;
  while (end < rest.size() && IsNameByte(rest[end])) {
    ++end;
  }
  return {rest.substr(0, end), end};
}

}  // namespace

std::string ExpandVariables(std::string_view text, const VariableLookup& lookup) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out.push_back(text[at++]);
      continue;
    }
    const Variable variable = VariableAt(text.substr(at + 1));
    if (variable.name == "$") {
      out.push_back('$');
    } else if (!variable.name.empty()) {
      out += lookup(variable.name);
    } else if (variable.length == 0) {
      out.push_back('$');
    }
    at += 1 + variable.length;
  }
  return out;
}

}  // namespace sb::config
