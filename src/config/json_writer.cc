// SPDX-License-Identifier: Apache-2.0
#include "config/json_writer.h"

#include <cstdio>
#include <string_view>
#include <utility>

namespace sb::config {
namespace {

void AppendString(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          char escape[8];
          std::snprintf(escape, sizeof(escape), "\\u%04x", byte);
          *out += escape;
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

// JSON's grammar of numbers, which is narrower than YAML's.
bool IsJsonNumber(std::string_view text) {
  size_t i = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
      ++i;
    }
    return i - start;
  };
  const size_t first = i;
  const size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) {
    return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) {
      return false;
    }
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
      ++i;
    }
    if (digits() == 0) {
      return false;
    }
  }
  return i == text.size();
}

void Append(const Node& node, std::string* out) {
  const char* separator = "";
  switch (node.kind) {
    case Node::Kind::kNull:
      *out += "null";
      return;
    case Node::Kind::kScalar:
      if (node.plain && (node.text == "true" || node.text == "false" || node.text == "null" ||
                         IsJsonNumber(node.text))) {
        *out += node.text;
      } else {
        AppendString(node.text, out);
      }
      return;
    case Node::Kind::kSequence:
      *out += '[';
      for (const NodePtr& item : node.items) {
        *out += std::exchange(separator, ",");
        Append(*item, out);
      }
      *out += ']';
      return;
    case Node::Kind::kMapping:
      *out += '{';
      for (const Node::Entry& entry : node.entries) {
        *out += std::exchange(separator, ",");
        AppendString(entry.key->text, out);
        *out += ':';
        Append(*entry.value, out);
      }
      *out += '}';
      return;
  }
}

}  // namespace

std::string WriteJson(const Node& node) {
  std::string out;
  Append(node, &out);
  return out;
}

}  // namespace sb::config
