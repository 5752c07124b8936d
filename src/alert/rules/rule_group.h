// SPDX-License-Identifier: Apache-2.0
//
// RuleGroup is a list of rules that are evaluated together, in order, at one time. Each sees what
// those before it wrote.
//
//   RuleGroup group(definition, environment);
//   group.Evaluate(slot_ms);
//
// Evaluations stand on a grid of the interval, shifted by a hash of the group's identity, so that
// many groups do not run at one instant, and a group runs at the same instants after a restart.
//
// Threads: Evaluate, TakeOver and MarkAllStale one at a time; views from any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/rule.h"
#include "alert/rules/rule_counters.h"
#include "alert/rules/series_writer.h"
#include "base/env.h"
#include "base/task_runner.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"

namespace sb::rules {

struct RuleDefinition {
  RuleSpec spec;
  std::unique_ptr<Expression> expression;
};

struct GroupDefinition {
  std::string file;
  std::string origin;
  std::string language = "promql";
  RuleGroupSpec spec;  // its rules are in `rules`
  std::vector<RuleDefinition> rules;
};

// Parses the expressions of `spec`; kInvalidArgument names the rule.
base::Result<GroupDefinition> CompileGroup(const ExpressionLanguage& language, std::string file,
                                           std::string origin, const RuleGroupSpec& spec);

// What groups share; all must outlive them.
struct GroupEnvironment {
  const base::Clock& clock;
  store::AppenderFactory& appender;
  store::QuerierFactory& querier;
  AlertSink* maybe_sink = nullptr;
  RuleCounters* maybe_counters = nullptr;
  base::ThreadPool* maybe_pool = nullptr;  // for rules of one group that may run at once
  SendTimes send;                          // its interval is the group's
  RestoreTimes restore;
};

class RuleGroup {
 public:
  struct Times {
    int64_t interval_ms = 60'000;
    int64_t query_offset_ms = 0;
  };
  // `defaults` for what the definition leaves open. `restored`: see AlertingRule.
  RuleGroup(GroupDefinition definition, const Times& defaults, bool restored,
            const GroupEnvironment& environment,
            std::shared_ptr<const TemplateEnvironment> templates);

  void Evaluate(int64_t time_ms);
  // After the second evaluation since the start of the program.
  void Restore(int64_t time_ms);
  bool NeedsRestore() const;
  // Takes the state of rules that the old group has too; what the others wrote becomes stale at the
  // next evaluation.
  void TakeOver(RuleGroup& old);
  // For a group that is removed. Series for which `is_live` holds belong to somebody else now.
  void MarkAllStale(int64_t time_ms, const std::function<bool(const model::LabelSet&)>& is_live);
  bool IsLive(const model::LabelSet& labels) const;

  GroupView View() const;
  const std::string& name() const { return definition_.spec.name; }
  const std::string& file() const { return definition_.file; }
  const std::string& origin() const { return definition_.origin; }
  std::string Key() const { return definition_.file + ";" + definition_.spec.name; }
  int64_t interval_ms() const { return times_.interval_ms; }
  const std::vector<std::unique_ptr<Rule>>& rules() const { return rules_; }
  void CountMissed(uint64_t n);

  // The slot at or before `now_ms`.
  int64_t SlotBefore(int64_t now_ms) const;

 private:
  void EvaluateRun(size_t first, size_t end, int64_t time_ms);
  void SendAlerts(Rule& rule, int64_t time_ms);

  GroupDefinition definition_;  // without its rules
  const Times times_;
  const GroupEnvironment env_;
  const std::shared_ptr<const TemplateEnvironment> templates_;
  std::vector<std::unique_ptr<Rule>> rules_;
  std::vector<size_t> runs_;
  const uint64_t slot_hash_;

  mutable base::Mutex writer_mutex_;
  SeriesWriter writer_ SB_GUARDED_BY(writer_mutex_);
  LiveSeries leftover_ SB_GUARDED_BY(writer_mutex_);  // of rules that are no more

  mutable base::Mutex mutex_;
  int64_t evaluated_at_ms_ SB_GUARDED_BY(mutex_) = 0;
  double evaluation_s_ SB_GUARDED_BY(mutex_) = 0;
  uint64_t missed_ SB_GUARDED_BY(mutex_) = 0;
};

}  // namespace sb::rules
