// SPDX-License-Identifier: Apache-2.0
#include "natives.h"

#include <algorithm>
#include <cmath>

#include "base/env.h"
#include "js_values.h"
#include "module_loader.h"
#include "user.h"

namespace sb::load {
namespace {

User& Me() {
  return *User::Current();
}

void Log(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  Me().test().console.Write(Utf8(js, args[0]), Utf8(js, args[1]), "");
}

// console.log(a, b, …): strings as they are, everything else as JSON.
void ConsoleWrite(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  std::string text;
  for (int i = 0; i < args.Length(); i++) {
    if (i > 0) text += ' ';
    v8::Local<v8::String> json;
    if (args[i]->IsObject() && !args[i]->IsNativeError() && !args[i]->IsFunction() &&
        v8::JSON::Stringify(js->GetCurrentContext(), args[i]).ToLocal(&json)) {
      text += Utf8(js, json);
    } else {
      text += Utf8(js, args[i]);
    }
  }
  Me().test().console.Write(Utf8(js, args.Data()), text, "console");
}

void Sleep(const NativeArgs& args) {
  const double seconds = args[0].As<v8::Number>()->Value();
  if (!(seconds > 0)) return;
  User& me = Me();
  const Nanos until = NowNs() + Nanos(std::min(seconds, 1e8) * double(kSecond));
  {
    JsUnlocked out(args.GetIsolate());
    for (Nanos now = NowNs(); now < until && !me.PastDeadline(now); now = NowNs()) {
      // A stop may come while asleep: looked for ten times a second.
      const Nanos step = std::min(until - now, 100 * kMilli);
      const timespec wait{step / kSecond, step % kSecond};
      nanosleep(&wait, nullptr);
    }
  }
  me.EndIfStopped();
}

void Now(const NativeArgs& args) {
  args.GetReturnValue().Set(double(NowNs()) / double(kMilli));
}

void Duration(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const auto parsed = ParseDuration(Utf8(js, args[0]));
  if (!parsed.ok()) return ThrowError(js, parsed.status().message());
  args.GetReturnValue().Set(double(*parsed) / double(kMilli));
}

void Open(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  User& me = Me();
  if (!me.initializing()) {
    return ThrowError(js, "open() is only there in the init stage (the script's top level)");
  }
  const std::string name = Utf8(js, args[0]);
  const std::string path =
      NormalPath(base::JoinPath(base::ParentPath(me.test().script_path), name));
  const auto content = me.test().files.Read(path);
  if (!content.ok()) return ThrowError(js, "open(): " + std::string(content.status().message()));
  const bool binary = args.Length() > 1 && Utf8(js, args[1]) == "b";
  if (binary) {
    args.GetReturnValue().Set(JsBuffer(js, **content));
  } else {
    args.GetReturnValue().Set(JsString(js, **content));
  }
}

void SharedHas(const NativeArgs& args) {
  const auto found = Me().test().shared.Find(Utf8(args.GetIsolate(), args[0]));
  args.GetReturnValue().Set(found != nullptr);
}

void SharedSet(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  if (!Me().initializing()) {
    return ThrowError(js, "new SharedArray() is only there in the init stage");
  }
  SharedArrays::Elements elements;
  const auto list = args[1].As<v8::Array>();
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!list->Get(js->GetCurrentContext(), i).ToLocal(&item)) return;
    elements.push_back(item->IsUndefined() ? "null" : Utf8(js, item));
  }
  Me().test().shared.Put(Utf8(js, args[0]), std::move(elements));
}

void SharedLength(const NativeArgs& args) {
  const auto found = Me().test().shared.Find(Utf8(args.GetIsolate(), args[0]));
  args.GetReturnValue().Set(double(found == nullptr ? 0 : found->size()));
}

void SharedGet(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const auto found = Me().test().shared.Find(Utf8(js, args[0]));
  const auto index = size_t(args[1].As<v8::Number>()->Value());
  if (found != nullptr && index < found->size()) {
    args.GetReturnValue().Set(JsString(js, (*found)[index]));
  }
}

void Abort(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  TestState& test = Me().test();
  const std::string reason = Utf8(js, args[0]);
  test.console.Write("error", "test aborted: " + reason, "");
  test.aborted = true;
  test.stopping = true;
  Me().Terminate();
}

void MarkFailed(const NativeArgs& args) {
  Me().test().console.Write("error", "test marked as failed: " + Utf8(args.GetIsolate(), args[0]),
                            "");
  Me().test().marked_failed = true;
}

double ScenarioProgress(const ScenarioState& state) {
  const Scenario& plan = *state.scenario;
  if (plan.kind == ExecutorKind::kSharedIterations) {
    return double(state.completed) / double(plan.iterations);
  }
  if (plan.kind == ExecutorKind::kPerVuIterations) {
    return double(state.completed) / double(plan.iterations * plan.vus);
  }
  const auto length = double(std::max<Nanos>(plan.RegularDuration(), 1));
  return std::clamp(double(NowNs() - state.begin) / length, 0.0, 1.0);
}

