// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "alert/rules/alerting_rule.h"
#include "alert/rules/recording_rule.h"
#include "alert/rules/rule_batches.h"
#include "base/log.h"
#include "model/label_name.h"

namespace sb::rules {
namespace {

// Rules that are the same in two configurations keep their state.
std::string Identity(const Rule& rule) {
  std::string text = rule.spec().is_alert() ? "alert " : "record ";
  text += rule.spec().name();
  for (const auto& [name, value] : rule.labels()) {
    text += fmt::format("\xff{}\xff{}", name, value);
  }
  return text;
}

double Seconds(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

}  // namespace

base::Result<GroupDefinition> CompileGroup(const ExpressionLanguage& language, std::string file,
                                           std::string origin, const RuleGroupSpec& spec) {
  GroupDefinition group;
  group.file = std::move(file);
  group.origin = std::move(origin);
  group.language = std::string(language.Name());
  group.spec = spec;
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    auto expression = language.Parse(spec.rules[i].expr);
    if (!expression.ok()) {
      return expression.status().WithPrefix(fmt::format(
          "group {}, rule {}, {}: could not parse expression", model::QuoteString(spec.name), i + 1,
          model::QuoteString(spec.rules[i].name())));
    }
    group.rules.push_back({spec.rules[i], std::move(expression).value()});
  }
  return group;
}

RuleGroup::RuleGroup(GroupDefinition definition, const Times& defaults, bool restored,
                     const GroupEnvironment& environment,
                     std::shared_ptr<const TemplateEnvironment> templates)
    : definition_(std::move(definition)),
      times_{definition_.spec.interval.Value() > 0 ? definition_.spec.interval.Value()
                                                   : defaults.interval_ms,
             definition_.spec.query_offset ? definition_.spec.query_offset->Value()
                                           : defaults.query_offset_ms},
      env_(environment),
      templates_(std::move(templates)),
      slot_hash_(
          model::LabelSet::FromPairs({{"file", definition_.file}, {"name", definition_.spec.name}})
              .Hash()),
      writer_(definition_.rules.size()) {
  for (RuleDefinition& rule : definition_.rules) {
    if (rule.spec.is_alert()) {
      rules_.push_back(std::make_unique<AlertingRule>(
          std::move(rule.spec), std::move(rule.expression), definition_.spec.labels, restored));
    } else {
      rules_.push_back(std::make_unique<RecordingRule>(
          std::move(rule.spec), std::move(rule.expression), definition_.spec.labels));
    }
  }
  definition_.rules.clear();
  runs_ = IndependentRuns(rules_);
}

int64_t RuleGroup::SlotBefore(int64_t now_ms) const {
  const auto offset = static_cast<int64_t>(slot_hash_ % static_cast<uint64_t>(times_.interval_ms));
  const int64_t shifted = now_ms - offset;
  int64_t rest = shifted % times_.interval_ms;
  if (rest < 0) {
    rest += times_.interval_ms;
  }
  return shifted - rest + offset;
}

void RuleGroup::SendAlerts(Rule& rule, int64_t time_ms) {
  auto* alerting = dynamic_cast<AlertingRule*>(&rule);
  if (alerting == nullptr || env_.maybe_sink == nullptr) {
    return;
  }
  const std::vector<OutgoingAlert> due = alerting->TakeDue(
      time_ms, {env_.send.resend_delay_ms, times_.interval_ms}, templates_->external_url);
  if (!due.empty()) {
    env_.maybe_sink->Send(due);
    if (env_.maybe_counters != nullptr) {
      env_.maybe_counters->alerts_sent.Add(due.size());
    }
  }
}

void RuleGroup::EvaluateRun(size_t first, size_t end, int64_t time_ms) {
  std::vector<base::Result<query::InstantVector>> results(end - first, query::InstantVector());
  const auto evaluate = [&](size_t i) {
    Rule& rule = *rules_[first + i];
    const int64_t start_ns = env_.clock.MonotonicNs();
    results[i] = rule.Evaluate(
        {env_.querier, *templates_, time_ms, times_.query_offset_ms, definition_.spec.limit});
    rule.Record(results[i].status(), time_ms, Seconds(env_.clock.MonotonicNs() - start_ns));
  };
  if (env_.maybe_pool != nullptr && env_.maybe_pool->threads() > 1 && end - first > 1) {
    base::ParallelFor(*env_.maybe_pool, end - first, evaluate);
  } else {
    for (size_t i = 0; i < end - first; ++i) {
      evaluate(i);
    }
  }
  base::MutexLock lock(writer_mutex_);
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].ok()) {
      writer_.Write(env_.appender, first + i, *results[i], time_ms - times_.query_offset_ms);
      continue;
    }
    if (env_.maybe_counters != nullptr) {
      env_.maybe_counters->failures.Add();
    }
    SB_LOG_EVERY(10, kWarn, "rule failed", {"group", name()}, {"file", file()},
                 {"rule", rules_[first + i]->spec().name()},
                 {"error", results[i].status().message()});
  }
  if (const base::Status status = writer_.Commit(); !status.ok()) {
    for (size_t i = first; i < end; ++i) {
      rules_[i]->Record(status, time_ms, 0);
    }
    SB_LOG_EVERY(10, kError, "results of rules not written", {"group", name()},
                 {"error", status.message()});
  }
}

