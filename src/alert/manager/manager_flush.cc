// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"
#include "base/log.h"

namespace sb::alert {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr base::DurationMs kFlushTimeMin = base::Seconds(10);
constexpr double kFirstBackoffS = 0.5;
constexpr double kBackoffFactor = 1.5;
constexpr double kBackoffMaxS = 60;
constexpr size_t kInFlightMax = 8;
constexpr double kSendsPerSecond = 50;
constexpr double kSendsBurst = 500;
constexpr base::DurationNs kBusyWait{50'000'000};
constexpr size_t kHistoryMax = 10'000;

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

bool TakeToken(IntegrationState* state, base::TimestampNs now) {
  if (state->refilled.Value() == 0) {
    state->tokens = kSendsBurst;
  } else {
    const double seconds = static_cast<double>((now - state->refilled).Value()) / 1e9;
    state->tokens = std::min(kSendsBurst, state->tokens + seconds * kSendsPerSecond);
  }
  state->refilled = now;
  if (state->tokens < 1 || state->paused_until > now || state->in_flight >= kInFlightMax) {
    return false;
  }
  state->tokens -= 1;
  ++state->in_flight;
  return true;
}

}  // namespace

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

void Manager::NoteMuted(Group* group, Outcome outcome, const std::string& by,
                        const notify::Alert& alert, base::TimestampNs now) {
  ++stats_.suppressed[outcome];
  std::string& last = group->muted_by[alert.fingerprint];
  if (last == by) {
    return;  // said already
  }
  last = by;
  HistoryEntry entry;
  entry.at = now;
  entry.outcome = outcome;
  entry.group_key = group->key;
  entry.receiver = group->route->receiver;
  entry.reason = by;
  (alert.ResolvedAt(now) ? entry.resolved : entry.firing).push_back(alert.fingerprint);
  Note(std::move(entry));
}

// What is left of the group's alerts after inhibition, time intervals and silences.
std::vector<notify::Alert> Manager::Unmuted(Group* group, base::TimestampNs now) {
  const std::string by_time = MutedByTime(*group->route, now);
  std::vector<notify::Alert> left;
  for (const auto& [fingerprint, alert] : group->alerts) {
    if (const auto source = inhibitor_.InhibitedBy(*alert, now); source.has_value()) {
      NoteMuted(group, Outcome::kInhibited, notify::FingerprintText(*source), *alert, now);
      continue;
    }
    if (!by_time.empty()) {
      NoteMuted(group, Outcome::kMuted, by_time, *alert, now);
      continue;
    }
    const std::vector<std::string> silences = silences_.SilencedBy(alert->labels, now);
    if (!silences.empty()) {
      NoteMuted(group, Outcome::kSilenced, silences.front(), *alert, now);
      continue;
    }
    group->muted_by.erase(fingerprint);
    left.push_back(*alert);
    if (!alert->ResolvedAt(now)) {
      left.back().ends_at = base::TimestampNs();  // it must not end while it is being told
    }
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
        (void)journal_->Notified(entry).ok();
        log_.Put(entry);
        continue;
      }
    }
    integration.idempotency_key = IdempotencyKey(entry, last);
    integration.begun = now;
    sending_.insert(entry.key);
    wanted.push_back(std::move(integration));
  }
  job->integrations = std::move(wanted);
}

void Manager::Dispatch(const std::shared_ptr<FlushJob>& job, size_t index) {
  const base::TimestampNs now = options_.env->clock().Now();
  bool taken = false;
  {
    const base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    if (TakeToken(job->integrations[index].state, now)) {
      taken = true;
    } else if (now + kBusyWait < job->deadline || job->integrations[index].attempts == 0) {
      retries_.push({now + kBusyWait, job, index});
      return;
    }
  }
  if (!taken) {
    return FinishIntegration(job, index, false);
  }
  if (options_.notify_pool == nullptr) {
    return Attempt(job, index);
  }
  if (!options_.notify_pool->Post([this, job, index] { Attempt(job, index); }).ok()) {
    {
      const base::MutexLock lock(mutex_);
      --job->integrations[index].state->in_flight;
    }
    Requeue(job, index, now + kBusyWait);
  }
}

void Manager::Requeue(const std::shared_ptr<FlushJob>& job, size_t index, base::TimestampNs at) {
  const base::MutexLock lock(mutex_);
  retries_.push({at, job, index});
}

