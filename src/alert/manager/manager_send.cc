// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"
#include "base/log.h"

namespace sb::alert {
namespace {

constexpr double kFirstBackoffS = 0.5;
constexpr double kBackoffFactor = 1.5;
constexpr double kBackoffMaxS = 60;
constexpr size_t kInFlightMax = 8;
constexpr double kSendsPerSecond = 50;
constexpr double kSendsBurst = 500;
constexpr base::DurationNs kBusyWait{50'000'000};
constexpr base::DurationNs kPauseMax{600LL * 1'000'000'000};  // beyond: the clock was set back
constexpr size_t kHistoryMax = 10'000;
constexpr size_t kHistoryAlertsMax = 1'000'000;

bool TakeToken(IntegrationState* state, base::TimestampNs now) {
  if (state->refilled.Value() == 0) {
    state->tokens = kSendsBurst;
  } else {
    // Never negative, whatever the clock does.
    const double seconds =
        std::max(0.0, static_cast<double>((now - state->refilled).Value()) / 1e9);
    state->tokens = std::min(kSendsBurst, state->tokens + seconds * kSendsPerSecond);
  }
  state->refilled = now;
  const bool paused = state->paused_until > now && state->paused_until < now + kPauseMax;
  if (state->tokens < 1 || paused || state->in_flight >= kInFlightMax) {
    return false;
  }
  state->tokens -= 1;
  ++state->in_flight;
  return true;
}

}  // namespace

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
  message.store = integration.store;
  message.now = job->now;
  const base::TimestampNs begun = options_.env->clock().Now();
  message.timeout_ms = std::max<int64_t>(1'000, (job->deadline - begun).Value() / 1'000'000);
  if (++integration.attempts == 1 &&
      !journal_->Sending({integration.entry.key, integration.idempotency_key}).ok()) {
    CountJournalError();  // told all the same; after a crash it would count as new
  }
  const notify::SendResult result = integration.state->notifier->Send(message);
  const base::TimestampNs now = options_.env->clock().Now();
  if (result.status.ok()) {
    integration.entry.store = result.store;
    WriteTold(*job, &integration);
  }
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

HistoryEntry Manager::HistoryOf(const FlushJob& job, const IntegrationJob& integration,
                                Outcome outcome) const {
  HistoryEntry entry;
  entry.at = options_.env->clock().Now();
  entry.outcome = outcome;
  entry.group_key = job.group_key;
  entry.receiver = job.receiver;
  entry.integration = integration.state->label;
  entry.reason =
      job.escalation ? job.escalation_text : std::string(NotifyReasonText(integration.reason));
  if (integration.again) {
    entry.reason += "; begun before a crash, so the receiver may have it twice";
  }
  entry.error = outcome == Outcome::kFailed ? integration.error : "";
  for (const notify::Alert& alert : integration.alerts) {
    (alert.ResolvedAt(job.now) ? entry.resolved : entry.firing).push_back(alert.fingerprint);
  }
  entry.attempts = integration.attempts;
  entry.duration_ms = (entry.at - integration.begun).Value() / 1'000'000;
  return entry;
}

// The receiver has it. Written at once and without the manager's lock: what a crash before this
// write leaves open is told again.
void Manager::WriteTold(const FlushJob& job, IntegrationJob* integration) {
  integration->told =
      HistoryOf(job, *integration, job.escalation ? Outcome::kEscalated : Outcome::kSent);
  integration->journal_epoch = journal_epoch_;
  if (const base::Status status = journal_->Told(integration->entry, integration->told);
      !status.ok()) {
    CountJournalError();
    SB_LOG_EVERY(10, kError, "a notification was sent but cannot be noted",
                 {"error", status.ToString()});
  }
}

void Manager::CountJournalError() {
  const base::MutexLock lock(mutex_);
  ++stats_.journal_errors;
}

void Manager::WriteGivenUp(const FlushJob& job, IntegrationJob* integration) {
  if (integration->attempts > 0 && !journal_->Sending({integration->entry.key, ""}).ok()) {
    ++stats_.journal_errors;
  }
  Note(HistoryOf(job, *integration, Outcome::kFailed));
}

void Manager::FinishIntegration(const std::shared_ptr<FlushJob>& job, size_t index, bool told) {
  const base::MutexLock lock(mutex_);
  IntegrationJob& integration = job->integrations[index];
  const std::string type(integration.state->integration->type->name);
  ++(told ? stats_.sent : stats_.failed)[type];
  if (told) {
    // A rewrite of the journal that began in between may have left the record behind.
    if (integration.journal_epoch != journal_epoch_ &&
        !journal_->Told(integration.entry, integration.told).ok()) {
      ++stats_.journal_errors;
    }
    log_.Put(integration.entry);
    Remember(std::move(integration.told));
  } else {
    WriteGivenUp(*job, &integration);
  }
  sending_.erase(integration.entry.key);
  unfinished_.erase(integration.entry.key);
  job->all_told = job->all_told && told;
  --in_flight_;
  if (--job->left == 0) {
    EndFlush(job.get());
  }
}

void Manager::Note(HistoryEntry entry) {
  if (!journal_->Happened(entry).ok()) {
    ++stats_.journal_errors;
  }
  Remember(std::move(entry));
}

// The newest entries, bounded by their number and by the alerts that they name.
void Manager::Remember(HistoryEntry entry) {
  const auto alerts = [](const HistoryEntry& e) { return e.firing.size() + e.resolved.size(); };
  history_alerts_ += alerts(entry);
  history_.push_back(std::move(entry));
  while (history_.size() > kHistoryMax ||
         (history_alerts_ > kHistoryAlertsMax && history_.size() > 1)) {
    history_alerts_ -= alerts(history_.front());
    history_.pop_front();
  }
}

}  // namespace sb::alert
