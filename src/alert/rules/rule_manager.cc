// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_manager.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sb::rules {

// One group and its timer.
class RuleManager::Running {
 public:
  Running(const Parts& parts, std::shared_ptr<RuleGroup> group)
      : parts_(parts), group_(std::move(group)), runner_(parts.pool) {}

  // Starts at the slot after `now_ms`, or after `last_slot_ms` if that was served already.
  void Start(int64_t now_ms, int64_t last_slot_ms) {
    restored_ = !group_->NeedsRestore();
    slot_ms_ = group_->SlotBefore(now_ms) + group_->interval_ms();
    if (last_slot_ms >= slot_ms_) {
      slot_ms_ = last_slot_ms + group_->interval_ms();
    }
    Schedule();
  }
  void Stop() { runner_.Shutdown(); }
  RuleGroup& group() { return *group_; }
  const std::shared_ptr<RuleGroup>& shared() const { return group_; }

 private:
  void Schedule() {
    const int64_t wait_ms = std::max<int64_t>(0, slot_ms_ - parts_.clock.NowMs().Value());
    runner_.PostDelayed(base::ToNs(base::DurationMs(wait_ms)), [this] { Run(); });
  }

  void Run() {
    const int64_t interval_ms = group_->interval_ms();
    // How late the timer is; slots that have passed meanwhile are gone.
    SkipMissed(interval_ms);
    group_->Evaluate(slot_ms_);
    ++evaluations_;
    if (!restored_ && evaluations_ >= 2) {
      group_->Restore(slot_ms_);
      restored_ = true;
    }
    slot_ms_ += interval_ms;
    Schedule();
  }

  void SkipMissed(int64_t interval_ms) {
    const int64_t late_ms = parts_.clock.NowMs().Value() - slot_ms_;
    if (late_ms >= interval_ms) {
      const int64_t missed = late_ms / interval_ms;
      group_->CountMissed(static_cast<uint64_t>(missed));
      slot_ms_ += missed * interval_ms;
    }
  }

  const Parts& parts_;
  const std::shared_ptr<RuleGroup> group_;
  int64_t slot_ms_ = 0;
  int evaluations_ = 0;
  bool restored_ = false;
  base::TaskRunner runner_;  // the last member: gone first
};

RuleManager::RuleManager(const Parts& parts)
    : parts_(parts),
      counters_(parts.registry),
      templates_(std::make_shared<TemplateEnvironment>()),
      sweeper_(std::make_unique<base::TaskRunner>(parts.pool)) {
  groups_gauge_ = parts.registry.AddCallback(base::InstrumentKind::kGauge, "signalbox_rules_groups",
                                             "Rule groups that are evaluated.", {}, [this] {
                                               base::MutexLock lock(mutex_);
                                               return static_cast<double>(groups_.size());
                                             });
  rules_gauge_ = parts.registry.AddCallback(base::InstrumentKind::kGauge, "signalbox_rules_rules",
                                            "Rules that are evaluated.", {}, [this] {
                                              base::MutexLock lock(mutex_);
                                              size_t count = 0;
                                              for (const auto& [key, running] : groups_) {
                                                count += running->group().rules().size();
                                              }
                                              return static_cast<double>(count);
                                            });
}

RuleManager::~RuleManager() {
  Stop();
}

void RuleManager::Stop() {
  base::MutexLock apply(apply_mutex_);
  std::vector<Running*> all;
  {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    for (const auto& [key, running] : groups_) {
      all.push_back(running.get());
    }
  }
  for (Running* running : all) {
    running->Stop();
  }
  sweeper_->Shutdown();
}

void RuleManager::Configure(RuleSettings settings) {
  base::MutexLock lock(mutex_);
  settings.templates.clock = settings.templates.clock ? settings.templates.clock : &parts_.clock;
  templates_ = std::make_shared<const TemplateEnvironment>(settings.templates);
  settings_ = std::move(settings);
}

void RuleManager::FinishStart() {
  base::MutexLock lock(mutex_);
  started_ = true;
}

void RuleManager::Apply(const std::string& origin, std::vector<GroupDefinition> groups) {
  base::MutexLock apply(apply_mutex_);
  std::vector<RunningPtr> old;
  std::map<Key, RunningPtr> fresh;
  {
    base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    for (GroupDefinition& definition : groups) {
      auto group = std::make_shared<RuleGroup>(
          std::move(definition), RuleGroup::Times{settings_.interval_ms, settings_.query_offset_ms},
          started_,
          GroupEnvironment{parts_.clock, parts_.appender, parts_.querier, parts_.maybe_sink,
                           &counters_, &parts_.pool,
                           SendTimes{parts_.resend_delay_ms, settings_.interval_ms},
                           parts_.restore},
          templates_);
      const Key key{origin, group->Key()};
      fresh[key] = std::make_unique<Running>(parts_, std::move(group));
    }
    for (auto at = groups_.begin(); at != groups_.end();) {
      if (at->first.first == origin) {
        old.push_back(std::move(at->second));
        at = groups_.erase(at);
      } else {
        ++at;
      }
    }
  }
  const int64_t now_ms = parts_.clock.NowMs().Value();
  std::map<std::string, Running*> old_by_key;
  for (const RunningPtr& running : old) {
    running->Stop();
    old_by_key[running->group().Key()] = running.get();
  }
  for (auto& [key, running] : fresh) {
    int64_t last_slot_ms = 0;
    if (const auto same = old_by_key.find(key.second); same != old_by_key.end()) {
      last_slot_ms = same->second->group().View().evaluated_at_ms;
      running->group().TakeOver(same->second->group());
      old_by_key.erase(same);
    }
    running->Start(now_ms, last_slot_ms);
  }
  for (const auto& [key, running] : old_by_key) {
    MarkStaleLater(running->shared());
  }
  base::MutexLock lock(mutex_);
  groups_.merge(fresh);
}

void RuleManager::MarkStaleLater(std::shared_ptr<RuleGroup> group) {
  const base::DurationMs wait(2 * group->interval_ms());
  sweeper_->PostDelayed(base::ToNs(wait), [this, group] {
    group->MarkAllStale(parts_.clock.NowMs().Value(),
                        [this](const model::LabelSet& labels) { return IsLive(labels); });
  });
}

bool RuleManager::IsLive(const model::LabelSet& labels) const {
  base::MutexLock lock(mutex_);
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const auto& entry) { return entry.second->group().IsLive(labels); });
}

std::vector<GroupView> RuleManager::Groups() const {
  std::vector<GroupView> views;
  base::MutexLock lock(mutex_);
  for (const auto& [key, running] : groups_) {
    views.push_back(running->group().View());
  }
  std::stable_sort(views.begin(), views.end(), [](const GroupView& a, const GroupView& b) {
    return a.file < b.file || (a.file == b.file && a.name < b.name);
  });
  return views;
}

}  // namespace sb::rules
