// SPDX-License-Identifier: Apache-2.0
#include "slo/yaml_read.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "config/scalar.h"
#include "config/yaml_reader.h"
#include "query/promql/printer.h"

namespace sb::slo {

using config::Node;
using config::NodePtr;

base::Result<std::vector<NodePtr>> ParseDocuments(std::string_view text, const std::string& file) {
  std::vector<NodePtr> documents;
  std::string current;  // as many line feeds as were read before, then the document
  size_t lines = 0;
  const auto finish = [&]() -> base::Status {
    if (current.find_first_not_of(" \n\r\t") != std::string::npos) {
      SB_ASSIGN_OR_RETURN(NodePtr node, config::ParseYaml(current, file));
      if (!node->IsNull()) {
        documents.push_back(std::move(node));
      }
    }
    current.assign(lines, '\n');
    return base::OkStatus();
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    ++lines;
    if (line.starts_with("---") &&
        (line.size() == 3 || line[3] == '\n' || line[3] == '\r' || line[3] == ' ')) {
      SB_RETURN_IF_ERROR(finish());
      continue;
    }
    current += line;
  }
  SB_RETURN_IF_ERROR(finish());
  return documents;
}

const Node* At(const Node* node, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    if (node == nullptr) {
      return nullptr;
    }
    node = node->Find(key);
  }
  return node;
}

std::string TextAt(const Node* node, std::initializer_list<std::string_view> path) {
  const Node* found = At(node, path);
  return found != nullptr && found->IsScalar() ? found->text : "";
}

LabelMap LabelsAt(const Node* node, std::initializer_list<std::string_view> path) {
  LabelMap labels;
  if (const Node* found = At(node, path)) {
    for (const Node::Entry& entry : found->entries) {
      labels[entry.key->text] = entry.value->text;
    }
  }
  return labels;
}

bool FlagAt(const Node* node, std::initializer_list<std::string_view> path) {
  return config::ParseYamlBool(TextAt(node, path)).value_or(false);
}

std::vector<std::string> ListAt(const Node* node, std::initializer_list<std::string_view> path) {
  std::vector<std::string> list;
  if (const Node* found = At(node, path)) {
    for (const NodePtr& item : found->items) {
      list.push_back(item->text);
    }
  }
  return list;
}

std::optional<double> NumberAt(const Node* node, std::initializer_list<std::string_view> path) {
  return config::ParseYamlFloat(TextAt(node, path));
}

LabelMap Over(LabelMap to, const LabelMap& from) {
  for (const auto& [name, value] : from) {
    to[name] = value;
  }
  return to;
}

base::Status ErrorAt(const std::string& file, const Node& node, std::string message) {
  return base::InvalidArgument(
      fmt::format("{}:{}:{}: {}", file, node.position.line, node.position.column, message));
}

std::string GoFloat(double value) {
  // The same but for large numbers, which Go prints without exponent up to 1e21.
  return std::abs(value) >= 1e15 && std::abs(value) < 1e21 ? promql::PrintNumber(value)
                                                           : fmt::format("{}", value);
}

std::optional<double> RatioOfPercent(const std::string& percent) {
  const auto number = config::ParseYamlFloat(percent);
  if (!number) {
    return std::nullopt;
  }
  const std::string shifted = percent + "e-2";
  double ratio = 0;
  const char* const last = shifted.data() + shifted.size();
  const auto [end, error] = std::from_chars(shifted.data(), last, ratio);
  return error == std::errc() && end == last ? ratio : *number / 100;
}

}  // namespace sb::slo
