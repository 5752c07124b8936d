// SPDX-License-Identifier: Apache-2.0
//
// V8 for up to kUsersPerIsolate virtual users: one isolate, which one thread at a time may enter.
//
//   StartV8();                                     // once per process
//   IsolateGroup group(registry, keep_series);
//   { JsLocked locked(group); … JavaScript … { JsUnlocked out(group); … blocking … } }
//
// Each user has a thread and a context of its own in the isolate of its group. A user that blocks
// (a request, a sleep) leaves the isolate, so that another one can enter: docs/decisions/0007 has
// the reasons and the measured costs.
#pragma once

#include <optional>

#include <v8.h>

#include "results.h"

namespace sb::load {

// More users per isolate make its garbage collection walk more stacks; fewer cost memory.
inline constexpr uint32_t kUsersPerIsolate = 50;
// Threads that run JavaScript need a stack of this size; V8 stops scripts (RangeError) well before.
inline constexpr size_t kUserStackBytes = 1u << 20;

void StartV8();

class IsolateGroup {
 public:
  IsolateGroup(const MetricRegistry& registry, bool keep_series);
  v8::Isolate* isolate() const { return isolate_; }
  Results& results() { return results_; }

 private:
  v8::Isolate* isolate_;  // lives until the process ends
  Results results_;
};

class JsLocked {
 public:
  explicit JsLocked(IsolateGroup& group)
      : locker_(group.isolate()), entered_(group.isolate()), handles_(group.isolate()) {}

 private:
  v8::Locker locker_;
  v8::Isolate::Scope entered_;
  v8::HandleScope handles_;
};

class JsUnlocked {
 public:
  explicit JsUnlocked(v8::Isolate* isolate) : isolate_(isolate) {
    isolate_->Exit();
    unlocker_.emplace(isolate_);
  }
  ~JsUnlocked() {
    unlocker_.reset();
    isolate_->Enter();
  }
  JsUnlocked(const JsUnlocked&) = delete;
  JsUnlocked& operator=(const JsUnlocked&) = delete;

 private:
  v8::Isolate* isolate_;
  std::optional<v8::Unlocker> unlocker_;
};

}  // namespace sb::load
