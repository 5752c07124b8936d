// SPDX-License-Identifier: Apache-2.0
#include "template/node.h"

#include "template/print.h"

namespace sb::gotemplate {
namespace {

std::string ListText(const NodeList& list) {
  std::string out;
  for (const NodePtr& node : list) {
    out += ToText(*node);
  }
  return out;
}

std::string BranchText(std::string_view word, const Node& node) {
  std::string out = "{{" + std::string(word) + " " + ToText(*node.pipe) + "}}";
  out += ListText(node.body);
  if (node.has_else) {
    out += "{{else}}" + ListText(node.otherwise);
  }
  return out + "{{end}}";
}

std::string Dotted(const std::vector<std::string>& idents, size_t from) {
  std::string out;
  for (size_t i = from; i < idents.size(); ++i) {
    out += "." + idents[i];
  }
  return out;
}

std::string ChainText(const Node& node) {
  return ToText(*node.operand) + Dotted(node.idents, 0);
}

std::string TemplateText(const Node& node) {
  std::string out = "{{template " + GoQuote(node.text);
  if (node.pipe != nullptr) {
    out += " " + ToText(*node.pipe);
  }
  return out + "}}";
}

}  // namespace

std::string ToText(const Command& command) {
  std::string out;
  for (size_t i = 0; i < command.args.size(); ++i) {
    out += i > 0 ? " " : "";
    out += ToText(*command.args[i]);
  }
  return out;
}

std::string ToText(const Pipe& pipe) {
  std::string out;
  for (size_t i = 0; i < pipe.declared.size(); ++i) {
    out += (i > 0 ? ", " : "") + pipe.declared[i];
  }
  if (!pipe.declared.empty()) {
    out += pipe.is_assignment ? " = " : " := ";
  }
  for (size_t i = 0; i < pipe.commands.size(); ++i) {
    out += i > 0 ? " | " : "";
    out += ToText(pipe.commands[i]);
  }
  return out;
}

std::string ToText(const Node& node) {
  switch (node.type) {
    case NodeType::kAction:
      return "{{" + ToText(*node.pipe) + "}}";
    case NodeType::kIf:
      return BranchText("if", node);
    case NodeType::kWith:
      return BranchText("with", node);
    case NodeType::kRange:
      return BranchText("range", node);
    case NodeType::kTemplate:
      return TemplateText(node);
    case NodeType::kBreak:
      return "{{break}}";
    case NodeType::kContinue:
      return "{{continue}}";
    case NodeType::kElse:
      return "{{else}}";
    case NodeType::kEnd:
      return "{{end}}";
    case NodeType::kField:
      return Dotted(node.idents, 0);
    case NodeType::kChain:
      return ChainText(node);
    case NodeType::kVariable:
      return node.idents.front() + Dotted(node.idents, 1);
    case NodeType::kDot:
      return ".";
    case NodeType::kNil:
      return "nil";
    case NodeType::kPipe:
      return "(" + ToText(*node.pipe) + ")";
    case NodeType::kText:
    case NodeType::kBool:
    case NodeType::kNumber:
    case NodeType::kString:
    case NodeType::kIdentifier:
      return node.text;
  }
  return "";
}

}  // namespace sb::gotemplate
