// SPDX-License-Identifier: Apache-2.0
//
// What SloService answers from the sums per hour.
#include <algorithm>

#include "slo/slo_service.h"

namespace sb::slo {
namespace {

double BurnRateOf(const BudgetHistory& history, const model::LabelSet& group,
                  const Objective& objective, int64_t first_hour, int64_t end_hour) {
  const Events events = history.Sum(group, first_hour, end_hour);
  return events.total > 0 ? events.errors / events.total / (1 - objective.ratio) : 0;
}

}  // namespace

SloStatus SloService::StatusOf(const Tracked& tracked, int64_t now_ms) const {
  const Objective& objective = tracked.objective;
  SloStatus status;
  status.objective = objective;
  status.period_start_ms = PeriodStart(objective.period, now_ms);
  status.updated_ms = tracked.updated_ms;
  status.error = tracked.error;
  const int64_t first = status.period_start_ms / kHourMs, end = now_ms / kHourMs + 1;
  for (const model::LabelSet& labels : tracked.history.Groups()) {
    GroupStatus group;
    group.labels = labels;
    group.events = tracked.history.Sum(labels, first, end);
    group.budget =
        BudgetOf(group.events.total - group.events.errors, group.events.total, objective.ratio);
    group.burn_rate_1h = BurnRateOf(tracked.history, labels, objective, end - 2, end);
    group.burn_rate_6h = BurnRateOf(tracked.history, labels, objective, end - 7, end);
    if (group.budget.remaining > 0 && group.burn_rate_1h > 0) {
      group.hours_to_exhaustion =
          group.budget.remaining * HoursToExhaustion(group.burn_rate_1h, objective.period.length);
    }
    status.groups.push_back(std::move(group));
  }
  return status;
}

std::vector<SloStatus> SloService::Statuses() const {
  const int64_t now_ms = parts_.env.clock().NowMs().Value();
  std::vector<SloStatus> statuses;
  for (const Objective& objective : Objectives()) {
    base::MutexLock lock(mutex_);
    const auto found = tracked_.find(objective.id);
    Tracked fresh;
    fresh.objective = objective;
    statuses.push_back(StatusOf(found != tracked_.end() ? *found->second : fresh, now_ms));
  }
  return statuses;
}

base::Result<SloDetail> SloService::Detail(const std::string& id,
                                           const model::LabelSet& group) const {
  const int64_t now_ms = parts_.env.clock().NowMs().Value();
  std::shared_ptr<const Tracked> tracked;
  {
    base::MutexLock lock(mutex_);
    if (const auto found = tracked_.find(id); found != tracked_.end()) {
      tracked = found->second;
    }
  }
  SloDetail detail;
  if (tracked == nullptr) {
    for (const Objective& objective : Objectives()) {
      if (objective.id == id) {
        detail.status.objective = objective;
        detail.status.period_start_ms = PeriodStart(objective.period, now_ms);
        return detail;  // not measured yet
      }
    }
    return base::NotFound("no SLO has this id: " + id);
  }
  detail.status = StatusOf(*tracked, now_ms);
  const int64_t first = detail.status.period_start_ms / kHourMs, end = now_ms / kHourMs + 1;
  const auto groups = tracked->history.Groups();
  const model::LabelSet chosen = group.empty() && !groups.empty() ? groups[0] : group;
  detail.burn_down = BurnDown(tracked->history, chosen, tracked->objective, first, end);
  detail.events = FindBurnEvents(tracked->history, chosen, tracked->objective, first, end);
  return detail;
}

std::vector<ReportLine> SloService::Report(int64_t start_ms, int64_t end_ms) const {
  std::vector<ReportLine> lines;
  const int64_t first = start_ms / kHourMs, end = (end_ms + kHourMs - 1) / kHourMs;
  base::MutexLock lock(mutex_);
  for (const auto& [id, tracked] : tracked_) {
    for (const model::LabelSet& labels : tracked->history.Groups()) {
      ReportLine line;
      line.objective = tracked->objective;
      line.labels = labels;
      line.events = tracked->history.Sum(labels, first, end);
      line.budget = BudgetOf(line.events.total - line.events.errors, line.events.total,
                             tracked->objective.ratio);
      line.downtime_minutes =
          (1 - line.budget.sli) * static_cast<double>(end_ms - start_ms) / 60'000;
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace sb::slo