void Manager::Attempt(const std::shared_ptr<FlushJob>& job, size_t index) {
  IntegrationJob& integration = job->integrations[index];
  notify::Message message;
  message.group_key = job->group_key;
  message.receiver = job->receiver;
  message.alerts = integration.alerts;
  message.group_labels = job->group_labels;
  message.route_labels = job->route_labels;
  message.external_url = options_.external_url;
  message.reason =
      job->escalation ? job->escalation_text : std::string(NotifyReasonText(integration.reason));
  message.idempotency_key = integration.idempotency_key;
  message.now = job->now;
  const base::TimestampNs begun = options_.env->clock().Now();
  message.timeout_ms = std::max<int64_t>(1'000, (job->deadline - begun).Value() / 1'000'000);
  ++integration.attempts;
  const notify::SendResult result = integration.state->notifier->Send(message);
  const base::TimestampNs now = options_.env->clock().Now();
  if (options_.on_attempt != nullptr) {
    options_.on_attempt(integration.state->integration->type->name,
                        static_cast<double>((now - begun).Value()) / 1e9);
  }
  const double unit =
      static_cast<double>(options_.env->random().Next64() >> 11) * 0x1.0p-53;  // [0, 1)
  const double backoff =
      std::min(kBackoffMaxS,
               kFirstBackoffS *
                   std::pow(kBackoffFactor, static_cast<double>(integration.attempts - 1))) *
      (0.5 + unit);
  {
    const base::MutexLock lock(mutex_);
    --integration.state->in_flight;
    const std::string type(integration.state->integration->type->name);
    ++stats_.requests[type];
    stats_.requests_failed[type] += result.status.ok() ? 0 : 1;
    if (result.retry_after_ms > 0) {
      integration.state->paused_until = now + base::DurationNs(result.retry_after_ms * 1'000'000);
    }
  }
  integration.error = std::string(result.status.message());
  const base::TimestampNs next = now + base::DurationNs(static_cast<int64_t>(backoff * 1e9));
  if (!result.status.ok() && result.retry && next < job->deadline) {
    return Requeue(job, index, next);
  }
  if (!result.status.ok()) {
    SB_LOG_EVERY(10, kWarn, "notification failed", {"receiver", job->receiver},
                 {"integration", integration.state->label}, {"attempts", integration.attempts},
                 {"error", integration.error});
  }
  FinishIntegration(job, index, result.status.ok());
}

void Manager::FinishIntegration(const std::shared_ptr<FlushJob>& job, size_t index, bool told) {
  const base::MutexLock lock(mutex_);
  IntegrationJob& integration = job->integrations[index];
  const std::string type(integration.state->integration->type->name);
  ++(told ? stats_.sent : stats_.failed)[type];
  sending_.erase(integration.entry.key);
  if (told) {
    RecordSent(integration);
  }
  HistoryEntry entry;
  entry.at = options_.env->clock().Now();
  entry.outcome = !told ? Outcome::kFailed : job->escalation ? Outcome::kEscalated : Outcome::kSent;
  entry.group_key = job->group_key;
  entry.receiver = job->receiver;
  entry.integration = integration.state->label;
  entry.reason =
      job->escalation ? job->escalation_text : std::string(NotifyReasonText(integration.reason));
  entry.error = told ? "" : integration.error;
  for (const notify::Alert& alert : integration.alerts) {
    (alert.ResolvedAt(job->now) ? entry.resolved : entry.firing).push_back(alert.fingerprint);
  }
  entry.attempts = integration.attempts;
  entry.duration_ms = (entry.at - integration.begun).Value() / 1'000'000;
  Note(std::move(entry));
  job->all_told = job->all_told && told;
  --in_flight_;
  if (--job->left == 0) {
    EndFlush(job.get());
  }
}

void Manager::RecordSent(const IntegrationJob& integration) {
  if (const base::Status status = journal_->Notified(integration.entry); !status.ok()) {
    ++stats_.journal_errors;
    SB_LOG(kError, "a notification was sent but cannot be noted", {"error", status.ToString()});
  }
  log_.Put(integration.entry);
}

void Manager::Note(HistoryEntry entry) {
  if (!journal_->Happened(entry).ok()) {
    ++stats_.journal_errors;
  }
  history_.push_back(std::move(entry));
  if (history_.size() > kHistoryMax) {
    history_.pop_front();
  }
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

// One job per step that has come and alert that nobody has acknowledged.
std::vector<std::shared_ptr<FlushJob>> Manager::DueEscalations(base::TimestampNs now) {
  std::vector<std::shared_ptr<FlushJob>> jobs;
  if (active_->escalations.empty() || now < next_escalation_check_) {
    return jobs;
  }
  next_escalation_check_ = now + base::DurationNs(kSecondNs);
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
  job->deadline = now + base::ToNs(kFlushTimeMin * 6);
  for (IntegrationState& state : receiver->second) {
    IntegrationJob integration;
    integration.state = &state;
    integration.entry.key = NotificationKey(
        job->group_key, step.receiver, state.integration->type->name, state.integration->index);
    if (log_.Find(integration.entry.key) != nullptr || sending_.contains(integration.entry.key)) {
      continue;
    }
    sending_.insert(integration.entry.key);
    integration.entry.firing.insert(alert.fingerprint);
    integration.entry.sent_at = now;
    integration.idempotency_key = IdempotencyKey(integration.entry, nullptr);
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
