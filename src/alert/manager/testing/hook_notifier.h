// SPDX-License-Identifier: Apache-2.0
//
// Receivers of tests: each URL is a hook that records what it was told and may refuse for a while.
//
// Threads: safe for concurrent use.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alert/manager/manager.h"
#include "base/mutex.h"

namespace sb::alert {

// One route to one hook, `w`, that does not wait long.
inline constexpr const char* kOneHookConfig = R"(
route: {receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1s}
receivers:
- name: hook
  webhook_configs: [{url: "http://hook.example/w"}]
)";

struct HookCall {
  base::TimestampNs at;
  std::string hook;  // the last part of the URL
  notify::Message message;
};

struct HookRecorder {
  // Before it, the hook answers with this status.
  struct Refusal {
    base::TimestampNs until;
    int status = 500;
  };

  notify::SendResult Send(const std::string& hook, const notify::Message& message,
                          base::TimestampNs now) {
    if (alive != nullptr && !alive()) {
      return {base::Unavailable("the process is dead"), false, 0};
    }
    if (const auto found = behaviours.find(hook); found != behaviours.end()) {
      const notify::SendResult result = found->second(message);
      const base::MutexLock lock(mutex);
      ++attempts[hook];
      if (result.status.ok()) {
        calls.push_back({now, hook, message});
      }
      return result;
    }
    const base::MutexLock lock(mutex);
    ++attempts[hook];
    const auto refusal = refusals.find(hook);
    if (refusal != refusals.end() && now < refusal->second.until) {
      return {base::Unavailable("status " + std::to_string(refusal->second.status)),
              refusal->second.status >= 500, 0};
    }
    calls.push_back({now, hook, message});
    if (on_send != nullptr) {
      on_send();
    }
    return {};
  }
  Manager::MakeNotifier Factory(base::Env* env) {
    return [this, env](const Receiver&, const Integration& integration,
                       const notify::NotifierContext&) -> std::unique_ptr<notify::Notifier> {
      const std::string& url = integration.sheet.Text("url");
      return std::make_unique<Hook>(this, env, url.substr(url.rfind('/') + 1));
    };
  }

  base::Mutex mutex;
  std::vector<HookCall> calls;
  std::map<std::string, int> attempts;
  std::map<std::string, Refusal> refusals;
  std::function<void()> on_send;  // after a hook has taken a message
  // Hooks that answer in their own way; whatever they take is in `calls`.
  std::map<std::string, std::function<notify::SendResult(const notify::Message&)>> behaviours;
  std::function<bool()> alive;  // says no: nothing is sent any more, the process is dead

 private:
  class Hook : public notify::Notifier {
   public:
    Hook(HookRecorder* recorder, base::Env* env, std::string name)
        : recorder_(recorder), env_(env), name_(std::move(name)) {}
    notify::SendResult Send(const notify::Message& message) override {
      return recorder_->Send(name_, message, env_->clock().Now());
    }

   private:
    HookRecorder* recorder_;
    base::Env* env_;
    std::string name_;
  };
};

}  // namespace sb::alert
