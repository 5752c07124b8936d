// SPDX-License-Identifier: Apache-2.0
//
// RuleManager runs all rule groups: those of files, of the API, of SLOs. Each origin replaces its
// own groups as a whole and leaves the others alone.
//
//   RuleManager manager(environment, registry, pool);
//   manager.Configure(settings);                       // prometheus.yml: interval, labels, URL
//   manager.Apply("files", std::move(groups));         // unchanged groups go on undisturbed
//
// A group that takes longer than its interval skips slots, which are counted. Alerts that were
// pending when the program ended go on where they were (`for` is restored after the second
// evaluation, when rules that others rest on have run). What removed groups wrote is marked as gone
// two intervals later, unless another group writes it by then.
//
// Threads: safe for concurrent use, but Apply and Configure not from a task of `pool`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/rule_counters.h"
#include "alert/rules/rule_group.h"
#include "alert/rules/rule_view.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/task_runner.h"

namespace sb::rules {

struct RuleSettings {
  int64_t interval_ms = 60'000;
  int64_t query_offset_ms = 0;
  TemplateEnvironment templates;
};

class RuleManager final : public RuleSource {
 public:
  struct Parts {
    const base::Clock& clock;
    store::AppenderFactory& appender;
    store::QuerierFactory& querier;
    AlertSink* maybe_sink = nullptr;
    base::Registry& registry;
    base::ThreadPool& pool;  // only for rules, so that dashboards cannot hold them up
    RestoreTimes restore = {};
    int64_t resend_delay_ms = 60'000;
  };
  explicit RuleManager(const Parts& parts);
  ~RuleManager() override;

  // Holds for groups that Apply gets afterwards.
  void Configure(RuleSettings settings);
  void Apply(const std::string& origin, std::vector<GroupDefinition> groups);
  // Groups present from now on count as new, with nothing to restore. To be called once everything
  // that was there at the last run has been applied.
  void FinishStart();

  std::vector<GroupView> Groups() const override;
  // Ends all evaluation; nothing is marked as gone, for the rules will go on after the restart.
  void Stop();

 private:
  class Running;
  using RunningPtr = std::unique_ptr<Running>;
  using Key = std::pair<std::string, std::string>;  // origin, group key

  void MarkStaleLater(std::shared_ptr<RuleGroup> group);
  bool IsLive(const model::LabelSet& labels) const;

  const Parts parts_;
  RuleCounters counters_;
  base::Mutex apply_mutex_;  // one Apply at a time
  mutable base::Mutex mutex_;
  std::map<Key, RunningPtr> groups_ SB_GUARDED_BY(mutex_);
  RuleSettings settings_ SB_GUARDED_BY(mutex_);
  std::shared_ptr<const TemplateEnvironment> templates_ SB_GUARDED_BY(mutex_);
  bool started_ SB_GUARDED_BY(mutex_) = false;
  bool stopped_ SB_GUARDED_BY(mutex_) = false;
  base::Registry::Handle groups_gauge_;
  base::Registry::Handle rules_gauge_;
  std::unique_ptr<base::TaskRunner> sweeper_;
};

}  // namespace sb::rules
