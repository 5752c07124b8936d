// SPDX-License-Identifier: Apache-2.0
//
// Manager takes alerts in, groups them by routes, mutes what is inhibited, silenced or out of
// hours, and tells receivers: each thing once, again when it changes or the repeat interval has
// passed.
//
//   SB_ASSIGN_OR_RETURN(auto manager, Manager::Open(options));
//   SB_ASSIGN_OR_RETURN(auto prepared, manager->Prepare(config));   // templates, notifiers; may
//   fail manager->Commit(prepared); manager->Put(alerts); runner.PostEvery(…, [&] {
//   manager->Tick(); });                  // ~20 times a second
//
// A group waits group_wait before its first flush, then flushes every group_interval. A flush sends
// what is not muted, one integration after another retrying until max(group_interval, 10 s); the
// notification log says whether there is anything new. Everything is in the journal before it is
// acknowledged, so a kill -9 loses nothing and repeats at most what was being sent at that moment:
// a notification is noted as begun before its first attempt, and as told by one write as soon as
// the receiver has answered.
//
// Failures: Put as AlertSink says. A journal that cannot be written refuses alerts.
//
// Threads: safe for concurrent use. Sends run on `notify_pool` and block there; at most
// kInFlightMax of one integration at a time, so that one dead receiver cannot hold them all.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "alert/manager/alert_sink.h"
#include "alert/manager/alert_table.h"
#include "alert/manager/escalation.h"
#include "alert/manager/explanation.h"
#include "alert/manager/history.h"
#include "alert/manager/inhibitor.h"
#include "alert/manager/journal.h"
#include "alert/manager/manager_config.h"
#include "alert/manager/manager_views.h"
#include "alert/manager/notification_log.h"
#include "alert/manager/silence.h"
#include "base/mutex.h"
#include "base/task_runner.h"

namespace sb::alert {

struct ActiveConfig;  // a configuration with its notifiers (active_config.h)
struct Group;
struct FlushJob;
struct IntegrationJob;

class Manager : public AlertSink {
 public:
  using MakeNotifier = std::function<std::unique_ptr<notify::Notifier>(
      const Receiver& receiver, const Integration& integration,
      const notify::NotifierContext& context)>;

  struct Options {
    base::Env* env = nullptr;
    net::HttpClient* client = nullptr;
    base::ThreadPool* notify_pool = nullptr;  // null: sends happen within Tick, for tests
    std::string folder;                       // of the journal
    std::string external_url;
    base::DurationMs start_delay;  // no flush before this long after the start
    size_t alerts_max = 200'000;
    size_t silences_max = 10'000;
    // Of the notification log and of expired silences.
    base::DurationNs retention{120LL * 3600 * 1'000'000'000};
    MakeNotifier make_notifier;  // null: the receiver types' own
    // After each attempt to send; null: nobody measures.
    std::function<void(std::string_view integration, double seconds)> on_attempt;
  };
  using Prepared = std::shared_ptr<ActiveConfig>;

  static base::Result<std::unique_ptr<Manager>> Open(Options options);
  ~Manager() override;

  base::Result<Prepared> Prepare(std::shared_ptr<const ManagerConfig> config,
                                 EscalationPolicies escalations = {});
  void Commit(Prepared prepared);

  base::Status Put(std::vector<notify::PostedAlert> alerts) override;
  void Tick();
  // Nothing is begun any more; the journal is synced.
  void Stop();

  base::Result<std::string> SetSilence(Silence silence);  // its id
  base::Status ExpireSilence(std::string_view id);
  base::Result<Silence> GetSilence(std::string_view id) const;
  std::vector<Silence> ListSilences() const;

  base::Status Acknowledge(uint64_t fingerprint, std::string by, std::string comment);
  base::Status Unacknowledge(uint64_t fingerprint);

  // Who would be told at that time; the alert need not exist. manager_explain.cc
  Explanation Explain(const model::LabelSet& labels, base::TimestampNs at) const;
  // Steps of all policies that hold for a known alert.
  std::vector<ExplainedStep> Escalation(uint64_t fingerprint) const;
  EscalationPolicies Policies() const;
  // Of those that are still known.
  std::map<uint64_t, model::LabelSet> LabelsOf(const std::vector<uint64_t>& fingerprints) const;

  std::vector<AlertView> Alerts(const AlertQuery& query) const;
  // Also one that is over, as long as it is known.
  std::optional<AlertView> FindAlert(uint64_t fingerprint) const;
  std::vector<GroupView> Groups(const AlertQuery& query) const;
  // Newest first.
  std::vector<HistoryEntry> History(const HistoryQuery& query) const;
  std::shared_ptr<const ManagerConfig> config() const;
  MatcherMode mode() const { return config()->mode; }
  ManagerStats stats() const;
  AlertCounts CountAlerts() const;  // looks at every alert
  base::TimestampNs now() const { return options_.env->clock().Now(); }

 private:
  explicit Manager(Options options);
  base::Status Load();
  void RecallMuted() SB_REQUIRES(mutex_);
  base::TimestampNs Grace(const notify::Alert& alert) const;

  // Alerts in. manager.cc
  base::Result<AlertPtr> Merge(notify::PostedAlert posted, base::TimestampNs now)
      SB_REQUIRES(mutex_);
  void Route(const AlertPtr& alert, base::TimestampNs now) SB_REQUIRES(mutex_);
  std::shared_ptr<Group> FindGroup(const alert::Route& route, const model::LabelSet& labels)
      SB_REQUIRES(mutex_);
  void Schedule(const std::shared_ptr<Group>& group, base::TimestampNs at) SB_REQUIRES(mutex_);
  void Rebuild() SB_REQUIRES(mutex_);

