// SPDX-License-Identifier: Apache-2.0
//
// A virtual user: the script with globals of its own, and what it needs to run iterations.
//
//   User user(test, group, id, scenario);
//   SB_RETURN_IF_ERROR(user.Init());                       // loads the script: the init stage
//   CallOutcome outcome = user.Iterate("default", deadline);
//
// User 0 is not one of the test's users: it gives the options and runs setup(), teardown() and
// handleSummary(). Every method but RequestStop() is called on the user's own thread, which must
// have kUserStackBytes of stack; they enter and leave the isolate themselves.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <v8.h>

#include "http_client.h"
#include "isolate_group.h"
#include "test_state.h"

namespace sb::load {

class WebSocketLink;

struct CallOutcome {
  enum class Kind : uint8_t { kOk, kThrew, kInterrupted } kind = Kind::kOk;
  std::string error;   // of kThrew: message and stack
  std::string result;  // JSON, for the calls that return something
};

class User {
 public:
  User(TestState& test, IsolateGroup& group, uint32_t id, ScenarioState* scenario);
  ~User();

  base::Status Init();
  std::string OptionsJson();
  bool HasExport(const std::string& name);

  // One iteration; `deadline` is a moment of NowNs(), 0 for none.
  CallOutcome Iterate(const std::string& exec, Nanos deadline);
  // setup(), teardown(data): an export by its name with JSON arguments ("" for undefined).
  CallOutcome Call(const std::string& name, const std::string& json, Nanos deadline);
  // handleSummary(data): an object of texts, as JSON; kOk with an empty result when there is none.
  CallOutcome HandleSummary(const std::string& data_json);
  // The default text.
  std::string TextSummary(const std::string& data_json, const std::string& options_json);

  void SetSetupData(std::string json) { setup_json_ = std::move(json); }
  // Ends the current iteration at `moment`, from any thread.
  void RequestStop(Nanos moment);
  bool PastDeadline(Nanos now) const;

  // --- For the natives, on the user's thread ---
  static User* Current();
  TestState& test() { return test_; }
  IsolateGroup& group() { return group_; }
  v8::Isolate* isolate() { return group_.isolate(); }
  HttpClient& http() { return http_; }
  const std::atomic<Nanos>* stop() const { return &stop_at_; }
  // After a blocking call: true when the iteration has to end, which it then does.
  bool EndIfStopped();
  // Ends what JavaScript is doing now, without a chance to catch it.
  void Terminate();
  double* shared_state() { return state_; }
  std::string* group_path() { return &group_path_; }
  // Tags of every sample: of the test, the scenario, the user, the group.
  const std::string& BaseKey();
  void SetVuTag(const std::string& name, const std::string* value);
  const Tags& vu_tags() const { return vu_tags_; }
  std::string NewTraceId();
  ScenarioState* scenario() { return scenario_; }
  // In Init(): the script's top level.
  bool initializing() const { return initializing_; }
  uint32_t id() const { return id_; }
  uint64_t iteration() const { return iteration_; }
  uint64_t scenario_iteration() const { return scenario_iteration_; }
  std::vector<std::unique_ptr<WebSocketLink>>& links() { return links_; }

 private:
  friend class ModuleLoader;
  v8::Local<v8::Context> context() { return context_.Get(isolate()); }
  void MakeGlobals();
  CallOutcome Run(v8::Local<v8::Function> function, int count, v8::Local<v8::Value>* arguments,
                  v8::Local<v8::Value>* result);
  void Pump(v8::Local<v8::Value> result);
  CallOutcome Failure(v8::TryCatch& caught);
  v8::MaybeLocal<v8::Function> FindExport(const std::string& name);
  v8::MaybeLocal<v8::Value> ParseJson(const std::string& json);
  void SetIterationGlobals();

  TestState& test_;
  IsolateGroup& group_;
  const uint32_t id_;
  ScenarioState* scenario_;
  HttpClient http_;
  std::vector<std::unique_ptr<WebSocketLink>> links_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Object> exports_;
  v8::Global<v8::Object> loop_;
  v8::Global<v8::Object> summary_;
  v8::Global<v8::Value> setup_data_;
  std::string setup_json_;
  std::unique_ptr<v8::MicrotaskQueue> microtasks_;
  double state_[16] = {};
  std::atomic<Nanos> stop_at_{0};
  bool initializing_ = true;
  bool ran_ = false;
  uint64_t iteration_ = 0;
  uint64_t scenario_iteration_ = 0;
  std::string group_path_;
  std::string base_key_;  // empty: to be made again
  Tags vu_tags_;
  uint64_t random_[2] = {1, 2};
};

}  // namespace sb::load
