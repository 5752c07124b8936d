// SPDX-License-Identifier: Apache-2.0
//
// The tree of a parsed template. ToText() prints a node as Go does, for the "at <…>" of messages.
//
// Internal to the module. Threads: immutable once parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "template/function.h"
#include "template/value.h"

namespace sb::gotemplate {

struct Node;
struct Pipe;
using NodePtr = std::unique_ptr<Node>;
using PipePtr = std::unique_ptr<Pipe>;
using NodeList = std::vector<NodePtr>;

enum class NodeType : uint8_t {
  // Statements.
  kText,
  kAction,
  kIf,
  kWith,
  kRange,
  kTemplate,
  kBreak,
  kContinue,
  kElse,  // only while parsing
  kEnd,   // only while parsing
  // Operands.
  kField,
  kChain,
  kVariable,
  kDot,
  kNil,
  kBool,
  kNumber,
  kString,
  kIdentifier,
  kPipe,
};

struct Command {
  size_t position = 0;
  NodeList args;
};

struct Pipe {
  size_t position = 0;
  std::vector<std::string> declared;  // "$x"
  bool is_assignment = false;         // $x = …, not $x := …
  std::vector<Command> commands;
};

struct Node {
  NodeType type = NodeType::kText;
  size_t position = 0;              // byte in the text of the template
  std::string text;                 // text, name, or the literal as written
  Value constant;                   // kBool, kNumber, kString
  bool is_char = false;             // 'x'
  std::vector<std::string> idents;  // kField, kChain, kVariable ("$x", "field", …)
  NodePtr operand;                  // kChain
  const Function* function = nullptr;
  PipePtr pipe;
  NodeList body;
  NodeList otherwise;
  bool has_else = false;
};

std::string ToText(const Node& node);
std::string ToText(const Pipe& pipe);
std::string ToText(const Command& command);

// One named template: what `define` makes, or a whole text.
struct Tree {
  std::string name;
  std::string text_name;                    // of the text it stands in
  std::shared_ptr<const std::string> text;  // for positions
  NodeList body;
};

}  // namespace sb::gotemplate
