// SPDX-License-Identifier: Apache-2.0
//
// A configuration in force, with its notifiers, and the groups and flushes that live by it.
//
// Internal to manager.h. Threads: the manager's lock, except for what a FlushJob owns while it
// runs.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "alert/manager/alert_table.h"
#include "alert/manager/escalation.h"
#include "alert/manager/history.h"
#include "alert/manager/manager_config.h"
#include "alert/manager/notification_log.h"
#include "alert/notify/notifier.h"

namespace sb::alert {

// One integration of one receiver, with what keeps it from being flooded.
struct IntegrationState {
  const Integration* integration = nullptr;
  std::shared_ptr<notify::Notifier> notifier;
  std::string label;  // "slack[0]"
  size_t in_flight = 0;
  double tokens = 0;
  base::TimestampNs refilled;
  base::TimestampNs paused_until;  // the receiver asked for it
};

struct ActiveConfig {
  std::shared_ptr<const ManagerConfig> config;
  std::shared_ptr<const notify::Templates> templates;
  std::map<std::string, std::vector<IntegrationState>, std::less<>> receivers;
  EscalationPolicies escalations;
};

struct Group {
  std::shared_ptr<ActiveConfig> active;
  const Route* route = nullptr;
  model::LabelSet labels;
  std::string key;
  std::string map_key;
  std::unordered_map<uint64_t, AlertPtr> alerts;
  base::TimestampNs next_flush;
  bool flushed = false;                      // at least once
  bool flushing = false;                     // a job is under way
  bool due = false;                          // came due meanwhile
  std::map<uint64_t, std::string> muted_by;  // last noted reason, by alert
};

struct IntegrationJob {
  IntegrationState* state = nullptr;
  NotifyReason reason = NotifyReason::kNone;
  NotificationEntry entry;  // to be logged on success
  std::vector<notify::Alert> alerts;
  std::string idempotency_key;
  // The process died while this notification was on its way.
  bool again = false;
  notify::TextMap store;  // of the notification before
  int64_t attempts = 0;
  base::TimestampNs begun;
  std::string error;
  HistoryEntry told;           // written with the result
  uint64_t journal_epoch = 0;  // when it was written
};

struct FlushJob {
  std::shared_ptr<Group> group;  // null for an escalation
  std::shared_ptr<ActiveConfig> active;
  std::string group_key;
  std::string receiver;
  model::LabelSet group_labels;
  notify::TextMap route_labels;
  base::TimestampNs now;
  base::TimestampNs deadline;
  std::vector<AlertPtr> resolved;  // leave the group after success
  std::vector<IntegrationJob> integrations;
  size_t left = 0;  // integrations not finished
  bool all_told = true;
  bool escalation = false;
  std::string escalation_text;
};

// Equal for every attempt at one notification, also after a restart in between. `last` is what the
// log knew before, null for nothing.
std::string IdempotencyKey(const NotificationEntry& entry, const NotificationEntry* last);

// What the notification log knows a step by: one policy, step and firing of an alert.
std::string EscalationKey(const EscalationPolicy& policy, const EscalationStep& step,
                          const notify::Alert& alert);

}  // namespace sb::alert
