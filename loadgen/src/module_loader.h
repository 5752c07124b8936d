// SPDX-License-Identifier: Apache-2.0
//
// Loads a script and what it imports into the current context: files by relative path, and the
// built-in modules ("k6", "k6/http", …, and the well-known jslib URLs) that are compiled in.
//
//   ModuleLoader loader(user);
//   v8::Local<v8::Object> exports;
//   SB_RETURN_IF_ERROR(loader.Load(path, &exports));
//
// What is not there is kNotFound with what to do; a script that throws is kInvalidArgument with
// its stack. Nothing is ever fetched from the network.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <v8.h>

#include "base/status.h"

namespace sb::load {

class User;

// The source of a built-in module such as "k6/http" or "sb:loop"; null if there is none.
const char* BuiltinSource(std::string_view name);

class ModuleLoader {
 public:
  explicit ModuleLoader(User& user) : user_(user) {}
  base::Status Load(const std::string& name, v8::Local<v8::Object>* exports);

 private:
  static v8::MaybeLocal<v8::Module> Resolve(v8::Local<v8::Context> context,
                                            v8::Local<v8::String> specifier,
                                            v8::Local<v8::FixedArray> assertions,
                                            v8::Local<v8::Module> referrer);
  v8::MaybeLocal<v8::Module> Get(const std::string& name);
  v8::MaybeLocal<v8::Module> Compile(const std::string& name, const std::string& source);
  base::Result<std::string> Locate(const std::string& specifier, const std::string& from) const;

  User& user_;
  std::unordered_map<std::string, v8::Global<v8::Module>> modules_;
  std::vector<std::pair<int, std::string>> names_;  // identity hash of a module, its name
};

// "dir/../x" without the dots.
std::string NormalPath(std::string_view path);

}  // namespace sb::load
