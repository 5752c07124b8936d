// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/promql/parser.h"

namespace sb::slo {
namespace {

constexpr int64_t kDayMs = 86'400'000;
// Asked for by one query.
constexpr int64_t kChunkMs = 7 * kDayMs;

int64_t LongestWindow(const AlertWindows& windows) {
  int64_t longest = 0;
  for (const AlertWindow* one :
       {&windows.page_quick, &windows.page_slow, &windows.ticket_quick, &windows.ticket_slow}) {
    longest = std::max(longest, one->disabled ? 0 : one->long_window.Value());
  }
  return longest;
}

// Running sums of the events of one group, a step at a time, for the sum over any stretch.
class Sums {
 public:
  Sums(const std::map<int64_t, Events>& windows, int64_t start_ms, int64_t end_ms)
      : start_ms_(start_ms) {
    const auto steps = static_cast<size_t>((end_ms - start_ms) / kTrialStepMs);
    sums_.resize(steps + 1);
    for (const auto& [time_ms, events] : windows) {
      const auto at = static_cast<size_t>((time_ms - start_ms) / kTrialStepMs);
      if (time_ms > start_ms && at <= steps) {
        sums_[at] = events;
      }
    }
    for (size_t i = 1; i < sums_.size(); ++i) {
      sums_[i].total += sums_[i - 1].total;
      sums_[i].errors += sums_[i - 1].errors;
    }
  }

  // Of (time_ms - length_ms, time_ms].
  Events Before(int64_t time_ms, int64_t length_ms) const {
    const Events& last = At(time_ms);
    const Events& first = At(std::max(start_ms_, time_ms - length_ms));
    return {last.total - first.total, last.errors - first.errors};
  }

 private:
  const Events& At(int64_t time_ms) const {
    return sums_[static_cast<size_t>((time_ms - start_ms_) / kTrialStepMs)];
  }

