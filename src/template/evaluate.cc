// SPDX-License-Identifier: Apache-2.0
#include "template/executor.h"
#include "template/print.h"

namespace sb::gotemplate {

Value Executor::EvalPipe(const Value& dot, const Pipe& pipe) {
  At(pipe);
  Value value;
  for (size_t i = 0; i < pipe.commands.size() && Step(); ++i) {
    value = EvalCommand(dot, pipe.commands[i], i > 0 ? &value : nullptr);
  }
  if (Failed()) {
    return {};
  }
  for (const std::string& name : pipe.declared) {
    if (pipe.is_assignment) {
      SetVariable(name, value);
    } else {
      variables_.emplace_back(name, value);
    }
  }
  return value;
}

Value Executor::EvalCommand(const Value& dot, const Command& command, const Value* piped) {
  const Node& first = *command.args.front();
  const Arguments args{command.args, piped};
  switch (first.type) {
    case NodeType::kField:
      At(first);
      return EvalFields(dot, dot, first, first.idents, args);
    case NodeType::kChain:
      return EvalChain(dot, first, args);
    case NodeType::kIdentifier:
      return EvalFunction(dot, first, &command, args);
    case NodeType::kVariable:
      return EvalVariable(dot, first, args);
    default:
      return EvalFirst(dot, command, piped);
  }
}

// A command whose first word cannot take arguments.
Value Executor::EvalFirst(const Value& dot, const Command& command, const Value* piped) {
  const Node& first = *command.args.front();
  At(first);
  if (command.args.size() > 1 || piped != nullptr) {
    return Fail("can't give argument to non-function " + ToText(first));
  }
  switch (first.type) {
    case NodeType::kPipe:
      return EvalPipe(dot, *first.pipe);
    case NodeType::kDot:
      return dot;
    case NodeType::kNil:
      return Fail("nil is not a command");
    case NodeType::kBool:
    case NodeType::kNumber:
    case NodeType::kString:
      return first.constant;
    default:
      return Fail("can't evaluate command " + GoQuote(ToText(first)));
  }
}

Value Executor::EvalOperand(const Value& dot, const Node& node, const Arguments& args) {
  switch (node.type) {
    case NodeType::kField:
      At(node);
      return EvalFields(dot, dot, node, node.idents, args);
    case NodeType::kVariable:
      return EvalVariable(dot, node, args);
    case NodeType::kPipe:
      return EvalPipe(dot, *node.pipe);
    case NodeType::kIdentifier:
      return EvalFunction(dot, node, nullptr, args);
    case NodeType::kChain:
      return EvalChain(dot, node, args);
    case NodeType::kDot:
      return dot;
    default:
      return node.constant;
  }
}

Value Executor::EvalChain(const Value& dot, const Node& node, const Arguments& args) {
  At(node);
  if (node.operand->type == NodeType::kNil) {
    return Fail("indirection through explicit nil in " + ToText(node));
  }
  const std::span<const NodePtr> only(&node.operand, 1);
  Value receiver = EvalOperand(dot, *node.operand, Arguments{only, nullptr});
  return Failed() ? Value() : EvalFields(dot, std::move(receiver), node, node.idents, args);
}

Value Executor::EvalVariable(const Value& dot, const Node& node, const Arguments& args) {
  At(node);
  const std::string& name = node.idents.front();
  const Value* value = nullptr;
  for (auto it = variables_.rbegin(); it != variables_.rend() && value == nullptr; ++it) {
    value = it->first == name ? &it->second : nullptr;
  }
  if (value == nullptr) {
    return Fail("undefined variable: " + name);
  }
  if (node.idents.size() == 1) {
    if (args.Any()) {
      return Fail("can't give argument to non-function " + ToText(node));
    }
    return *value;
  }
  return EvalFields(dot, *value, node, std::span(node.idents).subspan(1), args);
}

Value Executor::EvalFields(const Value& dot, Value receiver, const Node& node,
                           std::span<const std::string> idents, const Arguments& args) {
  for (size_t i = 0; i < idents.size() && !Failed(); ++i) {
    const bool last = i + 1 == idents.size();
    receiver = EvalField(dot, idents[i], node, last ? args : Arguments{}, receiver);
  }
  return Failed() ? Value() : receiver;
}

Value Executor::EvalField(const Value& dot, const std::string& name, const Node& node,
                          const Arguments& args, const Value& receiver) {
  At(node);
  if (receiver.IsNil()) {
    if (options_.missing_key == MissingKey::kError) {
      return Fail("nil data; no entry for key " + GoQuote(name));
    }
    return {};
  }
  if (!receiver.IsObject()) {
    return Fail("can't evaluate field " + name + " in type " + receiver.TypeName());
  }
  const Object& object = receiver.AsObject();
  if (object.HasMethod(name)) {
    return EvalMethod(dot, name, args, receiver);
  }
  const Object::Shape shape = object.shape();
  if (shape != Object::Shape::kMap && shape != Object::Shape::kStruct) {
    return Fail("can't evaluate field " + name + " in type " + receiver.TypeName());
  }
  std::optional<Value> field = object.Field(name);
  if (field.has_value() || shape == Object::Shape::kMap) {
    if (args.Any()) {
      return Fail(name + (shape == Object::Shape::kMap
                              ? " is not a method but has arguments"
                              : " has arguments but cannot be invoked as function"));
    }
  }
  if (field.has_value()) {
    return *std::move(field);
  }
  return MissingField(name, receiver);
}

Value Executor::MissingField(const std::string& name, const Value& receiver) {
  if (receiver.AsObject().shape() != Object::Shape::kMap) {
    return Fail("can't evaluate field " + name + " in type " + receiver.TypeName());
  }
  switch (options_.missing_key) {
    case MissingKey::kNoValue:
      return {};
    case MissingKey::kZero:
      return receiver.AsObject().MissingKey();
    case MissingKey::kError:
      return Fail("map has no entry for key " + GoQuote(name));
  }
  return {};
}

Value Executor::EvalMethod(const Value& dot, const std::string& name, const Arguments& args,
                           const Value& receiver) {
  const Place place = place_;
  std::vector<Value> values;
  for (size_t i = 1; i < args.written.size() && !Failed(); ++i) {
    values.push_back(EvalArgument(dot, Param::kAny, *args.written[i]));
  }
  if (args.piped != nullptr) {
    values.push_back(*args.piped);
  }
  if (Failed()) {
    return {};
  }
  place_ = place;
  base::Result<Value> result = receiver.AsObject().CallMethod(name, values);
  if (!result.ok()) {
    return Fail("error calling " + name + ": " + std::string(result.status().message()));
  }
  return std::move(result).value();
}

}  // namespace sb::gotemplate
