// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/manager_views.h"

#include <algorithm>
#include <unordered_set>

#include "alert/manager/active_config.h"
#include "alert/manager/manager.h"

namespace sb::alert {
namespace {

bool Shown(const AlertView& view, const AlertQuery& query) {
  return (query.active || view.suppressed()) && (query.silenced || view.silenced_by.empty()) &&
         (query.inhibited || view.inhibited_by.empty()) && (query.muted || view.muted_by.empty());
}

void SortByFingerprint(std::vector<AlertView>* views) {
  std::sort(views->begin(), views->end(), [](const AlertView& a, const AlertView& b) {
    return a.alert->fingerprint < b.alert->fingerprint;
  });
}

bool HasLabels(const ManagerConfig& config, const AlertQuery& query, const std::string& name) {
  if (query.receiver_matchers.empty()) {
    return true;
  }
  const Receiver* receiver = config.FindReceiver(name);
  return receiver != nullptr && PassesFilter(query.receiver_matchers, receiver->labels);
}

}  // namespace

bool PassesFilter(const AlertMatchers& filter, const std::map<std::string, std::string>& labels) {
  return std::all_of(filter.begin(), filter.end(), [&](const AlertMatcher& matcher) {
    const auto label = labels.find(matcher.name());
    const bool is_there = label != labels.end();
    const bool by_presence = matcher.value().empty() && matcher.is_equal() != is_there;
    return by_presence || matcher.MatchesValue(is_there ? label->second : "");
  });
}

bool LabelsBefore(const model::LabelSet& a, const model::LabelSet& b) {
  if (a.size() != b.size()) {
    return a.size() < b.size();
  }
  auto left = a.begin();
  auto right = b.begin();
  for (; left != a.end(); ++left, ++right) {
    if ((*left).name != (*right).name) {
      return (*left).name > (*right).name;  // a lacks the smaller name
    }
    if ((*left).value != (*right).value) {
      return (*left).value < (*right).value;
    }
  }
  return false;
}

AlertView Manager::View(const AlertPtr& alert, std::vector<std::string> receivers,
                        base::TimestampNs now) const {
  AlertView view;
  view.alert = alert;
  view.receivers = std::move(receivers);
  view.silenced_by = silences_.SilencedBy(alert->labels, now);
  if (const auto source = inhibitor_.InhibitedBy(*alert, now); source.has_value()) {
    view.inhibited_by.push_back(notify::FingerprintText(*source));
  }
  const auto ack = acknowledgements_.find(alert->fingerprint);
  if (ack != acknowledgements_.end() && ack->second.alert_starts_at == alert->starts_at) {
    view.acknowledged_by = ack->second.by;
    view.acknowledged_comment = ack->second.comment;
    view.acknowledged_at = ack->second.at;
  }
  return view;
}

std::vector<AlertView> Manager::Alerts(const AlertQuery& query) const {
  const base::MutexLock lock(mutex_);
  const base::TimestampNs now = options_.env->clock().Now();
  std::vector<AlertView> views;
  for (const AlertPtr& alert : alerts_.Select(query.matchers)) {
    if (alert->ResolvedAt(now)) {
      continue;
    }
    std::vector<const alert::Route*> routes;
    active_->config->route->Match(alert->labels, &routes);
    std::vector<std::string> receivers;
    std::vector<std::string> muted_by;
    bool by_name = !query.receiver.has_value();
    bool by_labels = query.receiver_matchers.empty();
    for (const alert::Route* route : routes) {
      receivers.push_back(route->receiver);
      by_name = by_name || query.receiver->MatchesValue(route->receiver);
      by_labels = by_labels || HasLabels(*active_->config, query, route->receiver);
      for (const std::string& name : route->mute_time_intervals) {
        const NamedTimeInterval* interval = active_->config->FindInterval(name);
        if (interval != nullptr && interval->Contains(now)) {
          muted_by.push_back(name);
        }
      }
    }
    if (!by_name || !by_labels) {
      continue;
    }
    AlertView view = View(alert, std::move(receivers), now);
    view.muted_by = std::move(muted_by);
    if (Shown(view, query)) {
      views.push_back(std::move(view));
    }
  }
  SortByFingerprint(&views);
  return views;
}

std::vector<GroupView> Manager::Groups(const AlertQuery& query) const {
  const base::MutexLock lock(mutex_);
  const base::TimestampNs now = options_.env->clock().Now();
  std::vector<const Group*> wanted;
  std::unordered_map<uint64_t, std::vector<std::string>> receivers;
  for (const auto& [key, group] : groups_) {
    const std::string& receiver = group->route->receiver;
    if ((query.receiver.has_value() && !query.receiver->MatchesValue(receiver)) ||
        !HasLabels(*active_->config, query, receiver)) {
      continue;
    }
    wanted.push_back(group.get());
    for (const auto& [fingerprint, alert] : group->alerts) {
      receivers[fingerprint].push_back(receiver);
    }
  }
  for (auto& [fingerprint, names] : receivers) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  std::vector<GroupView> views;
  for (const Group* group : wanted) {
    GroupView view{group->labels, group->route->receiver, group->key, {}, group->route->labels};
    const std::string by_time = MutedByTime(*group->route, now);
    for (const auto& [fingerprint, alert] : group->alerts) {
      if (alert->ResolvedAt(now) || !MatchAll(query.matchers, alert->labels)) {
        continue;
      }
      AlertView one = View(alert, receivers[fingerprint], now);
      if (!by_time.empty()) {
        one.muted_by.push_back(by_time);
      }
      if (Shown(one, query)) {
        view.alerts.push_back(std::move(one));
      }
    }
    if (!view.alerts.empty()) {
      SortByFingerprint(&view.alerts);
      views.push_back(std::move(view));
    }
  }
  std::sort(views.begin(), views.end(), [](const GroupView& a, const GroupView& b) {
    if (LabelsBefore(a.labels, b.labels) || LabelsBefore(b.labels, a.labels)) {
      return LabelsBefore(a.labels, b.labels);
    }
    return a.receiver < b.receiver;
  });
  return views;
}

std::vector<HistoryEntry> Manager::History(const HistoryQuery& query) const {
  const base::MutexLock lock(mutex_);
  std::vector<HistoryEntry> entries;
  const auto holds = [&](const std::vector<uint64_t>& fingerprints) {
    return std::find(fingerprints.begin(), fingerprints.end(), *query.fingerprint) !=
           fingerprints.end();
  };
  for (auto it = history_.rbegin(); it != history_.rend() && entries.size() < query.limit; ++it) {
    if (it->at < query.from || (query.to.has_value() && it->at >= *query.to) ||
        (!query.outcome.empty() && OutcomeText(it->outcome) != query.outcome) ||
        (!query.receiver.empty() && it->receiver != query.receiver) ||
        (query.fingerprint.has_value() && !holds(it->firing) && !holds(it->resolved))) {
      continue;
    }
    entries.push_back(*it);
  }
  return entries;
}

base::Result<Silence> Manager::GetSilence(std::string_view id) const {
  const base::MutexLock lock(mutex_);
  const Silence* silence = silences_.Find(id);
  return silence == nullptr ? base::Result<Silence>(base::NotFound("silence not found"))
                            : base::Result<Silence>(*silence);
}

std::vector<Silence> Manager::ListSilences() const {
  const base::MutexLock lock(mutex_);
  return silences_.List(options_.env->clock().Now());
}

std::shared_ptr<const ManagerConfig> Manager::config() const {
  const base::MutexLock lock(mutex_);
  return active_->config;
}

ManagerStats Manager::stats() const {
  const base::MutexLock lock(mutex_);
  ManagerStats stats = stats_;
  stats.groups = groups_.size();
  stats.silences = silences_.size();
  stats.journal_bytes = journal_->bytes();
  stats.in_flight = in_flight_;
  return stats;
}

AlertCounts Manager::CountAlerts() const {
  const base::MutexLock lock(mutex_);
  const base::TimestampNs now = options_.env->clock().Now();
  std::unordered_set<uint64_t> muted;
  for (const auto& [key, group] : groups_) {
    for (const auto& [fingerprint, by] : group->muted_by) {
      muted.insert(fingerprint);
    }
  }
  AlertCounts counts;
  alerts_.ForEach([&](const AlertPtr& alert) {
    if (!alert->ResolvedAt(now)) {
      ++(muted.contains(alert->fingerprint) ? counts.suppressed : counts.active);
    }
  });
  return counts;
}

}  // namespace sb::alert