// What k6/execution shows; false for an unknown key.
bool InfoNumber(User& me, std::string_view key, double* out) {
  TestState& test = me.test();
  double completed = 0, interrupted = 0, active = 0, initialized = 0;
  for (const auto& scenario : test.scenarios) {
    completed += double(scenario->completed);
    interrupted += double(scenario->interrupted);
    active += double(scenario->active);
    initialized += double(scenario->initialized);
  }
  if (key == "instance.completed") *out = completed;
  else if (key == "instance.interrupted") *out = interrupted;
  else if (key == "instance.vusActive") *out = active;
  else if (key == "instance.vusInitialized") *out = initialized;
  else if (key == "instance.duration") *out = double(NowNs() - test.begin) / double(kMilli);
  else if (key == "vu.id") *out = me.id();
  else if (key == "vu.iteration") *out = double(me.iteration());
  else if (key == "vu.iterationInScenario") *out = double(me.iteration());
  else if (key == "scenario.iteration") *out = double(me.scenario_iteration());
  else if (key == "scenario.startTime") {
    *out = test.begin_wall_ms + double(me.scenario()->begin - test.begin) / double(kMilli);
  } else if (key == "scenario.progress") *out = ScenarioProgress(*me.scenario());
  else return false;
  return true;
}

void Info(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  User& me = Me();
  const std::string key = Utf8(js, args[0]);
  if (key == "test.options") {
    return args.GetReturnValue().Set(JsString(js, me.test().options_json));
  }
  if (key.starts_with("scenario.") && me.scenario() == nullptr) {
    return ThrowError(js, "getting scenario information outside of the VU context is not "
                          "supported (setup, teardown, init)");
  }
  if (key == "scenario.name") {
    return args.GetReturnValue().Set(JsString(js, me.scenario()->scenario->name));
  }
  if (key == "scenario.executor") {
    return args.GetReturnValue().Set(JsString(js, ExecutorName(me.scenario()->scenario->kind)));
  }
  double number = 0;
  if (InfoNumber(me, key, &number)) args.GetReturnValue().Set(number);
}

void SetVuTag(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const std::string value = Utf8(js, args[1]);
  Me().SetVuTag(Utf8(js, args[0]), args[1]->IsUndefined() ? nullptr : &value);
}

void VuTags(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  v8::Local<v8::Object> out = v8::Object::New(js);
  const auto put = [&](const std::string& name, const std::string& value) {
    SetProperty(js, out, JsString(js, name), JsString(js, value));
  };
  if (Me().scenario() != nullptr) {
    put("scenario", Me().scenario()->scenario->name);
    for (const auto& [name, value] : Me().scenario()->scenario->tags) put(name, value);
  }
  put("group", *Me().group_path());
  for (const auto& [name, value] : Me().vu_tags()) put(name, value);
  args.GetReturnValue().Set(out);
}

}  // namespace

void NativeTable::Add(std::string_view name, void (*function)(const NativeArgs&)) {
  Set(name, v8::Function::New(isolate_->GetCurrentContext(), function).ToLocalChecked());
}

void NativeTable::Set(std::string_view name, v8::Local<v8::Value> value) {
  SetProperty(isolate_, object_, JsName(isolate_, name), value);
}

void AppendJsTags(v8::Isolate* isolate, v8::Local<v8::Value> tags, std::string* key) {
  if (!tags->IsObject()) return;
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Array> names;
  if (!tags.As<v8::Object>()->GetOwnPropertyNames(context).ToLocal(&names)) return;
  for (uint32_t i = 0; i < names->Length(); i++) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context, i).ToLocal(&name) ||
        !tags.As<v8::Object>()->Get(context, name).ToLocal(&value)) {
      return;
    }
    if (!value->IsNullOrUndefined()) AppendTag(Utf8(isolate, name), Utf8(isolate, value), key);
  }
}

v8::Local<v8::Object> MakeNatives(User& user) {
  v8::Isolate* js = user.isolate();
  v8::Local<v8::Object> object = v8::Object::New(js);
  NativeTable table(js, object);
  table.Add("log", Log);
  table.Add("sleep", Sleep);
  table.Add("now", Now);
  table.Add("duration", Duration);
  table.Add("sharedHas", SharedHas);
  table.Add("sharedSet", SharedSet);
  table.Add("sharedLength", SharedLength);
  table.Add("sharedGet", SharedGet);
  table.Add("abort", Abort);
  table.Add("markFailed", MarkFailed);
  table.Add("info", Info);
  table.Add("setVuTag", SetVuTag);
  table.Add("vuTags", VuTags);
  AddMetricNatives(&table);
  AddHttpNatives(user, &table);
  AddCryptoNatives(&table);
  AddWebSocketNatives(&table);
  return object;
}

void AddGlobalNatives(User& user, v8::Local<v8::Object> global) {
  v8::Isolate* js = user.isolate();
  v8::Local<v8::Context> context = js->GetCurrentContext();
  NativeTable table(js, global);
  table.Add("open", Open);
  v8::Local<v8::Object> console = v8::Object::New(js);
  NativeTable methods(js, console);
  for (const auto& [name, level] : {std::pair{"log", "info"}, {"info", "info"}, {"debug", "debug"},
                                    {"warn", "warning"}, {"error", "error"}}) {
    methods.Set(name, v8::Function::New(context, ConsoleWrite, JsString(js, level))
                          .ToLocalChecked());
  }
  table.Set("console", console);
}

}  // namespace sb::load
