// SPDX-License-Identifier: Apache-2.0
//
// How long an alert was pending before the program stopped, from ALERTS_FOR_STATE.
#include "alert/rules/alerting_rule.h"
#include "query/engine/query_context.h"

namespace sb::rules {

base::Result<std::unordered_map<model::LabelSet, AlertingRule::Past, model::LabelSetHash>>
AlertingRule::ReadPast(store::QuerierFactory& metrics, const base::Clock& clock, int64_t time_ms,
                       int64_t tolerance_ms) const {
  const base::TimeRange range{base::TimestampMs(time_ms - tolerance_ms),
                              base::TimestampMs(time_ms + 1)};
  SB_ASSIGN_OR_RETURN(const auto querier, metrics.NewQuerier(range));
  const query::QueryContext context(clock, {});
  const model::Matcher matchers[] = {
      model::Matcher::Equal(std::string(model::kMetricName), std::string(kAlertsForStateMetric)),
      model::Matcher::Equal(std::string(kAlertName), spec_.alert)};
  SB_ASSIGN_OR_RETURN(const auto found, querier->Select(context, {.range = range}, matchers));
  std::unordered_map<model::LabelSet, Past, model::LabelSetHash> past;
  for (const auto& series : found) {
    model::SampleColumns columns;
    SB_RETURN_IF_ERROR(series->Read(range, &columns));
    // A series that had ended before the outage has nothing to restore.
    if (!columns.empty() && !model::IsStaleNan(columns.values.back())) {
      past[series->labels().WithoutMetricName()] = {
          columns.times.back(), static_cast<int64_t>(columns.values.back()) * 1000};
    }
  }
  return past;
}

int64_t AlertingRule::RestoredActiveAt(const Past& past, int64_t time_ms, int64_t grace_ms) const {
  const int64_t hold_ms = spec_.hold.Value();
  const int64_t left_ms = hold_ms - (past.seen_ms - past.active_at_ms);
  if (left_ms <= 0) {
    return past.active_at_ms;  // it was firing; it goes on firing
  }
  if (left_ms < grace_ms) {
    return time_ms + grace_ms - hold_ms;
  }
  return past.active_at_ms + (time_ms - past.seen_ms);  // the outage does not count
}

base::Status AlertingRule::Restore(store::QuerierFactory& metrics, const base::Clock& clock,
                                   int64_t time_ms, const RestoreTimes& times) {
  base::Status status;
  if (spec_.hold.Value() >= times.grace_period_ms) {
    auto past = ReadPast(metrics, clock, time_ms, times.outage_tolerance_ms);
    status = past.status();
    base::MutexLock lock(mutex_);
    for (auto& [labels, alert] : active_) {
      if (!past.ok()) {
        break;
      }
      if (const auto one = past->find(labels); one != past->end()) {
        alert.view.active_at_ms = RestoredActiveAt(one->second, time_ms, times.grace_period_ms);
      }
    }
  }
  base::MutexLock lock(mutex_);
  restored_ = true;
  return status;
}

}  // namespace sb::rules
