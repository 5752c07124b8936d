// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "template/executor.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr double kIntegralMax = 9.2e18;  // what fits an int64

// The parameter that takes argument `index`.
Param ParamAt(const Signature& signature, size_t index) {
  if (signature.params.empty()) {
    return Param::kAny;
  }
  return index < signature.params.size() ? signature.params[index] : signature.params.back();
}

bool IsStringList(const Value& value) {
  if (!value.IsObject() || value.AsObject().shape() != Object::Shape::kList) {
    return false;
  }
  const Object& list = value.AsObject();
  for (size_t i = 0; i < list.Size(); ++i) {
    if (!list.At(i).IsString()) {
      return false;
    }
  }
  return true;
}

bool Accepts(Param param, const Value& value) {
  switch (param) {
    case Param::kAny:
      return true;
    case Param::kString:
      return value.IsString();
    case Param::kInt:
      return value.IsInt();
    case Param::kFloat:
      return value.IsFloat();
    case Param::kBool:
      return value.IsBool();
    case Param::kStringList:
      return IsStringList(value);
    case Param::kTime:
    case Param::kDuration:
      return value.IsObject() && value.AsObject().TypeName() == ParamTypeName(param);
  }
  return false;
}

}  // namespace

Value Executor::EvalFunction(const Value& dot, const Node& node, const Command* command,
                             const Arguments& args) {
  At(node);
  if (node.text == "and" || node.text == "or") {
    return ShortCircuit(dot, node, args);
  }
  const Signature& signature = node.function->signature;
  const size_t written = args.written.empty() ? 0 : args.written.size() - 1;
  if (!CountFits(node.text, signature, written + (args.piped != nullptr ? 1 : 0))) {
    return {};
  }
  std::vector<Value> values;
  values.reserve(written + 1);
  for (size_t i = 0; i < written && !Failed(); ++i) {
    values.push_back(EvalArgument(dot, ParamAt(signature, i), *args.written[i + 1]));
  }
  if (args.piped != nullptr && !Failed()) {
    values.push_back(Validate(*args.piped, ParamAt(signature, written)));
  }
  if (Failed() || !Step()) {
    return {};
  }
  if (command != nullptr) {
    At(*command);
  } else {
    At(node);
  }
  Call call{values, options_.user};
  base::Result<Value> result = node.function->call(call);
  if (!result.ok()) {
    return Fail("error calling " + node.text + ": " + std::string(result.status().message()));
  }
  return std::move(result).value();
}

// `and` and `or` evaluate no more than they need.
Value Executor::ShortCircuit(const Value& dot, const Node& node, const Arguments& args) {
  const size_t written = args.written.empty() ? 0 : args.written.size() - 1;
  if (written == 0 && args.piped == nullptr) {
    return Fail("wrong number of args for " + node.text + ": want at least 1 got 0");
  }
  const bool stop_at = node.text == "or";
  Value value;
  for (size_t i = 0; i < written && !Failed(); ++i) {
    value = EvalArgument(dot, Param::kAny, *args.written[i + 1]);
    if (value.Truth() == stop_at) {
      return value;
    }
  }
  return args.piped != nullptr ? *args.piped : value;
}

bool Executor::CountFits(const std::string& name, const Signature& signature, size_t given) {
  const size_t wanted = signature.params.size() - (signature.variadic ? 1 : 0);
  if (signature.variadic ? given >= wanted : given == wanted) {
    return true;
  }
  Fail("wrong number of args for " + name + ": want " + (signature.variadic ? "at least " : "") +
       std::to_string(wanted) + " got " + std::to_string(given));
  return false;
}

Value Executor::EvalArgument(const Value& dot, Param param, const Node& node) {
  At(node);
  switch (node.type) {
    case NodeType::kNil:
      if (param != Param::kAny && param != Param::kStringList) {
        return Fail("cannot assign nil to " + std::string(ParamTypeName(param)));
      }
      return {};
    case NodeType::kBool:
    case NodeType::kNumber:
    case NodeType::kString:
      return Literal(param, node);
    default: {
      const std::span<const NodePtr> none;
      Value value = EvalOperand(dot, node, Arguments{none, nullptr});
      return Failed() ? Value() : Validate(std::move(value), param);
    }
  }
}

// A constant takes the type of its parameter, as untyped constants do in Go.
Value Executor::Literal(Param param, const Node& node) {
  const Value& value = node.constant;
  if (Accepts(param, value)) {
    return value;
  }
  switch (param) {
    case Param::kFloat:
      if (value.IsInt()) {
        return Value(static_cast<double>(value.AsInt()));
      }
      return Fail("expected float; found " + ToText(node));
    case Param::kInt:
      if (value.IsFloat() && std::fabs(value.AsFloat()) < kIntegralMax &&
          value.AsFloat() == std::trunc(value.AsFloat())) {
        return Value(static_cast<int64_t>(value.AsFloat()));
      }
      return Fail("expected integer; found " + ToText(node));
    case Param::kString:
      return Fail("expected string; found " + ToText(node));
    case Param::kBool:
      return Fail("expected bool; found " + ToText(node));
    default:
      return Fail("can't handle " + ToText(node) + " for arg of type " +
                  std::string(ParamTypeName(param)));
  }
}

Value Executor::Validate(Value value, Param param) {
  if (Accepts(param, value)) {
    return value;
  }
  if (value.IsNil()) {
    if (param == Param::kStringList) {
      return value;
    }
    return Fail("invalid value; expected " + std::string(ParamTypeName(param)));
  }
  return Fail("wrong type for value; expected " + std::string(ParamTypeName(param)) + "; got " +
              value.TypeName());
}

}  // namespace sb::gotemplate
