// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_writer.h"

#include <string_view>

#include "config/quote.h"
#include "config/scalar.h"

namespace sb::config {
namespace {

// YAML's double-quoted escapes are a superset of Go's, except \x for broken UTF-8, which YAML
// cannot hold: those bytes are written as the code points of the same value.
std::string DoubleQuoted(std::string_view text) {
  return GoQuote(text);
}

bool HasControl(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return true;
    }
  }
  return false;
}

// Reads back as a number, bool, null, date or merge key when left plain.
bool ReadsAsOther(std::string_view text) {
  if (IsYamlNull(text) || ParseYamlBool(text) || ParseYamlFloat(text) || text == "<<") {
    return true;
  }
  const bool digit = text[0] >= '0' && text[0] <= '9';
  return digit && (text.find_first_not_of("0123456789-:.TtZz +_") == text.npos);
}

bool NeedsSingleQuotes(std::string_view text) {
  constexpr std::string_view kLeading = "-?:,[]{}#&*!|>'\"%@`";
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') {
    return true;
  }
  if (kLeading.find(text.front()) != kLeading.npos) {
    // "-x", "?x" and ":x" are plain; "- x" is not.
    const bool soft = text.front() == '-' || text.front() == '?' || text.front() == ':';
    if (!soft || text.size() == 1 || text[1] == ' ' || text.starts_with("---")) {
      return true;
    }
  }
  return text.find(": ") != text.npos || text.find(" #") != text.npos || text.starts_with("...");
}

std::string SingleQuoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    out.push_back(c);
    if (c == '\'') {
      out.push_back('\'');
    }
  }
  out.push_back('\'');
  return out;
}

std::string ScalarText(const Node& node, bool in_flow) {
  if (node.IsNull()) {
    return "null";
  }
  const std::string& text = node.text;
  if (node.plain) {
    return text;
  }
  if (text.empty() || HasControl(text) || !IsValidUtf8(text) || ReadsAsOther(text)) {
    return DoubleQuoted(text);
  }
  if (NeedsSingleQuotes(text) || (in_flow && text.find_first_of(",[]{}") != text.npos)) {
    return SingleQuoted(text);
  }
  return text;
}

class Writer {
 public:
  std::string Write(const Node& node) {
    if (node.IsMapping() && !node.entries.empty()) {
      Mapping(node, 0, /*first_inline=*/true);
    } else if (node.IsSequence() && !node.items.empty()) {
      Sequence(node, 0);
    } else {
      Inline(node);
      out_.push_back('\n');
    }
    return std::move(out_);
  }

 private:
  void Indent(size_t level) { out_.append(level * 2, ' '); }

  // Scalars, empty collections and flow sequences: what stands behind "key: ".
  static bool IsInline(const Node& node) {
    if (node.IsMapping()) {
      return node.entries.empty();
    }
    return !node.IsSequence() || node.items.empty() || node.flow;
  }

  void Inline(const Node& node) {
    if (node.IsMapping()) {
      out_ += "{}";
    } else if (node.IsSequence()) {
      out_.push_back('[');
      for (size_t i = 0; i < node.items.size(); ++i) {
        out_ += i == 0 ? "" : ", ";
        FlowItem(*node.items[i]);
      }
      out_.push_back(']');
    } else {
      out_ += ScalarText(node, false);
    }
  }

  void FlowItem(const Node& node) {
    if (node.IsSequence()) {
      Inline(node);
    } else if (node.IsMapping()) {
      out_.push_back('{');
      for (size_t i = 0; i < node.entries.size(); ++i) {
        out_ += i == 0 ? "" : ", ";
        out_ += ScalarText(*node.entries[i].key, true) + ": ";
        FlowItem(*node.entries[i].value);
      }
      out_.push_back('}');
    } else {
      out_ += ScalarText(node, true);
    }
  }

  // `first_inline`: the first key continues a line that has its "- " already.
  void Mapping(const Node& node, size_t level, bool first_inline) {
    for (const Node::Entry& entry : node.entries) {
      if (!first_inline) {
        Indent(level);
      }
      first_inline = false;
      out_ += ScalarText(*entry.key, false) + ":";
      if (IsInline(*entry.value)) {
        out_.push_back(' ');
        Inline(*entry.value);
        out_.push_back('\n');
      } else if (entry.value->IsSequence()) {
        out_.push_back('\n');
        Sequence(*entry.value, level);
      } else {
        out_.push_back('\n');
        Mapping(*entry.value, level + 1, false);
      }
    }
  }

  void Sequence(const Node& node, size_t level) {
    for (const NodePtr& item : node.items) {
      Indent(level);
      out_ += "- ";
      if (IsInline(*item)) {
        Inline(*item);
        out_.push_back('\n');
      } else if (item->IsMapping()) {
        Mapping(*item, level + 1, /*first_inline=*/true);
      } else {
        NestedSequence(*item, level + 1);
      }
    }
  }

  // A sequence directly in a sequence: flow style avoids the "- - " ladder.
  void NestedSequence(const Node& node, size_t) {
    FlowItem(node);
    out_.push_back('\n');
  }

  std::string out_;
};

}  // namespace

std::string WriteYaml(const Node& node) {
  return Writer().Write(node);
}

}  // namespace sb::config
