// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"

namespace sb::alert {
namespace {

constexpr base::DurationMs kFlushTimeMin = base::Seconds(10);

bool NotificationOrder(const notify::Alert& a, const notify::Alert& b) {
  for (const char* name : {"job", "instance"}) {
    const std::string_view left = a.labels.Get(name);
    const std::string_view right = b.labels.Get(name);
    if (left != right) {
      return left < right;
    }
  }
  return LabelsBefore(a.labels, b.labels);
}

}  // namespace

// Equal for every attempt at one notification, also after a restart in between.
std::string IdempotencyKey(const NotificationEntry& entry, const NotificationEntry* last) {
  std::string identity = entry.key;
  for (const uint64_t fingerprint : entry.firing) {
    identity += "f" + notify::FingerprintText(fingerprint);
  }
  for (const uint64_t fingerprint : entry.resolved) {
    identity += "r" + notify::FingerprintText(fingerprint);
  }
  identity += std::to_string(last == nullptr ? 0 : last->sent_at.Value());
  return notify::KeyHash(identity).substr(0, 32);
}

std::string Manager::MutedByTime(const alert::Route& route, base::TimestampNs now) const {
  const ManagerConfig& config = *active_->config;
  const auto inside = [&](const std::string& name) {
    const NamedTimeInterval* interval = config.FindInterval(name);
    return interval != nullptr && interval->Contains(now);
  };
  const auto& active = route.active_time_intervals;
  if (!active.empty() && std::none_of(active.begin(), active.end(), inside)) {
    return "outside the active time intervals";
  }
  for (const std::string& name : route.mute_time_intervals) {
    if (inside(name)) {
      return name;
    }
  }
  return "";
}

// One entry of the history for all alerts of a group that are muted by the same thing; `notes`
// holds them until the flush has seen all alerts.
void Manager::NoteMuted(Group* group, Outcome outcome, const std::string& by,
                        const notify::Alert& alert, base::TimestampNs now,
                        std::map<std::string, HistoryEntry>* notes) {
  ++stats_.suppressed[outcome];
  std::string& last = group->muted_by[alert.fingerprint];
  if (last == by) {
    return;  // said already
  }
  last = by;
  HistoryEntry& entry = (*notes)[std::string(OutcomeText(outcome)) + by];
  entry.at = now;
  entry.outcome = outcome;
  entry.group_key = group->key;
  entry.receiver = group->route->receiver;
  entry.reason = by;
  (alert.ResolvedAt(now) ? entry.resolved : entry.firing).push_back(alert.fingerprint);
}

// What is left of the group's alerts after inhibition, time intervals and silences.
std::vector<notify::Alert> Manager::Unmuted(Group* group, base::TimestampNs now) {
  const std::string by_time = MutedByTime(*group->route, now);
  std::vector<notify::Alert> left;
  std::map<std::string, HistoryEntry> notes;
  const auto note =
      [&](Outcome outcome, const std::string& by, const notify::Alert& alert)
          SB_NO_THREAD_SAFETY_ANALYSIS { NoteMuted(group, outcome, by, alert, now, &notes); };
  for (const auto& [fingerprint, alert] : group->alerts) {
    if (const auto source = inhibitor_.InhibitedBy(*alert, now); source.has_value()) {
      note(Outcome::kInhibited, notify::FingerprintText(*source), *alert);
      continue;
    }
    if (!by_time.empty()) {
      note(Outcome::kMuted, by_time, *alert);
      continue;
    }
    const std::vector<std::string> silences = silences_.SilencedBy(alert->labels, now);
    if (!silences.empty()) {
      note(Outcome::kSilenced, silences.front(), *alert);
      continue;
    }
    group->muted_by.erase(fingerprint);
    left.push_back(*alert);
    if (!alert->ResolvedAt(now)) {
      left.back().ends_at = base::TimestampNs();  // it must not end while it is being told
    }
  }
  for (auto& [what, entry] : notes) {
    Note(std::move(entry));
  }
  std::sort(left.begin(), left.end(), NotificationOrder);
  return left;
}

std::shared_ptr<FlushJob> Manager::StartFlush(const std::shared_ptr<Group>& group,
                                              base::TimestampNs now) {
  if (group->flushing) {
    group->due = true;
    return nullptr;
  }
  group->flushed = true;
  Schedule(group, now + base::ToNs(group->route->group_interval));
  if (group->alerts.empty()) {
    return nullptr;
  }
  auto job = std::make_shared<FlushJob>();
  job->group = group;
  job->active = active_;
  job->group_key = group->key;
  job->receiver = group->route->receiver;
  job->group_labels = group->labels;
  job->route_labels = group->route->labels;
  job->now = now;
  job->deadline = now + base::ToNs(std::max(group->route->group_interval, kFlushTimeMin));
  for (const auto& [fingerprint, alert] : group->alerts) {
    if (alert->ResolvedAt(now)) {
      job->resolved.push_back(alert);
    }
  }
  std::vector<notify::Alert> alerts = Unmuted(group.get(), now);
  const auto receiver = active_->receivers.find(job->receiver);
  if (!alerts.empty() && receiver != active_->receivers.end()) {
    for (IntegrationState& state : receiver->second) {
      IntegrationJob integration;
      integration.state = &state;
      integration.alerts = alerts;
      job->integrations.push_back(std::move(integration));
    }
    PlanIntegrations(job.get(), now);
  }
  if (job->integrations.empty()) {
    EndFlush(job.get());
    return nullptr;
  }
  group->flushing = true;
  job->left = job->integrations.size();
  in_flight_ += job->left;
  return job;
}

// Keeps the integrations that have something to hear.
void Manager::PlanIntegrations(FlushJob* job, base::TimestampNs now) {
  std::vector<IntegrationJob> wanted;
  for (IntegrationJob& integration : job->integrations) {
    const Integration& config = *integration.state->integration;
    NotificationEntry& entry = integration.entry;
    entry.key = NotificationKey(job->group_key, job->receiver, config.type->name, config.index);
    for (const notify::Alert& alert : integration.alerts) {
      (alert.ResolvedAt(now) ? entry.resolved : entry.firing).insert(alert.fingerprint);
    }
    entry.sent_at = now;
    if (sending_.contains(entry.key)) {  // begun under an earlier configuration
      job->all_told = false;
      continue;
    }
    const NotificationEntry* last = log_.Find(entry.key);
    integration.reason =
        NeedsNotification(last, entry.firing, entry.resolved, now,
                          job->group->route->repeat_interval, config.send_resolved());
    if (integration.reason == NotifyReason::kNone) {
      continue;
    }
    if (!config.send_resolved()) {
      std::erase_if(integration.alerts,
                    [&](const notify::Alert& alert) { return alert.ResolvedAt(now); });
      if (integration.alerts.empty()) {  // noted, not sent
        entry.store = last == nullptr ? notify::TextMap() : last->store;
        (void)journal_->Notified(entry).ok();
        log_.Put(entry);
        continue;
      }
    }
    integration.idempotency_key = IdempotencyKey(entry, last);
    integration.begun = now;
    // An episode that begins anew has no message to be changed.
    if (last != nullptr && integration.reason != NotifyReason::kFirst) {
      integration.store = last->store;
    }
    const auto unfinished = unfinished_.find(entry.key);
    integration.again =
        unfinished != unfinished_.end() && unfinished->second == integration.idempotency_key;
    stats_.resent += integration.again ? 1 : 0;
    sending_[entry.key] = integration.idempotency_key;
    wanted.push_back(std::move(integration));
  }
  job->integrations = std::move(wanted);
}

// Resolved alerts that were told, or that nobody is to be told about, leave the group.
void Manager::EndFlush(FlushJob* job) {
  Group* group = job->group.get();
  if (group == nullptr) {
    return;
  }
  if (job->all_told) {
    for (const AlertPtr& alert : job->resolved) {
      const auto found = group->alerts.find(alert->fingerprint);
      if (found != group->alerts.end() && found->second == alert) {
        group->alerts.erase(found);
        group->muted_by.erase(alert->fingerprint);
      }
    }
  }
  group->flushing = false;
  if (group->due) {
    group->due = false;
    const auto current = groups_.find(group->map_key);
    if (current != groups_.end() && current->second.get() == group) {
      Schedule(current->second, options_.env->clock().Now());
    }
  }
}

}  // namespace sb::alert
