// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/node_read.h"

#include "config/scalar.h"

namespace sb::provisioning {

using config::Node;
using config::NodePtr;

std::string TextAt(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr && found->IsScalar() ? found->text : "";
}

int64_t IntAt(const Node& node, std::string_view key, int64_t fallback) {
  return config::ParseYamlInt(TextAt(node, key)).value_or(fallback);
}

double NumberAt(const Node& node, std::string_view key, double fallback) {
  return config::ParseYamlFloat(TextAt(node, key)).value_or(fallback);
}

rules::LabelMap MapAt(const Node& node, std::string_view key) {
  rules::LabelMap map;
  if (const Node* found = node.Find(key)) {
    for (const Node::Entry& entry : found->entries) {
      map[entry.key->text] = entry.value->text;
    }
  }
  return map;
}

NodePtr With(const Node& node, const std::string& key, NodePtr value) {
  auto copy = std::make_shared<Node>(node);
  copy->kind = Node::Kind::kMapping;
  for (Node::Entry& entry : copy->entries) {
    if (entry.key->text == key && value != nullptr) {
      entry.value = value;
      return copy;
    }
  }
  std::erase_if(copy->entries, [&key](const Node::Entry& e) { return e.key->text == key; });
  if (value != nullptr) {
    copy->entries.push_back({config::MakeString(key), std::move(value)});
  }
  return copy;
}

}  // namespace sb::provisioning
