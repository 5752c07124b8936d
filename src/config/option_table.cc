// SPDX-License-Identifier: Apache-2.0
#include "config/option_table.h"

#include <charconv>
#include <cmath>
#include <set>

namespace sb::config {
namespace {

std::string BoundsText(const OptionInfo& info) {
  const auto number = [](double value) {
    char buffer[32];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, end);
  };
  if (std::isinf(info.min) && std::isinf(info.max)) {
    return "";
  }
  if (std::isinf(info.max)) {
    return "≥ " + number(info.min);
  }
  return (std::isinf(info.min) ? "≤ " : number(info.min) + " to ") + number(info.max);
}

// Sections of a file are known by their name, not by that of a type.
std::string TypeText(const std::string& type) {
  if (type.find('.') == type.npos) {
    return type;
  }
  return type.starts_with("[]") ? "list" : "section";
}

}  // namespace

bool OptionList::ReadInto(const Node& node, void* object, ErrorList& errors) const {
  if (node.IsNull()) {
    return true;
  }
  if (!node.IsMapping()) {
    AddTypeError(node, type_name_, errors);
    return false;
  }
  const size_t errors_before = errors.size();
  std::set<std::string_view> seen;
  for (const Node::Entry& entry : node.entries) {
    const std::string& key = entry.key->text;
    const Option* found = nullptr;
    for (const OptionPtr& option : options_) {
      if (option->name() == key) {
        found = option.get();
        break;
      }
    }
    if (found == nullptr) {
      errors.Add(*entry.key, "field " + key + " not found in type " + type_name_);
    } else if (!seen.insert(key).second) {
      errors.Add(*entry.key, "field " + key + " already set in type " + type_name_);
    } else {
      found->Read(*entry.value, object, errors);
    }
  }
  return errors.size() == errors_before;
}

NodePtr OptionList::WriteFrom(const void* object) const {
  std::vector<std::pair<std::string, NodePtr>> entries;
  for (const OptionPtr& option : options_) {
    if (NodePtr value = option->Write(object)) {
      entries.emplace_back(option->name(), std::move(value));
    }
  }
  return MakeMapping(std::move(entries));
}

std::string OptionList::RenderReference() const {
  std::string out =
      "| option | type | default | limits | reload | what it does |\n"
      "|---|---|---|---|---|---|\n";
  for (const OptionPtr& option : options_) {
    const OptionInfo& info = option->info();
    const std::string value = info.default_text;
    out += "| `" + option->name() + "` | " + TypeText(option->type()) + " | ";
    out += value.empty() ? "" : "`" + value + "`";
    out += *info.unit != '\0' ? std::string(" ") + info.unit : "";
    out += " | " + BoundsText(info) + " | ";
    out += info.reload == Reload::kAtOnce ? "yes" : "restart";
    out += std::string(" | ") + info.sentence + " |\n";
  }
  return out;
}

}  // namespace sb::config
