// SPDX-License-Identifier: Apache-2.0
//
// Between V8's values and ours. All of it inside of an isolate with a handle scope.
#pragma once

#include <string>
#include <string_view>

#include <v8.h>

namespace sb::load {

v8::Local<v8::String> JsString(v8::Isolate* isolate, std::string_view text);
// As a key of objects: kept once per isolate.
v8::Local<v8::String> JsName(v8::Isolate* isolate, std::string_view text);
// The text of any value (as String(value) gives it); empty if that throws.
std::string Utf8(v8::Isolate* isolate, v8::Local<v8::Value> value);
// The bytes of a string (UTF-8), an ArrayBuffer or a view; false for anything else.
bool BytesOf(v8::Isolate* isolate, v8::Local<v8::Value> value, std::string* out);
v8::Local<v8::ArrayBuffer> JsBuffer(v8::Isolate* isolate, std::string_view bytes);

// Sets a property; a setter that throws is none of ours.
void SetProperty(v8::Isolate* isolate, v8::Local<v8::Object> object, v8::Local<v8::String> name,
                 v8::Local<v8::Value> value);

void ThrowError(v8::Isolate* isolate, std::string_view message);
// Message and stack of an exception.
std::string ErrorText(v8::Isolate* isolate, v8::Local<v8::Value> error);
std::string ErrorText(v8::Isolate* isolate, v8::TryCatch& caught);

}  // namespace sb::load
