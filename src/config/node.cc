// SPDX-License-Identifier: Apache-2.0
#include "config/node.h"

#include <utility>

#include "config/scalar.h"

namespace sb::config {

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key->text == key) {
      return entry.value.get();
    }
  }
  return nullptr;
}

NodePtr MakeString(std::string text) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::kScalar;
  node->plain = false;
  node->text = std::move(text);
  return node;
}

NodePtr MakePlain(std::string text) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::kScalar;
  node->text = std::move(text);
  return node;
}

NodePtr MakeSequence(std::vector<NodePtr> items, bool flow) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::kSequence;
  node->flow = flow;
  node->items = std::move(items);
  return node;
}

NodePtr MakeMapping(std::vector<std::pair<std::string, NodePtr>> entries) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::kMapping;
  node->entries.reserve(entries.size());
  for (auto& [key, value] : entries) {
    node->entries.push_back({MakeString(std::move(key)), std::move(value)});
  }
  return node;
}

std::string_view TagOf(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "!!null";
    case Node::Kind::kSequence:
      return "!!seq";
    case Node::Kind::kMapping:
      return "!!map";
    case Node::Kind::kScalar:
      break;
  }
  if (!node.plain) {
    return "!!str";
  }
  if (ParseYamlBool(node.text)) {
    return "!!bool";
  }
  if (ParseYamlInt(node.text)) {
    return "!!int";
  }
  return ParseYamlFloat(node.text) ? "!!float" : "!!str";
}

}  // namespace sb::config
