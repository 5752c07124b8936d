// SPDX-License-Identifier: Apache-2.0
//
// The metrics of the alert manager, under Alertmanager's names, so that its dashboards and the
// alerts of its mixin work.
#include <tuple>

#include "alert/notify/receiver_types.h"
#include "server/alerts_part.h"
#include "server/build_info.h"

namespace sb::server {
namespace {

using base::InstrumentLabels;
using enum base::InstrumentKind;
using Stats = alert::ManagerStats;

// The reference's buckets, in seconds.
const std::vector<double> kLatencyBounds = {1, 5, 10, 15, 20};

constexpr const char* kHelpReceived = "The total number of received alerts.";
constexpr const char* kHelpAlerts = "How many alerts by state.";
constexpr const char* kHelpSilences = "How many silences by state.";
constexpr const char* kHelpSuppressed = "Notifications suppressed for being silenced, inhibited, …";

double Of(const std::map<std::string, uint64_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0.0 : static_cast<double>(found->second);
}

double Of(const std::map<alert::Outcome, uint64_t>& counts, alert::Outcome outcome) {
  const auto found = counts.find(outcome);
  return found == counts.end() ? 0.0 : static_cast<double>(found->second);
}

double CountSilences(const alert::Manager& manager, alert::SilenceState state) {
  const base::TimestampNs now = manager.now();
  double count = 0;
  for (const alert::Silence& silence : manager.ListSilences()) {
    count += silence.StateAt(now) == state ? 1 : 0;
  }
  return count;
}

}  // namespace

std::function<void(std::string_view, double)> AlertsPart::AttemptObserver() {
  std::map<std::string, base::Histogram*, std::less<>> histograms;
  for (const notify::ReceiverType* type : notify::ReceiverTypes()) {
    const std::string name(type->name);
    histograms[name] =
        &context_.registry.AddHistogram("alertmanager_notification_latency_seconds",
                                        "The latency of notifications in seconds, each attempt.",
                                        kLatencyBounds, {{"integration", name}});
  }
  return [histograms](std::string_view integration, double seconds) {
    if (const auto found = histograms.find(integration); found != histograms.end()) {
      found->second->Observe(seconds);
    }
  };
}

void AlertsPart::AddInstruments() {
  const auto add = [&](base::InstrumentKind kind, const std::string& name, const std::string& help,
                       const InstrumentLabels& labels, std::function<double()> read) {
    instruments_.push_back(
        context_.registry.AddCallback(kind, name, help, labels, std::move(read)));
  };
  const auto stat = [&](base::InstrumentKind kind, const std::string& name, const std::string& help,
                        const InstrumentLabels& labels, uint64_t Stats::* member) {
    add(kind, name, help, labels,
        [this, member] { return static_cast<double>(manager_->stats().*member); });
  };
  add(kGauge, "alertmanager_build_info", "A metric with a constant '1' value.",
      {{"version", std::string(Version())}}, [] { return 1.0; });
  add(kGauge, "alertmanager_alerts", kHelpAlerts, {{"state", "active"}},
      [this] { return static_cast<double>(manager_->CountAlerts().active); });
  add(kGauge, "alertmanager_alerts", kHelpAlerts, {{"state", "suppressed"}},
      [this] { return static_cast<double>(manager_->CountAlerts().suppressed); });
  stat(kCounter, "alertmanager_alerts_received_total", kHelpReceived, {{"status", "firing"}},
       &Stats::received_firing);
  stat(kCounter, "alertmanager_alerts_received_total", kHelpReceived, {{"status", "resolved"}},
       &Stats::received_resolved);
  stat(kCounter, "alertmanager_alerts_invalid_total", "Received alerts that were invalid.", {},
       &Stats::invalid);
  stat(kCounter, "signalbox_alerts_refused_total", "Alerts refused at the limit of alerts.", {},
       &Stats::refused);
  stat(kGauge, "alertmanager_dispatcher_aggregation_groups", "Groups of alerts.", {},
       &Stats::groups);
  for (const alert::SilenceState state :
       {alert::SilenceState::kActive, alert::SilenceState::kPending,
        alert::SilenceState::kExpired}) {
    add(kGauge, "alertmanager_silences", kHelpSilences,
        {{"state", std::string(alert::SilenceStateText(state))}},
        [this, state] { return CountSilences(*manager_, state); });
  }
  for (const auto& [reason, outcome] : {std::pair("inhibition", alert::Outcome::kInhibited),
                                        std::pair("mute_time_interval", alert::Outcome::kMuted),
                                        std::pair("silence", alert::Outcome::kSilenced)}) {
    add(kCounter, "alertmanager_notifications_suppressed_total", kHelpSuppressed,
        {{"reason", reason}},
        [this, outcome = outcome] { return Of(manager_->stats().suppressed, outcome); });
  }
  AddConfigInstruments();
  stat(kGauge, "signalbox_alerts_journal_bytes", "Size of the journal of the alert manager.", {},
       &Stats::journal_bytes);
  stat(kCounter, "signalbox_alerts_journal_errors_total",
       "Records that could not be written to the journal of the alert manager.", {},
       &Stats::journal_errors);
  stat(kGauge, "signalbox_alerts_journal_unreadable",
       "Records of the journal that could not be read at the start.", {},
       &Stats::journal_unreadable);
  stat(kCounter, "signalbox_alerts_notifications_resent_total",
       "Notifications told again because the process before died while they were on their way.", {},
       &Stats::resent);
  AddStateInstruments();
  AddNotificationInstruments();
}

// The notification log and the silences live in the journal and in memory: their snapshot is the
// journal, and what is asked of memory does not fail. One node is a cluster of itself.
void AlertsPart::AddStateInstruments() {
  const auto add = [&](base::InstrumentKind kind, const std::string& name, const std::string& help,
                       std::function<double()> read) {
    instruments_.push_back(context_.registry.AddCallback(kind, name, help, {}, std::move(read)));
  };
  for (const std::string state : {"nflog", "silences"}) {
    const std::string prefix = "alertmanager_" + state + "_";
    add(kGauge, prefix + "snapshot_size_bytes", "Size of the journal that holds it.",
        [this] { return static_cast<double>(manager_->stats().journal_bytes); });
    add(kCounter, prefix + "maintenance_errors_total", "Writes to the journal that failed.",
        [this] { return static_cast<double>(manager_->stats().journal_errors); });
    add(kCounter, prefix + "query_errors_total", "Queries that failed; they are of memory.",
        [] { return 0.0; });
    add(kCounter, prefix + "gossip_messages_propagated_total",
        "Messages to other nodes, of which there are none.", [] { return 0.0; });
  }
  for (const auto& [name, help, value] :
       {std::tuple("cluster_members", "Nodes of the cluster, this one included.", 1.0),
        {"cluster_failed_peers", "Nodes that cannot be reached.", 0.0},
        {"cluster_health_score", "Health of the cluster, 0 is best.", 0.0},
        {"cluster_messages_queued", "Messages to other nodes that wait.", 0.0},
        {"peer_position", "Place of this node among the nodes.", 0.0}}) {
    add(kGauge, "alertmanager_" + std::string(name), help, [value = value] { return value; });
  }
}

void AlertsPart::AddConfigInstruments() {
  const auto add = [&](const std::string& name, const std::string& help,
                       std::function<double()> read) {
    instruments_.push_back(context_.registry.AddCallback(kGauge, name, help, {}, std::move(read)));
  };
  add("alertmanager_config_last_reload_successful",
      "Whether the last configuration reload attempt was successful.",
      [this] { return reloaded_.load() ? 1.0 : 0.0; });
  add("alertmanager_config_last_reload_success_timestamp_seconds",
      "Timestamp of the last successful configuration reload.",
      [this] { return static_cast<double>(reloaded_at_.load()) / 1e9; });
  add("alertmanager_config_hash", "Hash of the configuration in force.", [this] {
    // 48 bits, as the reference has it: a double holds them.
    return static_cast<double>(std::hash<std::string>()(manager_->config()->ToYaml()) &
                               0xFFFF'FFFF'FFFFULL);
  });
  add("alertmanager_receivers", "Number of configured receivers.",
      [this] { return static_cast<double>(manager_->config()->receivers.size()); });
  add("alertmanager_integrations", "Number of configured integrations.", [this] {
    size_t count = 0;
    const auto config = manager_->config();
    for (const alert::Receiver& receiver : config->receivers) {
      count += receiver.integrations.size();
    }
    return static_cast<double>(count);
  });
  add("alertmanager_inhibition_rules", "Number of configured inhibition rules.",
      [this] { return static_cast<double>(manager_->config()->inhibit_rules.size()); });
  add("alertmanager_cluster_enabled", "Whether clustering is enabled.", [] { return 0.0; });
}

void AlertsPart::AddNotificationInstruments() {
  using Counts = std::map<std::string, uint64_t>;
  for (const notify::ReceiverType* type : notify::ReceiverTypes()) {
    const std::string name(type->name);
    const auto count = [&](const std::string& metric, const std::string& help,
                           Counts Stats::* member) {
      instruments_.push_back(context_.registry.AddCallback(
          kCounter, metric, help, {{"integration", name}}, [this, member, name] {
            const Stats stats = manager_->stats();
            return Of(stats.*member, name);
          }));
    };
    count("alertmanager_notifications_total", "Notifications sent.", &Stats::sent);
    count("alertmanager_notifications_failed_total", "Notifications given up.", &Stats::failed);
    count("alertmanager_notification_requests_total", "Attempts to send.", &Stats::requests);
    count("alertmanager_notification_requests_failed_total", "Attempts to send that failed.",
          &Stats::requests_failed);
  }
}

}  // namespace sb::server
