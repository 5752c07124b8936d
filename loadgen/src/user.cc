// SPDX-License-Identifier: Apache-2.0
#include "user.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/env.h"
#include "js_values.h"
#include "module_loader.h"
#include "natives.h"
#include "web_socket.h"

namespace sb::load {
namespace {

thread_local User* current_user = nullptr;

}  // namespace

User* User::Current() {
  return current_user;
}

User::User(TestState& test, IsolateGroup& group, uint32_t id, ScenarioState* scenario)
    : test_(test), group_(group), id_(id), scenario_(scenario), http_(test.net) {
  auto& random = base::Env::Real().random();
  random_[0] = random.Next64() | 1;
  random_[1] = random.Next64();
}

User::~User() = default;

std::string User::NewTraceId() {
  // xorshift128+: unique enough for ids, and cheap.
  const auto next = [this] {
    uint64_t a = random_[0];
    const uint64_t b = random_[1];
    random_[0] = b;
    a ^= a << 23;
    random_[1] = a ^ b ^ (a >> 17) ^ (b >> 26);
    return random_[1] + b;
  };
  return fmt::format("{:016x}{:016x}", next(), next());
}

const std::string& User::BaseKey() {
  if (!base_key_.empty()) return base_key_;
  for (const auto& [name, value] : test_.options.tags) AppendTag(name, value, &base_key_);
  if (scenario_ != nullptr) {
    AppendTag("scenario", scenario_->scenario->name, &base_key_);
    for (const auto& [name, value] : scenario_->scenario->tags) {
      AppendTag(name, value, &base_key_);
    }
  }
  for (const auto& [name, value] : vu_tags_) AppendTag(name, value, &base_key_);
  AppendTag("group", group_path_, &base_key_);
  return base_key_;
}

void User::SetVuTag(const std::string& name, const std::string* value) {
  std::erase_if(vu_tags_, [&](const auto& tag) { return tag.first == name; });
  if (value != nullptr) vu_tags_.emplace_back(name, *value);
  base_key_.clear();
}

void User::MakeGlobals() {
  v8::Isolate* js = isolate();
  v8::Local<v8::Object> global = context()->Global();
  v8::Local<v8::Object> env = v8::Object::New(js);
  const auto put = [&](const auto& entries) {
    for (const auto& [name, value] : entries) {
      SetProperty(js, env, JsString(js, name), JsString(js, value));
    }
  };
  put(test_.env);
  if (scenario_ != nullptr) put(scenario_->scenario->env);
  SetProperty(js, global, JsName(js, "__ENV"), env);
  SetProperty(js, global, JsName(js, "global"), global);
  AddGlobalNatives(*this, global);
  SetIterationGlobals();
}

void User::SetIterationGlobals() {
  v8::Isolate* js = isolate();
  v8::Local<v8::Context> here = context();
  state_[0] = double(iteration_);
  SetProperty(js, here->Global(), JsName(js, "__VU"), v8::Number::New(js, id_));
  SetProperty(js, here->Global(), JsName(js, "__ITER"), v8::Number::New(js, double(iteration_)));
}

base::Status User::Init() {
  current_user = this;
  JsLocked locked(group_);
  v8::Isolate* js = isolate();
  microtasks_ = v8::MicrotaskQueue::New(js, v8::MicrotasksPolicy::kExplicit);
  v8::Local<v8::Context> here =
      v8::Context::New(js, nullptr, {}, {}, {}, microtasks_.get());
  context_.Reset(js, here);
  v8::Context::Scope entered(here);
  MakeGlobals();
  ModuleLoader loader(*this);
  v8::Local<v8::Object> object;
  SB_RETURN_IF_ERROR(loader.Load("sb:loop", &object));
  loop_.Reset(js, object);
  if (id_ == 0) {
    SB_RETURN_IF_ERROR(loader.Load("sb:summary", &object));
    summary_.Reset(js, object);
  }
  SB_RETURN_IF_ERROR(loader.Load(test_.script_path, &object));
  exports_.Reset(js, object);
  initializing_ = false;
  return base::OkStatus();
}

v8::MaybeLocal<v8::Function> User::FindExport(const std::string& name) {
  v8::Isolate* js = isolate();
  v8::Local<v8::Value> value;
  v8::TryCatch caught(js);
  if (!exports_.Get(js)->Get(context(), JsName(js, name)).ToLocal(&value)) return {};
  if (!value->IsFunction()) return {};
  return value.As<v8::Function>();
}

bool User::HasExport(const std::string& name) {
  JsLocked locked(group_);
  v8::Context::Scope entered(context());
  return !FindExport(name).IsEmpty();
}

std::string User::OptionsJson() {
  JsLocked locked(group_);
  v8::Isolate* js = isolate();
  v8::Context::Scope entered(context());
  v8::Local<v8::Value> value;
  v8::Local<v8::String> json;
  if (!exports_.Get(js)->Get(context(), JsName(js, "options")).ToLocal(&value) ||
      !value->IsObject() || !v8::JSON::Stringify(context(), value).ToLocal(&json)) {
    return "{}";
  }
  return Utf8(js, json);
}

v8::MaybeLocal<v8::Value> User::ParseJson(const std::string& json) {
  if (json.empty()) return v8::Undefined(isolate()).As<v8::Value>();
  return v8::JSON::Parse(context(), JsString(isolate(), json));
}

CallOutcome User::Failure(v8::TryCatch& caught) {
  CallOutcome outcome;
  if (caught.HasTerminated()) {
    isolate()->CancelTerminateExecution();
    outcome.kind = CallOutcome::Kind::kInterrupted;
  } else {
    outcome.kind = CallOutcome::Kind::kThrew;
    outcome.error = ErrorText(isolate(), caught);
  }
  return outcome;
}

// Promises and timers: an iteration is over when nothing of it is left to do.
void User::Pump(v8::Local<v8::Value> result) {
  v8::Isolate* js = isolate();
  v8::Local<v8::Context> here = context();
  microtasks_->PerformCheckpoint(js);
  v8::Local<v8::Value> turn;
  if (!loop_.Get(js)->Get(here, JsName(js, "turn")).ToLocal(&turn)) return;
  for (;;) {
    v8::HandleScope scope(js);
    v8::Local<v8::Value> more;
    if (!turn.As<v8::Function>()->Call(here, v8::Undefined(js), 0, nullptr).ToLocal(&more)) return;
    microtasks_->PerformCheckpoint(js);
    if (js->IsExecutionTerminating() || !more->IsTrue()) break;
  }
  if (result->IsPromise() && result.As<v8::Promise>()->State() == v8::Promise::kRejected) {
    js->ThrowException(result.As<v8::Promise>()->Result());
  }
}

CallOutcome User::Run(v8::Local<v8::Function> function, int count,
                      v8::Local<v8::Value>* arguments, v8::Local<v8::Value>* result) {
  v8::Isolate* js = isolate();
  v8::TryCatch caught(js);
  v8::Local<v8::Value> value;
  if (function->Call(context(), v8::Undefined(js), count, arguments).ToLocal(&value)) {
    Pump(value);
  }
  if (caught.HasCaught()) {
    CallOutcome outcome = Failure(caught);
    caught.Reset();
    v8::Local<v8::Value> reset;
    if (loop_.Get(js)->Get(context(), JsName(js, "reset")).ToLocal(&reset)) {
      const bool done = !reset.As<v8::Function>()
                             ->Call(context(), v8::Undefined(js), 0, nullptr)
                             .IsEmpty();
      if (!done) caught.Reset();
    }
    return outcome;
  }
  *result = value->IsPromise() && value.As<v8::Promise>()->State() == v8::Promise::kFulfilled
                ? value.As<v8::Promise>()->Result()
                : value;
  return {};
}

CallOutcome User::Iterate(const std::string& exec, Nanos deadline) {
  current_user = this;
  JsLocked locked(group_);
  v8::Isolate* js = isolate();
  v8::Context::Scope entered(context());
  stop_at_ = deadline;
  if (ran_) iteration_++;
  ran_ = true;
  scenario_iteration_ = scenario_->iterations.fetch_add(1);
  if (!group_path_.empty()) {
    group_path_.clear();
    base_key_.clear();
  }
  SetIterationGlobals();
  if (test_.options.no_vu_connection_reuse) http_.CloseAll();
  v8::Local<v8::Function> function;
  if (!FindExport(exec).ToLocal(&function)) {
    return {CallOutcome::Kind::kThrew, "the script exports no function '" + exec + "'", ""};
  }
  if (setup_data_.IsEmpty()) {
    v8::Local<v8::Value> data;
    if (!ParseJson(setup_json_).ToLocal(&data)) data = v8::Undefined(js);
    setup_data_.Reset(js, data);
  }
  v8::Local<v8::Value> data = setup_data_.Get(js);
  v8::Local<v8::Value> result;
  const CallOutcome outcome = Run(function, 1, &data, &result);
  stop_at_ = 0;
  return outcome;
}

CallOutcome User::Call(const std::string& name, const std::string& json, Nanos deadline) {
  current_user = this;
  JsLocked locked(group_);
  v8::Isolate* js = isolate();
  v8::Context::Scope entered(context());
  v8::Local<v8::Function> function;
  if (!FindExport(name).ToLocal(&function)) return {};
  stop_at_ = deadline;
  group_path_ = "::" + name;
  base_key_.clear();
  v8::Local<v8::Value> argument;
  v8::Local<v8::Value> result;
  if (!ParseJson(json).ToLocal(&argument)) argument = v8::Undefined(js);
  CallOutcome outcome = Run(function, 1, &argument, &result);
  stop_at_ = 0;
  if (outcome.kind != CallOutcome::Kind::kOk || result->IsUndefined()) return outcome;
  v8::TryCatch caught(js);
  v8::Local<v8::String> text;
  if (v8::JSON::Stringify(context(), result).ToLocal(&text)) {
    outcome.result = Utf8(js, text);
  } else {
    outcome = Failure(caught);
  }
  return outcome;
}

CallOutcome User::HandleSummary(const std::string& data_json) {
  return Call("handleSummary", data_json, NowNs() + 120 * kSecond);
}

std::string User::TextSummary(const std::string& data_json, const std::string& options_json) {
  current_user = this;
  JsLocked locked(group_);
  v8::Isolate* js = isolate();
  v8::Context::Scope entered(context());
  v8::TryCatch caught(js);
  v8::Local<v8::Value> arguments[2];
  v8::Local<v8::Value> function;
  v8::Local<v8::Value> text;
  if (!ParseJson(data_json).ToLocal(&arguments[0]) ||
      !ParseJson(options_json).ToLocal(&arguments[1]) ||
      !summary_.Get(js)->Get(context(), JsName(js, "textSummary")).ToLocal(&function) ||
      !function.As<v8::Function>()
           ->Call(context(), v8::Undefined(js), 2, arguments)
           .ToLocal(&text)) {
    return "the summary failed: " + ErrorText(js, caught) + "\n";
  }
  return Utf8(js, text);
}

bool User::PastDeadline(Nanos now) const {
  const Nanos moment = stop_at_.load(std::memory_order_relaxed);
  return moment != 0 && now >= moment;
}

void User::RequestStop(Nanos moment) {
  Nanos known = stop_at_.load();
  // Only an iteration that runs has a moment to end at.
  while (known > moment && !stop_at_.compare_exchange_weak(known, moment)) {
  }
}

bool User::EndIfStopped() {
  if (!PastDeadline(NowNs())) return false;
  Terminate();
  return true;
}

void User::Terminate() {
  v8::Isolate* js = isolate();
  js->TerminateExecution();
  // V8 looks at it when it enters a function: without this the script would go on for a while with
  // what a blocked call could not give it.
  v8::Local<v8::Value> nothing;
  if (loop_.IsEmpty() || !loop_.Get(js)->Get(context(), JsName(js, "nothing")).ToLocal(&nothing)) {
    return;
  }
  if (nothing.As<v8::Function>()->Call(context(), v8::Undefined(js), 0, nullptr).IsEmpty()) return;
}

}  // namespace sb::load
