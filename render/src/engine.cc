// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <libplatform/libplatform.h>
#include <v8.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "bundle.h"
#include "encoding/compress.h"
#include "js_values.h"

namespace sb::print {
namespace {

using load::JsBuffer;
using load::JsName;
using load::JsString;
using load::Utf8;
using Info = v8::FunctionCallbackInfo<v8::Value>;

constexpr size_t kHeapBytesMax = size_t{384} << 20;
// How long the loop may sleep when no timer is due: requests wake it.
constexpr double kIdleMs = 1000;

Fetcher* fetcher_of_process = nullptr;

void Request(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  FetchRequest request;
  request.id = info[0]->Uint32Value(isolate->GetCurrentContext()).FromMaybe(0);
  request.method = Utf8(isolate, info[1]);
  request.path = Utf8(isolate, info[2]);
  request.content_type = Utf8(isolate, info[3]);
  request.body = Utf8(isolate, info[4]);
  fetcher_of_process->Begin(std::move(request));
}

void Deflate(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::string bytes;
  std::string packed;
  if (!load::BytesOf(isolate, info[0], &bytes)) {
    return load::ThrowError(isolate, "deflate takes bytes");
  }
  encoding::Compress(encoding::Compression::kZlib, bytes, &packed, 0);
  info.GetReturnValue().Set(JsBuffer(isolate, packed));
}

void MonotonicMs(const Info& info) {
  info.GetReturnValue().Set(static_cast<double>(load::NowNs()) / 1e6);
}

void Log(const Info& info) {
  std::fprintf(stderr, "%s\n", Utf8(info.GetIsolate(), info[0]).c_str());
}

v8::Local<v8::Object> MakeHost(v8::Isolate* isolate) {
  const auto context = isolate->GetCurrentContext();
  v8::Local<v8::Object> host = v8::Object::New(isolate);
  const auto add = [&](const char* name, v8::FunctionCallback callback) {
    load::SetProperty(isolate, host, JsName(isolate, name),
                      v8::Function::New(context, callback).ToLocalChecked());
  };
  add("request", Request);
  add("deflate", Deflate);
  add("monotonicMs", MonotonicMs);
  add("log", Log);
  return host;
}

class Script {
 public:
  explicit Script(v8::Isolate* isolate)
      : isolate_(isolate), context_(isolate->GetCurrentContext()), caught_(isolate) {}

  PrintAnswer Run(const std::string& job_json, Fetcher& fetcher);

 private:
  PrintAnswer Failed(const std::string& what) {
    return {500, what + (caught_.HasCaught() ? ": " + load::ErrorText(isolate_, caught_) : ""), ""};
  }
  v8::Local<v8::Value> Get(v8::Local<v8::Object> object, const char* name) {
    return object->Get(context_, JsName(isolate_, name)).FromMaybe(v8::Local<v8::Value>());
  }
  // Calls a function of `object`; empty when there is none or it threw.
  v8::MaybeLocal<v8::Value> Call(v8::Local<v8::Object> object, const char* name, int count,
                                 v8::Local<v8::Value>* arguments) {
    v8::Local<v8::Value> function = Get(object, name);
    if (function.IsEmpty() || !function->IsFunction()) {
      return {};
    }
    return function.As<v8::Function>()->Call(context_, object, count, arguments);
  }
  bool Load();
  // Until the promise is settled. False: nothing is left that could settle it, or it threw.
  bool Pump(v8::Local<v8::Promise> promise, v8::Local<v8::Object> callbacks, Fetcher& fetcher);
  PrintAnswer AnswerOf(v8::Local<v8::Promise> promise);

