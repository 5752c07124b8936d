// SPDX-License-Identifier: Apache-2.0
//
// Executor walks the trees of a TemplateSet once and writes the output.
//
// The first error stays and ends the walk: every step returns a nil Value once Failed().
//
// Internal to the module; one use by one thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "template/html_escaper.h"
#include "template/node.h"
#include "template/template_set.h"

namespace sb::gotemplate {

class Executor {
 public:
  Executor(const TemplateSet& set, const ExecuteOptions& options, std::string* out);
  base::Status Run(const Tree& tree, const Value& data);

 private:
  enum class Flow : uint8_t { kNext, kBreak, kContinue };
  struct Place {  // what an error is about
    size_t position = 0;
    const Node* node = nullptr;
    const Pipe* pipe = nullptr;
    const Command* command = nullptr;
  };
  // Arguments of a call: those written (the first is the function) and what a pipe handed over.
  struct Arguments {
    std::span<const NodePtr> written;
    const Value* piped = nullptr;
    bool Any() const { return written.size() > 1 || piped != nullptr; }
  };

  // executor.cc: statements.
  bool Failed() const { return !status_.ok(); }
  Value Fail(const std::string& message);
  void FailLimit(const std::string& message);
  bool Step();
  void At(const Node& node) { place_ = {node.position, &node, nullptr, nullptr}; }
  void At(const Pipe& pipe) { place_ = {pipe.position, nullptr, &pipe, nullptr}; }
  void At(const Command& command) { place_ = {command.position, nullptr, nullptr, &command}; }
  Flow WalkList(const Value& dot, const NodeList& list);
  Flow Walk(const Value& dot, const Node& node);
  Flow WalkBranch(const Value& dot, const Node& node);
  Flow WalkRange(const Value& dot, const Node& node);
  bool RangeBody(const Node& node, const Value& key, const Value& element);
  void WalkTemplate(const Value& dot, const Node& node);
  void Print(const Node& node, const Value& value);
  void SetVariable(const std::string& name, Value value);

  // evaluate.cc: pipelines.
  Value EvalPipe(const Value& dot, const Pipe& pipe);
  Value EvalCommand(const Value& dot, const Command& command, const Value* piped);
  Value EvalFirst(const Value& dot, const Command& command, const Value* piped);
  Value EvalOperand(const Value& dot, const Node& node, const Arguments& args);
  Value EvalChain(const Value& dot, const Node& node, const Arguments& args);
  Value EvalVariable(const Value& dot, const Node& node, const Arguments& args);
  Value EvalFields(const Value& dot, Value receiver, const Node& node,
                   std::span<const std::string> idents, const Arguments& args);
  Value EvalField(const Value& dot, const std::string& name, const Node& node,
                  const Arguments& args, const Value& receiver);
  Value EvalMethod(const Value& dot, const std::string& name, const Arguments& args,
                   const Value& receiver);
  Value MissingField(const std::string& name, const Value& receiver);

  // call.cc: functions and their arguments.
  Value EvalFunction(const Value& dot, const Node& node, const Command* command,
                     const Arguments& args);
  Value ShortCircuit(const Value& dot, const Node& node, const Arguments& args);
  bool CountFits(const std::string& name, const Signature& signature, size_t given);
  Value EvalArgument(const Value& dot, Param param, const Node& node);
  Value Literal(Param param, const Node& node);
  Value Validate(Value value, Param param);

  const TemplateSet& set_;
  const ExecuteOptions& options_;
  std::string* out_;
  size_t out_start_;
  std::unique_ptr<HtmlEscaper> escaper_;
  base::Status status_;
  const Tree* tree_ = nullptr;
  Place place_;
  std::vector<std::pair<std::string, Value>> variables_;
  int64_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace sb::gotemplate
