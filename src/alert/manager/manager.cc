// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/manager.h"

#include <algorithm>

#include "alert/manager/active_config.h"
#include "base/log.h"
#include "config/quote.h"

namespace sb::alert {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr base::DurationNs kClockSlack{2 * kSecondNs};
constexpr base::DurationNs kMaintainEvery{30 * kSecondNs};
constexpr base::DurationNs kKeepResolved{15 * 60 * kSecondNs};
constexpr size_t kAlertsAtOnce = 5'000;  // flushed before others may have the lock
constexpr uint64_t kJournalBytesMin = 64 << 20;

bool Overlap(const notify::Alert& old, const notify::Alert& young) {
  return (young.ends_at > old.starts_at && young.ends_at < old.ends_at) ||
         (young.starts_at > old.starts_at && young.starts_at < old.ends_at);
}

// Earliest start, later annotations; an end that was told beats one that is a timeout.
void MergeInto(const notify::Alert& old, notify::Alert* young, base::TimestampNs now) {
  young->starts_at = std::min(young->starts_at, old.starts_at);
  if (young->ResolvedAt(now)) {
    if (old.ResolvedAt(now)) {
      young->ends_at = std::max(young->ends_at, old.ends_at);
    }
  } else if (old.ends_at > young->ends_at && !old.ends_by_timeout) {
    young->ends_at = old.ends_at;
  }
}

base::Status CheckPosted(const notify::PostedAlert& alert, MatcherMode mode) {
  if (alert.labels.empty()) {
    return base::InvalidArgument("at least one label pair required");
  }
  for (const model::LabelSet* labels : {&alert.labels, &alert.annotations}) {
    for (const model::Label& label : *labels) {
      if (!IsLabelName(label.name, mode) || !config::IsValidUtf8(label.value)) {
        return base::InvalidArgument("invalid label set: invalid name " +
                                     config::GoQuote(label.name));
      }
    }
  }
  if (alert.ends_at.Value() != 0 && alert.starts_at.Value() != 0 &&
      alert.ends_at < alert.starts_at) {
    return base::InvalidArgument("start time must be before end time");
  }
  return base::OkStatus();
}

}  // namespace

Manager::Manager(Options options)
    : options_(std::move(options)),
      started_(options_.env->clock().Now()),
      silences_({.silences_max = options_.silences_max, .retention = options_.retention},
                options_.env->random()),
      not_before_(started_ + base::ToNs(options_.start_delay)) {}

Manager::~Manager() {
  Stop();
}

base::Result<std::unique_ptr<Manager>> Manager::Open(Options options) {
  std::unique_ptr<Manager> manager(new Manager(std::move(options)));
  SB_RETURN_IF_ERROR(manager->Load());
  SB_ASSIGN_OR_RETURN(const auto config,
                      ParseManagerConfig(DefaultManagerConfig(), "default alertmanager.yml", {}));
  SB_ASSIGN_OR_RETURN(Prepared prepared, manager->Prepare(config));
  {
    const base::MutexLock lock(manager->mutex_);
    manager->active_ = std::move(prepared);
    manager->Rebuild();
  }
  return manager;
}

