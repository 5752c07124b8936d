// SPDX-License-Identifier: Apache-2.0
//
// FunctionTable names the functions a template may call besides the built-in ones. Each user of
// templates has its own table: notifications, rule annotations and line_format know different ones.
//
//   FunctionTable table;
//   table.Add("toUpper", {.params = {Param::kString}}, [](Call& c) { … c.args[0].AsString() … });
//
// Arguments are checked and converted before the call: kString is a string (Trust kept), kFloat
// takes ints written as constants, kAny takes everything. With `variadic` the last parameter may be
// given any number of times, also never. A Status other than OK ends the template with
// "error calling NAME: MESSAGE".
//
// `Call::user` is what the caller gave to Template::Execute: state of one execution.
//
// Threads: Add before use; calls may be concurrent when the functions allow it.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "template/value.h"

namespace sb::gotemplate {

enum class Param : uint8_t { kAny, kString, kInt, kFloat, kBool, kStringList, kTime, kDuration };

struct Call {
  std::span<const Value> args;
  void* user = nullptr;
};

using Callable = std::function<base::Result<Value>(Call&)>;

struct Signature {
  std::vector<Param> params;
  bool variadic = false;
};

struct Function {
  Signature signature;
  Callable call;
};

class FunctionTable {
 public:
  void Add(std::string name, Signature signature, Callable call);
  const Function* Find(std::string_view name) const;

 private:
  std::map<std::string, Function, std::less<>> functions_;
};

// Go's name of a parameter's type, for messages.
std::string_view ParamTypeName(Param param);
// The strings of a list value; the caller knows that it is one (Param::kStringList).
std::vector<std::string> StringItems(const Value& list);

// Go's `eq` and friends, html, len, print…: every template has them.
const FunctionTable& Builtins();

}  // namespace sb::gotemplate
