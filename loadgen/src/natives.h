// SPDX-License-Identifier: Apache-2.0
//
// What the built-in JavaScript modules call: the object that `import N from 'sb:native'` gives, one
// per context. Natives run on the user's thread with the isolate entered; those that block leave it
// meanwhile. One file per topic adds its functions.
#pragma once

#include <string_view>

#include <v8.h>

namespace sb::load {

class User;
using NativeArgs = v8::FunctionCallbackInfo<v8::Value>;

// Adds functions to an object.
class NativeTable {
 public:
  NativeTable(v8::Isolate* isolate, v8::Local<v8::Object> object)
      : isolate_(isolate), object_(object) {}
  void Add(std::string_view name, void (*function)(const NativeArgs&));
  void Set(std::string_view name, v8::Local<v8::Value> value);
  v8::Isolate* isolate() const { return isolate_; }

 private:
  v8::Isolate* isolate_;
  v8::Local<v8::Object> object_;
};

v8::Local<v8::Object> MakeNatives(User& user);
// console, open().
void AddGlobalNatives(User& user, v8::Local<v8::Object> global);

void AddMetricNatives(NativeTable* table);
void AddHttpNatives(User& user, NativeTable* table);
void AddCryptoNatives(NativeTable* table);
void AddWebSocketNatives(NativeTable* table);

// The tags object of a script's call, added to a key.
void AppendJsTags(v8::Isolate* isolate, v8::Local<v8::Value> tags, std::string* key);

}  // namespace sb::load