  const int64_t start_ms_;
  std::vector<Events> sums_;
};

bool IsAbove(const Events& events, double threshold) {
  return events.total > 0 && events.errors / events.total > threshold;
}

// Whole steps, at least one.
int64_t InSteps(base::DurationMs window) {
  return std::max<int64_t>(1, (window.Value() + kTrialStepMs - 1) / kTrialStepMs) * kTrialStepMs;
}

std::vector<TrialFiring> FiringsOf(const AlertWindow& window, const Objective& objective,
                                   const Sums& sums, int64_t start_ms, int64_t end_ms) {
  std::vector<TrialFiring> firings;
  const double threshold = window.Threshold(objective.windows.period, objective.ratio);
  const int64_t long_ms = InSteps(window.long_window), short_ms = InSteps(window.short_window);
  bool fires = false;
  for (int64_t at = start_ms + kTrialStepMs; at <= end_ms; at += kTrialStepMs) {
    const bool enough = objective.failures_min <= 0 || objective.kind != SliKind::kEvents ||
                        sums.Before(at, kHourMs).errors >= objective.failures_min;
    const bool now = enough && IsAbove(sums.Before(at, long_ms), threshold) &&
                     IsAbove(sums.Before(at, short_ms), threshold);
    if (now && !fires) {
      firings.push_back({at, 0});
    } else if (!now && fires) {
      firings.back().end_ms = at;
    }
    fires = now;
  }
  return firings;
}

std::vector<TrialAlert> AlertsOf(const Objective& objective, const Sums& sums,
                                 const SloTrial& trial) {
  std::vector<TrialAlert> alerts;
  const AlertWindows& w = objective.windows;
  const auto add = [&](const char* severity, const SloAlert& kind, const AlertWindow& window) {
    if (!kind.disabled && !window.disabled) {
      alerts.push_back(
          {severity, window, FiringsOf(window, objective, sums, trial.start_ms, trial.end_ms)});
    }
  };
  add("page", objective.page, w.page_quick);
  add("page", objective.page, w.page_slow);
  add("ticket", objective.ticket, w.ticket_quick);
  add("ticket", objective.ticket, w.ticket_slow);
  return alerts;
}

TrialGroup GroupOf(const model::LabelSet& labels, const std::map<int64_t, Events>& windows,
                   const Objective& objective, const SloTrial& trial, int64_t data_start_ms) {
  const Sums sums(windows, data_start_ms, trial.end_ms);
  TrialGroup group;
  group.labels = labels;
  group.whole = sums.Before(trial.end_ms, trial.end_ms - trial.start_ms);
  group.week = sums.Before(trial.end_ms, std::min(7 * kDayMs, trial.end_ms - trial.start_ms));
  BudgetHistory hours;
  std::map<int64_t, Events> by_hour;
  for (const auto& [time_ms, events] : windows) {
    if (time_ms > trial.start_ms) {
      Events& hour = by_hour[(time_ms - 1) / kHourMs];
      hour.total += events.total;
      hour.errors += events.errors;
    }
  }
  for (const auto& [hour, events] : by_hour) {
    hours.Set(labels, hour, events);
  }
  group.burn_down = BurnDown(hours, labels, objective, trial.start_ms / kHourMs,
                             (trial.end_ms + kHourMs - 1) / kHourMs);
  group.alerts = AlertsOf(objective, sums, trial);
  return group;
}

// What makes numbers look better or worse than they are.
void Warn(const Objective& objective, const Counts& counts, SloTrial* trial) {
  if (counts.empty()) {
    trial->warnings.push_back(
        "no events were found: the queries match nothing in this time, or only counters that never "
        "grew");
    return;
  }
  if (trial->first_event_ms > trial->start_ms + kDayMs) {
    trial->warnings.push_back(fmt::format(
        "the history is only {:.1f} days long",
        static_cast<double>(trial->end_ms - trial->first_event_ms) / static_cast<double>(kDayMs)));
  }
  if (trial->groups_left_out > 0) {
    trial->warnings.push_back(
        fmt::format("{} more groups with fewer errors are not shown", trial->groups_left_out));
  }
  if (objective.kind != SliKind::kEvents) {
    trial->warnings.push_back("a ratio knows no events: minutes are counted instead");
  }
}

base::Status WarnOfBounds(const Measuring& with, const Objective& objective, SloTrial* trial) {
  if (objective.bucket.empty() || trial->first_event_ms == 0) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(
      const Rows rows,
      QueryRows(with, fmt::format("count(last_over_time({}[1d]))", objective.bucket),
                {trial->end_ms, trial->end_ms, kTrialStepMs}));
  if (rows.empty()) {
    trial->warnings.push_back(
        "the histogram has no bucket with this bound, so that every event counts as fast: choose a "
        "threshold that is one of its bounds");
  }
  return base::OkStatus();
}

base::Result<Counts> CountAll(const Measuring& with, const Objective& objective, int64_t start_ms,
                              int64_t end_ms, const TrialOptions& options) {
  Counts all;
  for (int64_t from = start_ms; from < end_ms; from += kChunkMs) {
    if (options.is_cancelled && options.is_cancelled()) {
      return base::Cancelled("nobody waits for the trial any more");
    }
    const int64_t to = std::min(from + kChunkMs, end_ms);
    SB_ASSIGN_OR_RETURN(Counts counts,
                        CountEvents(with, objective, {from + kTrialStepMs, to, kTrialStepMs}));
    for (auto& [labels, windows] : counts) {
      all[labels].merge(std::move(windows));
    }
  }
  return all;
}

}  // namespace

base::Result<SloTrial> TryOnHistory(const Measuring& with, const Objective& objective,
                                    const TrialOptions& options) {
  if (options.days < 1 || options.days > kTrialDaysMax) {
    return base::InvalidArgument(
        fmt::format("days must be between 1 and {}: {}", kTrialDaysMax, options.days));
  }
  SloTrial trial;
  // Up to this second: what was sent a moment ago counts. All windows are whole steps before it.
  trial.end_ms = with.clock.NowMs().Value() / 1000 * 1000;
  const int64_t oldest_ms = trial.end_ms % kTrialStepMs;
  trial.start_ms = std::max(oldest_ms, trial.end_ms - options.days * kDayMs);
  // Alerts look back from the first moment on.
  const int64_t data_start_ms = std::max(
      oldest_ms, trial.start_ms - InSteps(base::DurationMs(LongestWindow(objective.windows))));
  SB_ASSIGN_OR_RETURN(const Counts counts,
                      CountAll(with, objective, data_start_ms, trial.end_ms, options));
  for (const auto& [labels, windows] : counts) {
    trial.groups.push_back(GroupOf(labels, windows, objective, trial, data_start_ms));
    const auto first = windows.upper_bound(trial.start_ms);
    if (first != windows.end() &&
        (trial.first_event_ms == 0 || first->first < trial.first_event_ms)) {
      trial.first_event_ms = first->first;
    }
  }
  std::stable_sort(
      trial.groups.begin(), trial.groups.end(),
      [](const TrialGroup& a, const TrialGroup& b) { return a.whole.errors > b.whole.errors; });
  if (trial.groups.size() > kTrialGroupsMax) {
    trial.groups_left_out = trial.groups.size() - kTrialGroupsMax;
    trial.groups.resize(kTrialGroupsMax);
  }
  Warn(objective, counts, &trial);
  SB_RETURN_IF_ERROR(WarnOfBounds(with, objective, &trial));
  return trial;
}

}  // namespace sb::slo