base::Status Manager::Load() {
  const base::MutexLock lock(mutex_);
  JournalVisitor visitor;
  visitor.alert = [this](AlertPtr alert) SB_NO_THREAD_SAFETY_ANALYSIS { alerts_.Put(alert); };
  visitor.silence = [this](Silence silence)
                        SB_NO_THREAD_SAFETY_ANALYSIS { silences_.Restore(std::move(silence)); };
  visitor.notification = [this](NotificationEntry entry) SB_NO_THREAD_SAFETY_ANALYSIS {
    unfinished_.erase(entry.key);
    log_.Put(std::move(entry));
  };
  visitor.sending = [this](SendingEntry entry) SB_NO_THREAD_SAFETY_ANALYSIS {
    if (entry.idempotency_key.empty()) {
      unfinished_.erase(entry.key);
    } else {
      unfinished_[entry.key] = std::move(entry.idempotency_key);
    }
  };
  visitor.history = [this](HistoryEntry entry)
                        SB_NO_THREAD_SAFETY_ANALYSIS { Remember(std::move(entry)); };
  visitor.acknowledgement = [this](Acknowledgement ack) SB_NO_THREAD_SAFETY_ANALYSIS {
    if (ack.by.empty()) {
      acknowledgements_.erase(ack.fingerprint);  // taken back
    } else {
      acknowledgements_[ack.fingerprint] = std::move(ack);
    }
  };
  uint64_t unreadable = 0;
  SB_ASSIGN_OR_RETURN(journal_,
                      Journal::Open(*options_.env, options_.folder, visitor, &unreadable));
  stats_.journal_unreadable = unreadable;
  const base::TimestampNs now = started_;
  log_.Collect(now - options_.retention);
  silences_.Collect(now);
  std::set<uint64_t> reported;
  log_.ForEach([&](const NotificationEntry& entry) {
    reported.insert(entry.firing.begin(), entry.firing.end());
  });
  std::vector<AlertPtr> all;
  alerts_.ForEach([&](const AlertPtr& alert) { all.push_back(alert); });
  for (const AlertPtr& alert : all) {
    const base::TimestampNs end = Grace(*alert);
    if (end != alert->ends_at) {
      auto kept = std::make_shared<notify::Alert>(*alert);
      kept->ends_at = end;
      alerts_.Put(std::move(kept));
    } else if (alert->ends_at + kKeepResolved < now && !reported.contains(alert->fingerprint)) {
      alerts_.Remove(alert->fingerprint);
    }
  }
  RecallMuted();
  live_bytes_ = journal_->bytes();
  maintained_ = now;
  return base::OkStatus();
}

// What the history says last about each alert of each group, so that a restart does not say it
// again.
void Manager::RecallMuted() {
  for (const HistoryEntry& entry : history_) {
    std::map<uint64_t, std::string>& muted = muted_before_[entry.group_key + '\n' + entry.receiver];
    const bool held_back = entry.outcome == Outcome::kSilenced ||
                           entry.outcome == Outcome::kInhibited || entry.outcome == Outcome::kMuted;
    for (const auto* fingerprints : {&entry.firing, &entry.resolved}) {
      for (const uint64_t fingerprint : *fingerprints) {
        if (held_back) {
          muted[fingerprint] = entry.reason;
        } else {
          muted.erase(fingerprint);
        }
      }
    }
  }
}

// An alert whose end was only a promise to repeat it may have run out while nobody could repeat it
// here. It gets as much time again; if it is over, it ends then.
base::TimestampNs Manager::Grace(const notify::Alert& alert) const {
  const bool promised = alert.ends_at > alert.updated_at;
  if (!promised || alert.ends_at > started_) {
    return alert.ends_at;
  }
  return started_ + (alert.ends_at - alert.updated_at);
}

base::Result<Manager::Prepared> Manager::Prepare(std::shared_ptr<const ManagerConfig> config,
                                                 EscalationPolicies escalations) {
  auto active = std::make_shared<ActiveConfig>();
  SB_ASSIGN_OR_RETURN(active->templates, notify::Templates::Load(*options_.env, config->templates));
  notify::NotifierContext context;
  context.env = options_.env;
  context.client = options_.client;
  context.templates = active->templates;
  for (const Receiver& receiver : config->receivers) {
    std::vector<IntegrationState>& states = active->receivers[receiver.name];
    for (const Integration& integration : receiver.integrations) {
      IntegrationState state;
      state.integration = &integration;
      state.label =
          std::string(integration.type->name) + "[" + std::to_string(integration.index) + "]";
      state.notifier = options_.make_notifier != nullptr
                           ? options_.make_notifier(receiver, integration, context)
                           : integration.type->make(integration.sheet, context);
      states.push_back(std::move(state));
    }
  }
  active->config = std::move(config);
  active->escalations = std::move(escalations);
  return active;
}

void Manager::Commit(Prepared prepared) {
  const base::MutexLock lock(mutex_);
  active_ = std::move(prepared);
  Rebuild();
}