  // Notifications out. manager_flush.cc
  std::shared_ptr<FlushJob> StartFlush(const std::shared_ptr<Group>& group, base::TimestampNs now)
      SB_REQUIRES(mutex_);
  std::string MutedByTime(const alert::Route& route, base::TimestampNs now) const
      SB_REQUIRES(mutex_);
  std::vector<notify::Alert> Unmuted(Group* group, base::TimestampNs now) SB_REQUIRES(mutex_);
  void NoteMuted(Group* group, Outcome outcome, const std::string& by, const notify::Alert& alert,
                 base::TimestampNs now, std::map<std::string, HistoryEntry>* notes)
      SB_REQUIRES(mutex_);
  void PlanIntegrations(FlushJob* job, base::TimestampNs now) SB_REQUIRES(mutex_);
  void Dispatch(const std::shared_ptr<FlushJob>& job, size_t index);
  void Attempt(const std::shared_ptr<FlushJob>& job, size_t index);
  void Requeue(const std::shared_ptr<FlushJob>& job, size_t index, base::TimestampNs at);
  void FinishIntegration(const std::shared_ptr<FlushJob>& job, size_t index, bool told);
  HistoryEntry HistoryOf(const FlushJob& job, const IntegrationJob& integration,
                         Outcome outcome) const;
  void WriteTold(const FlushJob& job, IntegrationJob* integration);
  void CountJournalError();
  void WriteGivenUp(const FlushJob& job, IntegrationJob* integration) SB_REQUIRES(mutex_);
  void Note(HistoryEntry entry) SB_REQUIRES(mutex_);
  void Remember(HistoryEntry entry) SB_REQUIRES(mutex_);
  void EndFlush(FlushJob* job) SB_REQUIRES(mutex_);
  // True: there may be more.
  bool FlushSomeDue(base::TimestampNs now, std::vector<std::shared_ptr<FlushJob>>* jobs)
      SB_EXCLUDES(mutex_);
  void DispatchAll(const std::vector<std::shared_ptr<FlushJob>>& jobs) SB_EXCLUDES(mutex_);
  std::vector<std::shared_ptr<FlushJob>> DueEscalations(base::TimestampNs now) SB_REQUIRES(mutex_);
  std::shared_ptr<FlushJob> Escalate(const EscalationPolicy& policy, const EscalationStep& step,
                                     const notify::Alert& alert, base::TimestampNs now)
      SB_REQUIRES(mutex_);

  std::vector<ExplainedStep> StepsOf(const notify::Alert& alert) const SB_REQUIRES(mutex_);

  void ClockWentBack(base::DurationNs by) SB_REQUIRES(mutex_);
  void Maintain(base::TimestampNs now) SB_REQUIRES(mutex_);
  void RewriteJournal() SB_REQUIRES(mutex_);

  // manager_views.cc
  AlertView View(const AlertPtr& alert, std::vector<std::string> receivers,
                 base::TimestampNs now) const SB_REQUIRES(mutex_);

  struct Due {
    base::TimestampNs at;
    std::shared_ptr<Group> group;
    bool operator<(const Due& other) const { return at > other.at; }
  };
  struct Retry {
    base::TimestampNs at;
    std::shared_ptr<FlushJob> job;
    size_t index = 0;
    bool operator<(const Retry& other) const { return at > other.at; }
  };

  const Options options_;
  const base::TimestampNs started_;
  std::unique_ptr<Journal> journal_;

  mutable base::Mutex mutex_;
  Prepared active_ SB_GUARDED_BY(mutex_);
  AlertTable alerts_ SB_GUARDED_BY(mutex_);
  Inhibitor inhibitor_ SB_GUARDED_BY(mutex_);
  Silences silences_ SB_GUARDED_BY(mutex_);
  NotificationLog log_ SB_GUARDED_BY(mutex_);
  std::deque<HistoryEntry> history_ SB_GUARDED_BY(mutex_);
  size_t history_alerts_ SB_GUARDED_BY(mutex_) = 0;  // fingerprints in it
  // Why alerts of a group were muted when it was last flushed, for groups that are made anew.
  std::unordered_map<std::string, std::map<uint64_t, std::string>> muted_before_
      SB_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, Acknowledgement> acknowledgements_ SB_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<Group>> groups_ SB_GUARDED_BY(mutex_);
  std::priority_queue<Due> due_ SB_GUARDED_BY(mutex_);
  std::priority_queue<Retry> retries_ SB_GUARDED_BY(mutex_);
  base::TimestampNs maintained_ SB_GUARDED_BY(mutex_);
  base::TimestampNs last_tick_ SB_GUARDED_BY(mutex_);
  base::TimestampNs not_before_ SB_GUARDED_BY(mutex_);  // the first flush
  uint64_t live_bytes_ SB_GUARDED_BY(mutex_) = 0;       // of the journal after its last rewrite
  base::TimestampNs next_escalation_check_ SB_GUARDED_BY(mutex_);
  // Notifications under way: keys of the log, with their idempotency keys.
  std::map<std::string, std::string> sending_ SB_GUARDED_BY(mutex_);
  // The same of the process before, which died; until they are told again.
  std::map<std::string, std::string> unfinished_ SB_GUARDED_BY(mutex_);
  std::atomic<uint64_t> journal_epoch_ = 0;  // rewrites of the journal
  size_t in_flight_ SB_GUARDED_BY(mutex_) = 0;
  bool stopped_ SB_GUARDED_BY(mutex_) = false;
  ManagerStats stats_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::alert
