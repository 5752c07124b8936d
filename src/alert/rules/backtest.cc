// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "alert/rules/alerting_rule.h"

namespace sb::rules {
namespace {

constexpr size_t kErrorsMax = 10;

// Follows the alerts of a group from one evaluation to the next.
class EpisodeTracker {
 public:
  void Look(const GroupView& view, int64_t time_ms) {
    std::set<model::LabelSet> present;
    for (const RuleView& rule : view.rules) {
      for (const AlertView& alert : rule.alerts) {
        present.insert(alert.labels);
        const auto [at, fresh] = open_.emplace(alert.labels, AlertEpisode());
        if (fresh) {
          at->second.labels = alert.labels;
          at->second.pending_ms = alert.active_at_ms;
        }
        if (alert.state == AlertState::kFiring && at->second.firing_ms == 0) {
          at->second.firing_ms = time_ms;
        }
      }
    }
    for (auto at = open_.begin(); at != open_.end();) {
      if (present.contains(at->first)) {
        ++at;
        continue;
      }
      at->second.ended_ms = time_ms;
      done_.push_back(std::move(at->second));
      at = open_.erase(at);
    }
  }

  std::vector<AlertEpisode> Take() {
    for (auto& [labels, episode] : open_) {
      done_.push_back(std::move(episode));
    }
    std::sort(done_.begin(), done_.end(), [](const AlertEpisode& a, const AlertEpisode& b) {
      return a.pending_ms < b.pending_ms || (a.pending_ms == b.pending_ms && a.labels < b.labels);
    });
    return std::move(done_);
  }

 private:
  std::map<model::LabelSet, AlertEpisode> open_;
  std::vector<AlertEpisode> done_;
};

base::Status CheckRange(const RuleGroupSpec& group, const BacktestRange& range) {
  if (range.step_ms <= 0 || range.end_ms < range.start_ms) {
    return base::InvalidArgument("the range to look at is empty");
  }
  const int64_t steps = (range.end_ms - range.start_ms) / range.step_ms + 1;
  const auto rules = static_cast<int64_t>(group.rules.size());
  if (steps > kBacktestEvaluationsMax / std::max<int64_t>(1, rules)) {
    return base::ResourceExhausted(
        fmt::format("{} evaluations of {} rules are more than {}: take a larger step or a shorter "
                    "range",
                    steps, rules, kBacktestEvaluationsMax));
  }
  return base::OkStatus();
}

void CountSeries(BacktestResult* result) {
  for (const auto& entry : result->written->entries()) {
    const std::string_view name = entry->labels.metric_name();
    if (name != kAlertsMetric && name != kAlertsForStateMetric) {
      ++result->series;
      result->samples += entry->columns.size();
    }
  }
}

}  // namespace

base::Result<BacktestResult> Backtest(const base::Clock& clock, store::QuerierFactory& store,
                                      const ExpressionLanguage& language,
                                      const RuleGroupSpec& group, const BacktestRange& range,
                                      const std::function<bool()>& is_cancelled) {
  SB_RETURN_IF_ERROR(CheckRange(group, range));
  SB_ASSIGN_OR_RETURN(GroupDefinition definition, CompileGroup(language, "", "backtest", group));
  BacktestResult result;
  result.written = std::make_unique<MemoryStore>();
  OverlayStore both(&store, result.written.get());
  RuleGroup running(
      std::move(definition), RuleGroup::Times{range.step_ms, 0}, true,
      GroupEnvironment{clock, *result.written, both, nullptr, nullptr, nullptr, {}, {}},
      std::make_shared<TemplateEnvironment>());
  EpisodeTracker tracker;
  std::set<std::string> errors;
  for (int64_t at_ms = range.start_ms; at_ms <= range.end_ms; at_ms += range.step_ms) {
    if (is_cancelled != nullptr && is_cancelled()) {
      return base::Cancelled("the caller went away");
    }
    running.Evaluate(at_ms);
    result.evaluations += group.rules.size();
    const GroupView view = running.View();
    for (const RuleView& rule : view.rules) {
      if (rule.health == RuleHealth::kError && errors.size() < kErrorsMax) {
        errors.insert(rule.spec.name() + ": " + rule.last_error);
      }
    }
    tracker.Look(view, at_ms);
  }
  result.episodes = tracker.Take();
  result.errors.assign(errors.begin(), errors.end());
  CountSeries(&result);
  return result;
}

}  // namespace sb::rules