// Every alert finds its groups anew; the notification log knows what has been told.
void Manager::Rebuild() {
  for (const auto& [key, group] : groups_) {
    if (!group->muted_by.empty()) {
      muted_before_[group->key + '\n' + group->route->receiver] = group->muted_by;
    }
  }
  groups_.clear();
  due_ = {};
  inhibitor_ = Inhibitor(&active_->config->inhibit_rules);
  const base::TimestampNs now = options_.env->clock().Now();
  std::vector<AlertPtr> all;
  alerts_.ForEach([&](const AlertPtr& alert) { all.push_back(alert); });
  for (const AlertPtr& alert : all) {
    inhibitor_.Update(alert);
    Route(alert, now);
  }
}

base::Result<AlertPtr> Manager::Merge(notify::PostedAlert posted, base::TimestampNs now) {
  auto alert = std::make_shared<notify::Alert>();
  alert->labels = std::move(posted.labels);
  alert->annotations = std::move(posted.annotations);
  alert->generator_url = std::move(posted.generator_url);
  alert->updated_at = now;
  alert->starts_at = posted.starts_at.Value() != 0 ? posted.starts_at
                     : posted.ends_at.Value() != 0 ? posted.ends_at
                                                   : now;
  alert->ends_at = posted.ends_at;
  if (alert->ends_at.Value() == 0) {
    alert->ends_by_timeout = true;
    alert->ends_at = now + base::ToNs(active_->config->resolve_timeout());
  }
  if (alert->ends_at < alert->starts_at) {
    return base::InvalidArgument("start time must be before end time");
  }
  alert->fingerprint = notify::Fingerprint(alert->labels);
  if (const AlertPtr old = alerts_.Find(alert->fingerprint); old != nullptr) {
    if (Overlap(*old, *alert)) {
      MergeInto(*old, alert.get(), now);
    }
    // Labels and annotations that did not change are kept once.
    alert->labels = old->labels;
    if (alert->annotations == old->annotations) {
      alert->annotations = old->annotations;
    }
  } else if (alerts_.size() >= options_.alerts_max) {
    return base::ResourceExhausted("limit of " + std::to_string(options_.alerts_max) +
                                   " alerts reached");
  }
  return AlertPtr(std::move(alert));
}

base::Status Manager::Put(std::vector<notify::PostedAlert> posted) {
  base::Status first_error;
  const base::MutexLock lock(mutex_);
  const base::TimestampNs now = options_.env->clock().Now();
  std::vector<AlertPtr> taken;
  taken.reserve(posted.size());
  for (notify::PostedAlert& alert : posted) {
    base::Status status = CheckPosted(alert, active_->config->mode);
    if (status.ok()) {
      base::Result<AlertPtr> merged = Merge(std::move(alert), now);
      if (merged.ok()) {
        // At once, so that the next of the same call merges with it.
        alerts_.Put(*merged);
        taken.push_back(std::move(merged).value());
        continue;
      }
      status = merged.status();
    }
    stats_.refused += status.code() == base::StatusCode::kResourceExhausted ? 1 : 0;
    stats_.invalid += status.code() == base::StatusCode::kInvalidArgument ? 1 : 0;
    if (first_error.ok()) {
      first_error = status;
    } else {
      first_error = base::Status(first_error.code(), std::string(first_error.message()) + "\n" +
                                                         std::string(status.message()));
    }
  }
  if (!taken.empty()) {
    if (base::Status status = journal_->Alerts(taken); !status.ok()) {
      ++stats_.journal_errors;
      return status;
    }
  }
  for (const AlertPtr& alert : taken) {
    ++(alert->ResolvedAt(now) ? stats_.received_resolved : stats_.received_firing);
    inhibitor_.Update(alert);
    Route(alert, now);
  }
  return first_error;
}

void Manager::Route(const AlertPtr& alert, base::TimestampNs now) {
  std::vector<const alert::Route*> routes;
  active_->config->route->Match(alert->labels, &routes);
  for (const alert::Route* route : routes) {
    const std::shared_ptr<Group> group = FindGroup(*route, GroupLabels(*route, alert->labels));
    const bool fresh = group->alerts.empty() && !group->flushed && group->next_flush.Value() == 0;
    group->alerts[alert->fingerprint] = alert;
    const bool waited = alert->starts_at + base::ToNs(route->group_wait) < now;
    if (fresh) {
      Schedule(group, std::max(waited ? now : now + base::ToNs(route->group_wait), not_before_));
    } else if (!group->flushed && waited && group->next_flush > now) {
      Schedule(group, std::max(now, not_before_));
    }
  }
}

