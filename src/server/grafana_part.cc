// SPDX-License-Identifier: Apache-2.0
#include "server/grafana_part.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"
#include "server/build_info.h"
#include "server/environment.h"
#include "server/server.h"

namespace sb::server {

namespace {

constexpr base::DurationMs kLookEvery = base::Seconds(10);

}  // namespace

GrafanaPart::GrafanaPart(const PartContext& context)
    : background_pool_(context.background_pool),
      api_({.version = std::string(Version()),
            .provisioning_folder = context.options.config.grafana.provisioning,
            .secret_key_file = base::JoinPath(context.options.data_folder, "secret.key"),
            .secret_key = ProcessEnvironment()("SIGNALBOX_SECRET_KEY")},
           {.env = context.env,
            .catalog = context.catalog,
            .client = context.client,
            .facades = [this] { return main_routes_.get(); },
            .environment = ProcessEnvironment(),
            .folder_users = &folders_}) {}

base::Status GrafanaPart::Prepare(const PartConfig&) {
  return base::OkStatus();
}

void GrafanaPart::Commit() {
  if (runner_ != nullptr) {
    // A full queue means that a reload waits already.
    (void)runner_->Post([this] { Reload(); });
  }
}

void GrafanaPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    api_.AddRoutes(router);
  }
}

void GrafanaPart::UseMainRoutes(std::shared_ptr<const net::Router> routes) {
  main_routes_ = std::move(routes);
}

base::Status GrafanaPart::Start() {
  runner_ = std::make_unique<base::TaskRunner>(background_pool_);
  SB_RETURN_IF_ERROR(runner_->Post([this] { Reload(); }));
  runner_->PostEvery(base::ToNs(kLookEvery), [this] { Reload(); });
  return base::OkStatus();
}

void GrafanaPart::Stop() {
  runner_.reset();
}

void GrafanaPart::Reload() {
  const base::Result<api::GrafanaApi::ReloadReport> report = api_.Reload();
  if (!report.ok()) {
    SB_LOG(kError, "provisioning failed", {"error", report.status().message()});
    return;
  }
  if (report->dashboards_changed + report->dashboards_removed > 0) {
    SB_LOG(kInfo, "dashboards provisioned", {"changed", report->dashboards_changed},
           {"removed", report->dashboards_removed});
  }
  base::MutexLock lock(mutex_);
  for (const std::string& notice : report->notices) {
    if (std::find(notices_.begin(), notices_.end(), notice) == notices_.end()) {
      SB_LOG(kWarn, "provisioning file is not used", {"what", notice});
    }
  }
  notices_ = report->notices;
}

}  // namespace sb::server
