// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"

namespace sb::alert {
namespace {

constexpr base::DurationMs kFlushTime = base::Seconds(60);
constexpr base::DurationNs kCheckEvery{1'000'000'000};

}  // namespace

// One job per step that has come and alert that nobody has acknowledged.
std::vector<std::shared_ptr<FlushJob>> Manager::DueEscalations(base::TimestampNs now) {
  std::vector<std::shared_ptr<FlushJob>> jobs;
  if (active_->escalations.empty() || now < next_escalation_check_) {
    return jobs;
  }
  next_escalation_check_ = now + kCheckEvery;
  for (const EscalationPolicy& policy : active_->escalations) {
    for (const AlertPtr& alert : alerts_.Select(policy.matchers)) {
      const auto ack = acknowledgements_.find(alert->fingerprint);
      const bool acknowledged =
          ack != acknowledgements_.end() && ack->second.alert_starts_at == alert->starts_at;
      if (alert->ResolvedAt(now) || acknowledged ||
          inhibitor_.InhibitedBy(*alert, now).has_value() ||
          !silences_.SilencedBy(alert->labels, now).empty()) {
        continue;
      }
      for (const EscalationStep& step : policy.steps) {
        if (alert->starts_at + base::ToNs(step.after) > now) {
          break;
        }
        if (auto job = Escalate(policy, step, *alert, now); job != nullptr) {
          jobs.push_back(std::move(job));
        }
      }
    }
  }
  return jobs;
}

std::shared_ptr<FlushJob> Manager::Escalate(const EscalationPolicy& policy,
                                            const EscalationStep& step, const notify::Alert& alert,
                                            base::TimestampNs now) {
  const auto receiver = active_->receivers.find(step.receiver);
  if (receiver == active_->receivers.end()) {
    return nullptr;
  }
  auto job = std::make_shared<FlushJob>();
  job->active = active_;
  job->escalation = true;
  job->escalation_text = "not acknowledged (policy " + policy.name + ")";
  job->group_key = EscalationKey(policy, step, alert);
  job->receiver = step.receiver;
  job->group_labels = alert.labels;
  job->now = now;
  job->deadline = now + base::ToNs(kFlushTime);
  for (IntegrationState& state : receiver->second) {
    IntegrationJob integration;
    integration.state = &state;
    integration.entry.key = NotificationKey(
        job->group_key, step.receiver, state.integration->type->name, state.integration->index);
    if (log_.Find(integration.entry.key) != nullptr || sending_.contains(integration.entry.key)) {
      continue;
    }
    integration.entry.firing.insert(alert.fingerprint);
    integration.entry.sent_at = now;
    integration.idempotency_key = IdempotencyKey(integration.entry, nullptr);
    const auto unfinished = unfinished_.find(integration.entry.key);
    integration.again =
        unfinished != unfinished_.end() && unfinished->second == integration.idempotency_key;
    stats_.resent += integration.again ? 1 : 0;
    sending_[integration.entry.key] = integration.idempotency_key;
    integration.alerts = {alert};
    integration.alerts.front().ends_at = base::TimestampNs();
    integration.begun = now;
    job->integrations.push_back(std::move(integration));
  }
  job->left = job->integrations.size();
  in_flight_ += job->left;
  return job->integrations.empty() ? nullptr : job;
}

}  // namespace sb::alert