std::shared_ptr<Group> Manager::FindGroup(const alert::Route& route,
                                          const model::LabelSet& labels) {
  std::string map_key = std::to_string(route.index);
  map_key += ':';
  map_key += labels.Encoded();
  std::shared_ptr<Group>& group = groups_[map_key];
  if (group == nullptr) {
    group = std::make_shared<Group>();
    group->active = active_;
    group->route = &route;
    group->labels = labels;
    group->key = GroupKey(route, labels);
    group->map_key = std::move(map_key);
    const auto muted = muted_before_.find(group->key + '\n' + route.receiver);
    if (muted != muted_before_.end()) {
      group->muted_by = muted->second;
    }
  }
  return group;
}

void Manager::Schedule(const std::shared_ptr<Group>& group, base::TimestampNs at) {
  group->next_flush = at;
  due_.push({at, group});
}

bool Manager::FlushSomeDue(base::TimestampNs now, std::vector<std::shared_ptr<FlushJob>>* jobs) {
  const base::MutexLock lock(mutex_);
  size_t alerts = 0;
  while (!stopped_ && alerts < kAlertsAtOnce && !due_.empty() && due_.top().at <= now) {
    const Due due = due_.top();
    due_.pop();
    const auto current = groups_.find(due.group->map_key);
    if (current == groups_.end() || current->second != due.group ||
        due.group->next_flush != due.at) {
      continue;  // another time was set, or the group is gone
    }
    alerts += due.group->alerts.size() + 1;
    if (auto job = StartFlush(due.group, now); job != nullptr) {
      jobs->push_back(std::move(job));
    }
  }
  return alerts >= kAlertsAtOnce;
}

void Manager::DispatchAll(const std::vector<std::shared_ptr<FlushJob>>& jobs) {
  for (const auto& job : jobs) {
    for (size_t i = 0; i < job->integrations.size(); ++i) {
      Dispatch(job, i);
    }
  }
}

void Manager::Tick() {
  std::vector<std::shared_ptr<FlushJob>> jobs;
  std::vector<Retry> retries;
  const base::TimestampNs now = options_.env->clock().Now();
  {
    const base::MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
    if (now + kClockSlack < last_tick_) {
      ClockWentBack(last_tick_ - now);
    }
    last_tick_ = now;
  }
  // A hundred thousand alerts that came together are due together: readers get the lock in between.
  while (FlushSomeDue(now, &jobs)) {
    DispatchAll(jobs);
    jobs.clear();
  }
  {
    const base::MutexLock lock(mutex_);
    for (auto& job : DueEscalations(now)) {
      jobs.push_back(std::move(job));
    }
    while (!retries_.empty() && retries_.top().at <= now) {
      retries.push_back(retries_.top());
      retries_.pop();
    }
    if (maintained_ + kMaintainEvery < now) {
      Maintain(now);
    }
  }
  DispatchAll(jobs);
  for (const Retry& retry : retries) {
    Dispatch(retry.job, retry.index);
  }
  if (const base::Status status = journal_->SyncIfDue(); !status.ok()) {
    SB_LOG_EVERY(10, kError, "alert journal cannot be synced", {"error", status.ToString()});
  }
}

// What was due in five minutes is still due in five minutes.
void Manager::ClockWentBack(base::DurationNs by) {
  SB_LOG(kWarn, "the clock was set back; notifications keep their distance",
         {"seconds", by.Value() / kSecondNs});
  due_ = {};
  for (const auto& [key, group] : groups_) {
    if (group->next_flush.Value() != 0) {
      Schedule(group, group->next_flush - by);
    }
  }
  std::priority_queue<Retry> shifted;
  std::set<const FlushJob*> moved;
  for (; !retries_.empty(); retries_.pop()) {
    const Retry& retry = retries_.top();
    if (moved.insert(retry.job.get()).second) {
      retry.job->deadline = retry.job->deadline - by;
    }
    shifted.push({retry.at - by, retry.job, retry.index});
  }
  retries_ = std::move(shifted);
  not_before_ = not_before_ - by;
  maintained_ = maintained_ - by;
  next_escalation_check_ = next_escalation_check_ - by;
}