  v8::Isolate* isolate_;
  v8::Local<v8::Context> context_;
  v8::TryCatch caught_;
};

bool Script::Load() {
  v8::ScriptOrigin origin(isolate_, JsString(isolate_, "print.js"));
  v8::Local<v8::Script> script;
  return v8::Script::Compile(context_, JsString(isolate_, Bundle()), &origin).ToLocal(&script) &&
         !script->Run(context_).IsEmpty();
}

bool Script::Pump(v8::Local<v8::Promise> promise, v8::Local<v8::Object> callbacks,
                  Fetcher& fetcher) {
  while (true) {
    v8::HandleScope scope(isolate_);
    isolate_->PerformMicrotaskCheckpoint();
    v8::Local<v8::Value> next;
    if (!Call(callbacks, "tick", 0, nullptr).ToLocal(&next)) {
      return false;
    }
    isolate_->PerformMicrotaskCheckpoint();
    if (promise->State() != v8::Promise::kPending) {
      return true;
    }
    const double wait_ms = next->NumberValue(context_).FromMaybe(-1);
    if (wait_ms < 0 && fetcher.IsIdle()) {
      return false;
    }
    FetchAnswer answer;
    if (!fetcher.Wait(wait_ms < 0 ? kIdleMs : std::min(wait_ms, kIdleMs), &answer)) {
      continue;
    }
    v8::Local<v8::Value> arguments[] = {v8::Integer::NewFromUnsigned(isolate_, answer.id),
                                        v8::Integer::New(isolate_, answer.status),
                                        JsString(isolate_, answer.text)};
    if (Call(callbacks, "answered", 3, arguments).IsEmpty()) {
      return false;
    }
  }
}

PrintAnswer Script::AnswerOf(v8::Local<v8::Promise> promise) {
  if (promise->State() != v8::Promise::kFulfilled || !promise->Result()->IsObject()) {
    return {500, "the drawing failed: " + load::ErrorText(isolate_, promise->Result()), ""};
  }
  const auto result = promise->Result().As<v8::Object>();
  PrintAnswer answer;
  answer.status = Get(result, "status")->Int32Value(context_).FromMaybe(500);
  answer.message = Utf8(isolate_, Get(result, "message"));
  if (!load::BytesOf(isolate_, Get(result, "document"), &answer.document)) {
    return {500, "the drawing gave no document", ""};
  }
  return answer;
}

PrintAnswer Script::Run(const std::string& job_json, Fetcher& fetcher) {
  v8::Local<v8::Object> global = context_->Global();
  load::SetProperty(isolate_, global, JsName(isolate_, "signalboxHost"), MakeHost(isolate_));
  if (!Load()) {
    return Failed("the script could not be loaded");
  }
  v8::Local<v8::Value> arguments[] = {JsString(isolate_, job_json)};
  v8::Local<v8::Value> result;
  v8::Local<v8::Value> callbacks = Get(global, "signalboxCallbacks");
  if (callbacks.IsEmpty() || !callbacks->IsObject() ||
      !Call(global, "signalboxPrint", 1, arguments).ToLocal(&result) || !result->IsPromise()) {
    return Failed("the script did not start");
  }
  const auto promise = result.As<v8::Promise>();
  if (!Pump(promise, callbacks.As<v8::Object>(), fetcher)) {
    return Failed("the script ended without an answer");
  }
  return AnswerOf(promise);
}

}  // namespace

PrintAnswer RunPrint(const std::string& job_json, Fetcher& fetcher) {
  fetcher_of_process = &fetcher;
  // Both live as long as the process, which ends with the answer.
  v8::Platform* platform = v8::platform::NewDefaultPlatform(1).release();
  v8::V8::InitializePlatform(platform);
  v8::V8::Initialize();
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = v8::ArrayBuffer::Allocator::NewDefaultAllocator();
  params.constraints.ConfigureDefaultsFromHeapSize(0, kHeapBytesMax);
  v8::Isolate* isolate = v8::Isolate::New(params);
  v8::Isolate::Scope isolate_scope(isolate);
  v8::HandleScope handles(isolate);
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  v8::Context::Scope context_scope(context);
  return Script(isolate).Run(job_json, fetcher);
}

}  // namespace sb::print
