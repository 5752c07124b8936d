// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"

namespace sb::alert {
namespace {

std::vector<size_t> PathOf(const Route& route) {
  std::vector<size_t> path;
  for (const Route* at = &route; at != nullptr; at = at->parent) {
    path.push_back(at->index);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace

std::string EscalationKey(const EscalationPolicy& policy, const EscalationStep& step,
                          const notify::Alert& alert) {
  return "escalation/" + policy.name + "/" + std::to_string(step.after.Value()) + ":" +
         LabelsText(alert.labels) + std::to_string(alert.starts_at.Value());
}

std::vector<ExplainedStep> Manager::StepsOf(const notify::Alert& alert) const {
  std::vector<ExplainedStep> steps;
  for (const EscalationPolicy& policy : active_->escalations) {
    if (!MatchAll(policy.matchers, alert.labels)) {
      continue;
    }
    for (const EscalationStep& step : policy.steps) {
      ExplainedStep explained{policy.name, step.receiver, step.after,
                              alert.starts_at + base::ToNs(step.after), std::nullopt};
      const auto receiver = active_->receivers.find(step.receiver);
      const std::string key = EscalationKey(policy, step, alert);
      for (size_t i = 0; receiver != active_->receivers.end() && i < receiver->second.size(); ++i) {
        const Integration& integration = *receiver->second[i].integration;
        const NotificationEntry* told = log_.Find(
            NotificationKey(key, step.receiver, integration.type->name, integration.index));
        if (told != nullptr) {
          explained.taken = told->sent_at;
        }
      }
      steps.push_back(std::move(explained));
    }
  }
  return steps;
}

std::vector<ExplainedStep> Manager::Escalation(uint64_t fingerprint) const {
  const base::MutexLock lock(mutex_);
  const AlertPtr alert = alerts_.Find(fingerprint);
  return alert == nullptr ? std::vector<ExplainedStep>() : StepsOf(*alert);
}

Explanation Manager::Explain(const model::LabelSet& labels, base::TimestampNs at) const {
  notify::Alert alert;
  alert.labels = labels;
  alert.fingerprint = notify::Fingerprint(labels);
  alert.starts_at = at;
  const base::MutexLock lock(mutex_);
  if (const AlertPtr known = alerts_.Find(alert.fingerprint); known != nullptr) {
    alert.starts_at = known->starts_at;
  }
  Explanation why;
  std::vector<const alert::Route*> routes;
  active_->config->route->Match(labels, &routes);
  for (const alert::Route* route : routes) {
    ExplainedRoute explained;
    explained.key = route->key;
    explained.path = PathOf(*route);
    explained.receiver = route->receiver;
    const auto receiver = active_->receivers.find(route->receiver);
    if (receiver != active_->receivers.end()) {
      for (const IntegrationState& state : receiver->second) {
        explained.integrations.push_back(state.label);
      }
    }
    explained.group_labels = GroupLabels(*route, labels);
    explained.group_key = GroupKey(*route, explained.group_labels);
    explained.group_wait = route->group_wait;
    explained.group_interval = route->group_interval;
    explained.repeat_interval = route->repeat_interval;
    explained.muted_by = MutedByTime(*route, at);
    why.routes.push_back(std::move(explained));
  }
  why.silenced_by = silences_.SilencedBy(labels, at);
  if (const auto source = inhibitor_.InhibitedBy(alert, at); source.has_value()) {
    why.inhibited_by.push_back(notify::FingerprintText(*source));
  }
  why.escalation = StepsOf(alert);
  return why;
}

std::optional<AlertView> Manager::FindAlert(uint64_t fingerprint) const {
  const base::MutexLock lock(mutex_);
  const AlertPtr alert = alerts_.Find(fingerprint);
  if (alert == nullptr) {
    return std::nullopt;
  }
  std::vector<const alert::Route*> routes;
  active_->config->route->Match(alert->labels, &routes);
  std::vector<std::string> receivers;
  for (const alert::Route* route : routes) {
    receivers.push_back(route->receiver);
  }
  return View(alert, std::move(receivers), options_.env->clock().Now());
}

base::Status Manager::Unacknowledge(uint64_t fingerprint) {
  const base::MutexLock lock(mutex_);
  if (acknowledgements_.erase(fingerprint) == 0) {
    return base::NotFound("nobody has acknowledged alert " + notify::FingerprintText(fingerprint));
  }
  Acknowledgement none;  // by nobody: it ends the earlier record
  none.fingerprint = fingerprint;
  none.at = options_.env->clock().Now();
  return journal_->Acknowledged(none);
}

std::map<uint64_t, model::LabelSet> Manager::LabelsOf(
    const std::vector<uint64_t>& fingerprints) const {
  const base::MutexLock lock(mutex_);
  std::map<uint64_t, model::LabelSet> labels;
  for (const uint64_t fingerprint : fingerprints) {
    if (const AlertPtr alert = alerts_.Find(fingerprint); alert != nullptr) {
      labels.emplace(fingerprint, alert->labels);
    }
  }
  return labels;
}

EscalationPolicies Manager::Policies() const {
  const base::MutexLock lock(mutex_);
  return active_->escalations;
}

}  // namespace sb::alert
