// SPDX-License-Identifier: Apache-2.0
#include "js_values.h"

#include <cstring>

namespace sb::load {

v8::Local<v8::String> JsString(v8::Isolate* isolate, std::string_view text) {
  v8::Local<v8::String> out;
  if (text.size() > size_t(v8::String::kMaxLength) ||
      !v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, int(text.size()))
           .ToLocal(&out)) {
    return v8::String::Empty(isolate);
  }
  return out;
}

v8::Local<v8::String> JsName(v8::Isolate* isolate, std::string_view text) {
  return v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kInternalized,
                                 int(text.size()))
      .ToLocalChecked();
}

std::string Utf8(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  v8::Local<v8::String> text;
  if (value.IsEmpty() || !value->ToString(isolate->GetCurrentContext()).ToLocal(&text)) return "";
  std::string out(size_t(text->Utf8Length(isolate)), '\0');
  text->WriteUtf8(isolate, out.data(), int(out.size()), nullptr,
                  v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8);
  return out;
}

bool BytesOf(v8::Isolate* isolate, v8::Local<v8::Value> value, std::string* out) {
  if (value->IsString()) {
    *out = Utf8(isolate, value);
    return true;
  }
  if (value->IsArrayBuffer()) {
    const auto store = value.As<v8::ArrayBuffer>()->GetBackingStore();
    out->assign(static_cast<const char*>(store->Data()), store->ByteLength());
    return true;
  }
  if (value->IsArrayBufferView()) {
    const auto view = value.As<v8::ArrayBufferView>();
    out->resize(view->ByteLength());
    view->CopyContents(out->data(), out->size());
    return true;
  }
  return false;
}

v8::Local<v8::ArrayBuffer> JsBuffer(v8::Isolate* isolate, std::string_view bytes) {
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(isolate, bytes.size());
  if (!bytes.empty()) {
    std::memcpy(buffer->GetBackingStore()->Data(), bytes.data(), bytes.size());
  }
  return buffer;
}

void SetProperty(v8::Isolate* isolate, v8::Local<v8::Object> object, v8::Local<v8::String> name,
                 v8::Local<v8::Value> value) {
  object->Set(isolate->GetCurrentContext(), name, value).Check();
}

void ThrowError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(v8::Exception::Error(JsString(isolate, message)));
}

std::string ErrorText(v8::Isolate* isolate, v8::Local<v8::Value> error) {
  if (error.IsEmpty()) return "unknown error";
  if (error->IsObject()) {
    v8::Local<v8::Value> stack;
    if (error.As<v8::Object>()
            ->Get(isolate->GetCurrentContext(), JsName(isolate, "stack"))
            .ToLocal(&stack) &&
        stack->IsString()) {
      return Utf8(isolate, stack);
    }
  }
  return Utf8(isolate, error);
}

std::string ErrorText(v8::Isolate* isolate, v8::TryCatch& caught) {
  if (!caught.HasCaught()) return "the script was stopped";
  std::string text = ErrorText(isolate, caught.Exception());
  const v8::Local<v8::Message> message = caught.Message();
  // A syntax error's stack does not say where it is.
  if (!message.IsEmpty() && text.find("\n") == std::string::npos) {
    text += " at " + Utf8(isolate, message->GetScriptResourceName()) + ":" +
            std::to_string(message->GetLineNumber(isolate->GetCurrentContext()).FromMaybe(0));
  }
  return text;
}

}  // namespace sb::load