void RuleGroup::Evaluate(int64_t time_ms) {
  const int64_t start_ns = env_.clock.MonotonicNs();
  for (size_t run = 0; run + 1 < runs_.size(); ++run) {
    EvaluateRun(runs_[run], runs_[run + 1], time_ms);
    for (size_t i = runs_[run]; i < runs_[run + 1]; ++i) {
      SendAlerts(*rules_[i], time_ms);
    }
  }
  {
    base::MutexLock lock(writer_mutex_);
    if (!leftover_.empty()) {
      writer_.MarkStale(env_.appender, std::exchange(leftover_, {}),
                        time_ms - times_.query_offset_ms);
      (void)writer_.Commit();  // a failed one is logged by the next evaluation
    }
  }
  const double seconds = Seconds(env_.clock.MonotonicNs() - start_ns);
  if (env_.maybe_counters != nullptr) {
    env_.maybe_counters->evaluations.Add(rules_.size());
    env_.maybe_counters->iterations.Add();
    env_.maybe_counters->group_duration.Observe(seconds);
  }
  base::MutexLock lock(mutex_);
  evaluated_at_ms_ = time_ms;
  evaluation_s_ = seconds;
}

void RuleGroup::Restore(int64_t time_ms) {
  for (const auto& rule : rules_) {
    auto* alerting = dynamic_cast<AlertingRule*>(rule.get());
    if (alerting == nullptr || alerting->restored()) {
      continue;
    }
    const base::Status status = alerting->Restore(env_.querier, env_.clock, time_ms, env_.restore);
    if (!status.ok()) {
      SB_LOG(kWarn, "the past of an alert could not be read, its `for` starts anew",
             {"alert", rule->spec().alert}, {"error", status.message()});
    }
  }
}

bool RuleGroup::NeedsRestore() const {
  return std::any_of(rules_.begin(), rules_.end(), [](const auto& rule) {
    const auto* alerting = dynamic_cast<const AlertingRule*>(rule.get());
    return alerting != nullptr && !alerting->restored();
  });
}

void RuleGroup::TakeOver(RuleGroup& old) {
  std::unordered_map<std::string, std::vector<size_t>> of_old;
  for (size_t i = old.rules_.size(); i-- > 0;) {
    of_old[Identity(*old.rules_[i])].push_back(i);
  }
  base::MutexLock old_lock(old.writer_mutex_);
  base::MutexLock lock(writer_mutex_);
  for (size_t i = 0; i < rules_.size(); ++i) {
    const auto same = of_old.find(Identity(*rules_[i]));
    if (same == of_old.end() || same->second.empty()) {
      continue;
    }
    const size_t j = same->second.back();
    same->second.pop_back();
    rules_[i]->TakeOver(*old.rules_[j]);
    writer_.Give(i, old.writer_.Take(j));
  }
  for (size_t j = 0; j < old.rules_.size(); ++j) {
    leftover_.merge(old.writer_.Take(j));
  }
  leftover_.merge(std::exchange(old.leftover_, {}));
  base::MutexLock old_state(old.mutex_);
  base::MutexLock state(mutex_);
  missed_ = old.missed_;
  evaluated_at_ms_ = old.evaluated_at_ms_;
}

void RuleGroup::MarkAllStale(int64_t time_ms,
                             const std::function<bool(const model::LabelSet&)>& is_live) {
  base::MutexLock lock(writer_mutex_);
  LiveSeries gone = std::exchange(leftover_, {});
  for (size_t i = 0; i < rules_.size(); ++i) {
    gone.merge(writer_.Take(i));
  }
  std::erase_if(gone, [&](const auto& entry) { return is_live(entry.first); });
  writer_.MarkStale(env_.appender, gone, time_ms);
  if (const base::Status status = writer_.Commit(); !status.ok()) {
    SB_LOG(kWarn, "series of a removed rule group were not marked as gone", {"group", name()},
           {"error", status.message()});
  }
}

bool RuleGroup::IsLive(const model::LabelSet& labels) const {
  base::MutexLock lock(writer_mutex_);
  return writer_.IsLive(labels);
}

void RuleGroup::CountMissed(uint64_t n) {
  if (env_.maybe_counters != nullptr) {
    env_.maybe_counters->missed.Add(n);
    env_.maybe_counters->iterations.Add(n);
  }
  base::MutexLock lock(mutex_);
  missed_ += n;
}

GroupView RuleGroup::View() const {
  GroupView view;
  view.name = name();
  view.file = file();
  view.origin = origin();
  view.language = definition_.language;
  view.interval_ms = times_.interval_ms;
  view.query_offset_ms = times_.query_offset_ms;
  view.limit = definition_.spec.limit;
  for (const auto& rule : rules_) {
    view.rules.push_back(rule->View());
  }
  base::MutexLock lock(mutex_);
  view.evaluated_at_ms = evaluated_at_ms_;
  view.evaluation_s = evaluation_s_;
  view.missed = missed_;
  return view;
}

}  // namespace sb::rules
