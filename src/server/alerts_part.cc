// SPDX-License-Identifier: Apache-2.0
#include "server/alerts_part.h"

#include "alert/notify/notifier.h"
#include "server/build_info.h"
#include "server/server.h"

namespace sb::server {
namespace {

// Threads block while a receiver answers; no integration holds more than eight of them.
constexpr size_t kNotifyThreads = 32;
constexpr base::DurationMs kTick = base::Milliseconds(50);

std::string ExternalUrl(const ServerOptions& options) {
  if (!options.config.alertmanager.external_url.empty()) {
    return options.config.alertmanager.external_url;
  }
  const auto door = options.doors.find("alertmanager");
  const bool own = door != options.doors.end() && door->second != "off";
  return own ? "http://" + door->second : "http://" + options.listen + "/alertmanager";
}

}  // namespace

base::Result<std::unique_ptr<AlertsPart>> AlertsPart::Open(const PartContext& context) {
  std::unique_ptr<AlertsPart> part(new AlertsPart(context));
  part->notify_pool_ = std::make_unique<base::ThreadPool>(
      base::ThreadPool::Options{.name = "notify", .threads = kNotifyThreads, .queue_max = 10'000});
  alert::Manager::Options options;
  options.env = &context.env;
  options.client = &context.client;
  options.notify_pool = part->notify_pool_.get();
  options.folder = base::JoinPath(context.options.data_folder, "alerts");
  options.external_url = ExternalUrl(context.options);
  SB_ASSIGN_OR_RETURN(part->manager_, alert::Manager::Open(std::move(options)));
  part->api_ = std::make_unique<api::AlertmanagerApi>(
      part->manager_.get(),
      api::AlertmanagerApi::Options{.version = std::string(Version()), .pool = ""});
  part->AddInstruments();
  return part;
}

base::Status AlertsPart::Prepare(const PartConfig& config) {
  const AlertmanagerSection& section = config.server.alertmanager;
  std::string text(alert::DefaultManagerConfig());
  std::string file = "default alertmanager.yml";
  alert::ManagerConfigOptions options;
  options.files = &context_.env.files();
  if (!section.config.empty()) {
    file = section.config;
    options.folder = base::ParentPath(file);
    SB_ASSIGN_OR_RETURN(text, context_.env.files().ReadFile(file));
  }
  SB_ASSIGN_OR_RETURN(const auto parsed, alert::ParseManagerConfig(text, file, options));
  alert::EscalationPolicies escalations;
  if (!section.escalations.empty()) {
    SB_ASSIGN_OR_RETURN(const std::string policies,
                        context_.env.files().ReadFile(section.escalations));
    SB_ASSIGN_OR_RETURN(escalations,
                        alert::ParseEscalations(policies, section.escalations, *parsed));
  }
  SB_ASSIGN_OR_RETURN(prepared_, manager_->Prepare(parsed, std::move(escalations)));
  return base::OkStatus();
}

void AlertsPart::Commit() {
  manager_->Commit(std::move(prepared_));
}

void AlertsPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "alertmanager") {
    api_->AddRoutes(router);
  } else if (door == "listen") {
    net::Router api;
    api_->AddRoutes(&api);
    router->Mount("/alertmanager", api);
    net::Router own;
    api_->AddOwnRoutes(&own);
    router->Mount("/api/signalbox/v1", own);
  }
}

base::Status AlertsPart::Start() {
  ticking_ = std::make_unique<base::TaskRunner>(context_.background_pool);
  ticking_->PostEvery(base::ToNs(kTick), [this] { manager_->Tick(); });
  return base::OkStatus();
}

void AlertsPart::Stop() {
  instruments_.clear();
  if (ticking_ != nullptr) {
    ticking_->Shutdown();
  }
  manager_->Stop();
  notify_pool_->Shutdown();
}

void AlertsPart::AddInstruments() {
  const auto add = [&](base::InstrumentKind kind, const std::string& name, const std::string& help,
                       const base::InstrumentLabels& labels,
                       double (*read)(const alert::ManagerStats&)) {
    instruments_.push_back(context_.registry.AddCallback(
        kind, name, help, labels, [this, read] { return read(manager_->stats()); }));
  };
  using enum base::InstrumentKind;
  using Stats = alert::ManagerStats;
  instruments_.push_back(context_.registry.AddCallback(
      kGauge, "alertmanager_alerts", "How many alerts by state.", {{"state", "active"}},
      [this] { return static_cast<double>(manager_->CountActive()); }));
  const std::string received = "The total number of received alerts.";
  add(kCounter, "alertmanager_alerts_received_total", received, {{"status", "firing"}},
      [](const Stats& s) { return static_cast<double>(s.received_firing); });
  add(kCounter, "alertmanager_alerts_received_total", received, {{"status", "resolved"}},
      [](const Stats& s) { return static_cast<double>(s.received_resolved); });
  add(kCounter, "alertmanager_alerts_invalid_total", "Received alerts that were invalid.", {},
      [](const Stats& s) { return static_cast<double>(s.invalid); });
  add(kCounter, "signalbox_alerts_refused_total", "Alerts refused at the limit of alerts.", {},
      [](const Stats& s) { return static_cast<double>(s.refused); });
  add(kGauge, "alertmanager_dispatcher_aggregation_groups", "Groups of alerts.", {},
      [](const Stats& s) { return static_cast<double>(s.groups); });
  add(kGauge, "alertmanager_silences", "How many silences are kept.", {},
      [](const Stats& s) { return static_cast<double>(s.silences); });
  add(kGauge, "signalbox_alerts_journal_bytes", "Size of the journal of the alert manager.", {},
      [](const Stats& s) { return static_cast<double>(s.journal_bytes); });
  add(kCounter, "signalbox_alerts_journal_errors_total",
      "Records that could not be written to the journal of the alert manager.", {},
      [](const Stats& s) { return static_cast<double>(s.journal_errors); });
  add(kGauge, "signalbox_alerts_journal_unreadable",
      "Records of the journal that could not be read at the start.", {},
      [](const Stats& s) { return static_cast<double>(s.journal_unreadable); });
  for (const notify::ReceiverType* type : notify::ReceiverTypes()) {
    const std::string name(type->name);
    const auto count = [&](const std::string& metric, const std::string& help,
                           std::map<std::string, uint64_t> Stats::*member) {
      instruments_.push_back(context_.registry.AddCallback(
          kCounter, metric, help, {{"integration", name}}, [this, member, name] {
            const Stats stats = manager_->stats();
            const auto found = (stats.*member).find(name);
            return found == (stats.*member).end() ? 0.0 : static_cast<double>(found->second);
          }));
    };
    count("alertmanager_notifications_total", "Notifications sent.", &Stats::sent);
    count("alertmanager_notifications_failed_total", "Notifications given up.", &Stats::failed);
  }
}

}  // namespace sb::server
