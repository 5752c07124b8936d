// SPDX-License-Identifier: Apache-2.0
#include "template/function.h"

namespace sb::gotemplate {

void FunctionTable::Add(std::string name, Signature signature, Callable call) {
  functions_.insert_or_assign(std::move(name), Function{std::move(signature), std::move(call)});
}

const Function* FunctionTable::Find(std::string_view name) const {
  const auto it = functions_.find(name);
  return it == functions_.end() ? nullptr : &it->second;
}

std::string_view ParamTypeName(Param param) {
  switch (param) {
    case Param::kAny:
      return "interface {}";
    case Param::kString:
      return "string";
    case Param::kInt:
      return "int";
    case Param::kFloat:
      return "float64";
    case Param::kBool:
      return "bool";
    case Param::kStringList:
      return "[]string";
    case Param::kTime:
      return "time.Time";
    case Param::kDuration:
      return "time.Duration";
  }
  return "";
}

std::vector<std::string> StringItems(const Value& list) {
  std::vector<std::string> items;
  if (list.IsObject()) {
    const Object& object = list.AsObject();
    items.reserve(object.Size());
    for (size_t i = 0; i < object.Size(); ++i) {
      items.push_back(object.At(i).IsString() ? object.At(i).AsString() : "");
    }
  }
  return items;
}

}  // namespace sb::gotemplate