void Manager::Maintain(base::TimestampNs now) {
  maintained_ = now;
  muted_before_.clear();  // groups that are still to be are here by now
  std::erase_if(groups_, [](const auto& entry) {
    return entry.second->alerts.empty() && !entry.second->flushing;
  });
  std::vector<AlertPtr> over;
  alerts_.ForEach([&](const AlertPtr& alert) {
    if (alert->ends_at + kKeepResolved < now) {
      over.push_back(alert);
    }
  });
  for (const AlertPtr& alert : over) {
    alerts_.Remove(alert->fingerprint);
    inhibitor_.Remove(*alert);
    acknowledgements_.erase(alert->fingerprint);
  }
  silences_.Collect(now);
  log_.Collect(now - options_.retention);
  if (journal_->bytes() > std::max(kJournalBytesMin, 4 * live_bytes_)) {
    RewriteJournal();
  }
}

void Manager::RewriteJournal() {
  const base::Result<uint64_t> segment = journal_->BeginRewrite();
  ++journal_epoch_;  // what is being written without the lock may be in the old segments
  base::Status status = segment.ok() ? base::OkStatus() : segment.status();
  std::vector<AlertPtr> all;
  alerts_.ForEach([&](const AlertPtr& alert) { all.push_back(alert); });
  const auto keep = [&](const base::Status& step) { status = status.ok() ? step : status; };
  if (status.ok()) {
    keep(journal_->Alerts(all));
    for (const Silence& silence : silences_.List(maintained_)) {
      keep(journal_->SilenceChanged(silence));
    }
    log_.ForEach([&](const NotificationEntry& entry) { keep(journal_->Notified(entry)); });
    for (const auto* under_way : {&unfinished_, &sending_}) {
      for (const auto& [key, idempotency_key] : *under_way) {
        keep(journal_->Sending({key, idempotency_key}));
      }
    }
    for (const auto& [fingerprint, ack] : acknowledgements_) {
      keep(journal_->Acknowledged(ack));
    }
    for (const HistoryEntry& entry : history_) {
      keep(journal_->Happened(entry));
    }
    if (status.ok()) {
      keep(journal_->EndRewrite(*segment));
    }
  }
  if (!status.ok()) {
    ++stats_.journal_errors;
    SB_LOG(kError, "alert journal cannot be rewritten", {"error", status.ToString()});
  }
  live_bytes_ = journal_->bytes();
}

void Manager::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stopped_ = true;
  }
  if (journal_ != nullptr) {
    (void)journal_->Sync().ok();
  }
}

base::Result<std::string> Manager::SetSilence(Silence silence) {
  const base::MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const Silences::Change change,
                      silences_.Set(std::move(silence), options_.env->clock().Now()));
  for (const Silence& changed : change.changed) {
    SB_RETURN_IF_ERROR(journal_->SilenceChanged(changed));
  }
  return change.id;
}

base::Status Manager::ExpireSilence(std::string_view id) {
  const base::MutexLock lock(mutex_);
  SB_ASSIGN_OR_RETURN(const Silences::Change change,
                      silences_.Expire(id, options_.env->clock().Now()));
  for (const Silence& changed : change.changed) {
    SB_RETURN_IF_ERROR(journal_->SilenceChanged(changed));
  }
  return base::OkStatus();
}

base::Status Manager::Acknowledge(uint64_t fingerprint, std::string by, std::string comment) {
  const base::MutexLock lock(mutex_);
  const AlertPtr alert = alerts_.Find(fingerprint);
  if (alert == nullptr) {
    return base::NotFound("no alert with fingerprint " + notify::FingerprintText(fingerprint));
  }
  Acknowledgement ack{fingerprint, std::move(by), std::move(comment), options_.env->clock().Now(),
                      alert->starts_at};
  SB_RETURN_IF_ERROR(journal_->Acknowledged(ack));
  acknowledgements_[fingerprint] = std::move(ack);
  return base::OkStatus();
}

}  // namespace sb::alert
