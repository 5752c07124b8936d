// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/templated_tree.h"

#include <cmath>

#include "config/scalar.h"
#include "config/yaml_reader.h"

namespace sb::notify {
namespace {

using config::Node;
using gotemplate::Value;

constexpr int kDepthMax = 32;  // below what the JSON writer takes

Value ScalarOf(const Node& node) {
  if (!node.plain) {
    return node.text;
  }
  if (config::IsYamlNull(node.text)) {
    return {};
  }
  if (const auto flag = config::ParseYamlBool(node.text); flag.has_value()) {
    return *flag;
  }
  if (const auto integer = config::ParseYamlInt(node.text); integer.has_value()) {
    return *integer;
  }
  // JSON knows neither infinities nor NaN.
  if (const auto number = config::ParseYamlFloat(node.text);
      number.has_value() && std::isfinite(*number)) {
    return *number;
  }
  return node.text;
}

bool IsText(const Node& node) {
  return node.IsScalar() && ScalarOf(node).IsString();
}

Value TooDeep(Renderer& render) {
  render.Fail(base::InvalidArgument("a tree of a receiver is nested deeper than " +
                                    std::to_string(kDepthMax)));
  return {};
}

// What a rendered text is as YAML.
Value Plain(const Node& node, Renderer& render, int depth) {
  if (depth > kDepthMax) {
    return TooDeep(render);
  }
  if (node.IsScalar()) {
    return ScalarOf(node);
  }
  if (node.IsSequence()) {
    std::vector<Value> items;
    for (const config::NodePtr& item : node.items) {
      items.push_back(Plain(*item, render, depth + 1));
    }
    return gotemplate::ListObject::Any(std::move(items));
  }
  if (!node.IsMapping()) {
    return {};
  }
  gotemplate::MapObject::Entries entries;
  for (const Node::Entry& entry : node.entries) {
    const Value key = ScalarOf(*entry.key);
    if (key.IsString()) {  // others cannot be keys of JSON
      entries[key.AsString()] = Plain(*entry.value, render, depth + 1);
    }
  }
  return gotemplate::MapObject::Any(std::move(entries));
}

Value Rendered(const std::string& text, Renderer& render, int depth) {
  std::string rendered = render.Text(text);
  const auto root = config::ParseYaml(rendered, "rendered text");
  if (!root.ok() || IsText(**root)) {
    return rendered;
  }
  return Plain(**root, render, depth);
}

Value Templated(const Node& node, Renderer& render, int depth) {
  if (depth > kDepthMax) {
    return TooDeep(render);
  }
  if (node.IsScalar()) {
    return IsText(node) ? Rendered(node.text, render, depth) : ScalarOf(node);
  }
  if (node.IsSequence()) {
    std::vector<Value> items;
    for (const config::NodePtr& item : node.items) {
      items.push_back(Templated(*item, render, depth + 1));
    }
    return gotemplate::ListObject::Any(std::move(items));
  }
  if (!node.IsMapping()) {
    return {};
  }
  gotemplate::MapObject::Entries entries;
  for (const Node::Entry& entry : node.entries) {
    entries[render.Text(entry.key->text)] = Templated(*entry.value, render, depth + 1);
  }
  return gotemplate::MapObject::Any(std::move(entries));
}

}  // namespace

Value TemplatedText(const std::string& text, Renderer& render) {
  return Rendered(text, render, 0);
}

Value TemplatedTree(const Node& node, Renderer& render) {
  return Templated(node, render, 0);
}

}  // namespace sb::notify
