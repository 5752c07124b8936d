// SPDX-License-Identifier: Apache-2.0
//
// Checks, groups and custom metrics.
#include "js_values.h"
#include "natives.h"
#include "user.h"

namespace sb::load {
namespace {

User& Me() {
  return *User::Current();
}

void CheckResult(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  User& me = Me();
  const std::string name = Utf8(js, args[0]);
  const bool passed = args[1]->IsTrue();
  Check* check = me.test().checks.FindCheck(*me.group_path(), name);
  if (check == nullptr) {
    return ThrowError(js, "more than 10000 checks and groups: names must not hold changing parts");
  }
  (passed ? check->passes : check->fails).fetch_add(1, std::memory_order_relaxed);
  std::string key = me.BaseKey();
  AppendTag("check", name, &key);
  AppendJsTags(js, args[2], &key);
  me.group().results().Record(key, {{kChecks, passed ? 1.0 : 0.0}});
}

void GroupEnter(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  User& me = Me();
  const std::string name = Utf8(js, args[0]);
  if (name.find("::") != std::string::npos) {
    return ThrowError(js, "group names must not contain '::': " + name);
  }
  const std::string before = *me.group_path();
  me.test().checks.AddGroup(before + "::" + name);
  *me.group_path() += "::" + name;
  me.SetVuTag("", nullptr);  // the key is made anew
  args.GetReturnValue().Set(JsString(js, before));
}

void GroupExit(const NativeArgs& args) {
  User& me = Me();
  me.group().results().Record(me.BaseKey(),
                              {{kGroupDuration, args[1].As<v8::Number>()->Value()}});
  *me.group_path() = Utf8(args.GetIsolate(), args[0]);
  me.SetVuTag("", nullptr);
}

void DeclareMetric(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  if (!Me().initializing()) {
    return ThrowError(js, "metrics are declared in the init stage (the script's top level)");
  }
  const auto type = MetricType(args[0].As<v8::Number>()->Value());
  const auto id = Me().test().registry.Declare(
      Utf8(js, args[1]), type, args[2]->IsTrue() ? Contains::kTime : Contains::kDefault);
  if (!id.ok()) return ThrowError(js, id.status().message());
  args.GetReturnValue().Set(*id);
}

void AddSample(const NativeArgs& args) {
  User& me = Me();
  const auto id = MetricId(args[0].As<v8::Number>()->Value());
  const Sample sample{id, args[1].As<v8::Number>()->Value()};
  if (!args[2]->IsObject()) return me.group().results().Record(me.BaseKey(), {&sample, 1});
  std::string key = me.BaseKey();
  AppendJsTags(args.GetIsolate(), args[2], &key);
  me.group().results().Record(key, {&sample, 1});
}

}  // namespace

void AddMetricNatives(NativeTable* table) {
  table->Add("check", CheckResult);
  table->Add("groupEnter", GroupEnter);
  table->Add("groupExit", GroupExit);
  table->Add("metric", DeclareMetric);
  table->Add("add", AddSample);
}

}  // namespace sb::load
