// SPDX-License-Identifier: Apache-2.0
#include "server/alerts_part.h"

#include "alert/notify/notifier.h"
#include "alert/provisioning/merged_routing.h"
#include "base/log.h"
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
  options.on_attempt = part->AttemptObserver();
  const AlertmanagerSection& section = context.options.config.alertmanager;
  options.start_delay = section.start_delay;
  options.retention = base::ToNs(section.retention);
  options.alerts_max = section.alerts_max;
  options.silences_max = section.silences_max;
  SB_ASSIGN_OR_RETURN(part->manager_, alert::Manager::Open(std::move(options)));
  part->api_ = std::make_unique<api::AlertmanagerApi>(
      part->manager_.get(),
      api::AlertmanagerApi::Options{.version = std::string(Version()), .pool = ""});
  part->AddInstruments();
  return part;
}

base::Result<alert::Manager::Prepared> AlertsPart::Build(const Routing& routing,
                                                         const std::string& grafana) {
  alert::ManagerConfigOptions options;
  options.files = &context_.env.files();
  options.folder = routing.folder;
  options.mode = routing.mode;
  std::string text = routing.text;
  std::string file = routing.file;
  if (!grafana.empty()) {
    file = "contact points and policies";
    if (routing.is_default) {
      text = grafana;
    } else {
      SB_ASSIGN_OR_RETURN(text, provisioning::MergedRouting(text, routing.file, grafana));
    }
  }
  SB_ASSIGN_OR_RETURN(const auto parsed, alert::ParseManagerConfig(text, file, options));
  for (const std::string& warning : parsed->warnings) {
    if (grafana.empty()) {  // with it, they have been said already
      SB_LOG(kWarn, "configuration is read but not executed", {"what", warning});
    }
  }
  alert::EscalationPolicies escalations;
  if (!routing.escalations_file.empty()) {
    SB_ASSIGN_OR_RETURN(escalations, alert::ParseEscalations(routing.escalations,
                                                             routing.escalations_file, *parsed));
  }
  return manager_->Prepare(parsed, std::move(escalations));
}

base::Status AlertsPart::Prepare(const PartConfig& config) {
  const AlertmanagerSection& section = config.server.alertmanager;
  Routing routing;
  routing.text = alert::DefaultManagerConfig();
  routing.file = "default alertmanager.yml";
  routing.mode = section.matchers == "utf8"      ? alert::MatcherMode::kUtf8
                 : section.matchers == "classic" ? alert::MatcherMode::kClassic
                                                 : alert::MatcherMode::kFallback;
  if (!section.config.empty()) {
    routing.is_default = false;
    routing.file = section.config;
    routing.folder = base::ParentPath(section.config);
    SB_ASSIGN_OR_RETURN(routing.text, context_.env.files().ReadFile(section.config));
  }
  if (!section.escalations.empty()) {
    routing.escalations_file = section.escalations;
    SB_ASSIGN_OR_RETURN(routing.escalations, context_.env.files().ReadFile(section.escalations));
  }
  // The administrator's file alone must hold: its mistakes are named with its lines.
  auto built = Build(routing, "");
  reloaded_ = built.ok();
  SB_ASSIGN_OR_RETURN(prepared_, std::move(built));
  prepared_routing_ = std::move(routing);
  return base::OkStatus();
}

void AlertsPart::Commit() {
  const base::MutexLock lock(mutex_);
  routing_ = std::move(prepared_routing_);
  reloaded_at_ = context_.env.clock().Now().Value();
  if (!grafana_.empty()) {
    auto merged = Build(routing_, grafana_);
    if (merged.ok()) {
      return manager_->Commit(*std::move(merged));
    }
    SB_LOG(kError, "contact points and policies of Grafana are not in force",
           {"error", merged.status().message()});
  }
  manager_->Commit(std::move(prepared_));
}

base::Status AlertsPart::UseGrafanaRouting(std::string yaml) {
  const base::MutexLock lock(mutex_);
  if (yaml == grafana_) {
    return base::OkStatus();
  }
  if (routing_.text.empty()) {  // before the first Commit, which will use it
    grafana_ = std::move(yaml);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(auto merged, Build(routing_, yaml));
  manager_->Commit(std::move(merged));
  grafana_ = std::move(yaml);
  return base::OkStatus();
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

}  // namespace sb::server
