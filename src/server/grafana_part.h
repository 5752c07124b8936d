// SPDX-License-Identifier: Apache-2.0
//
// GrafanaPart answers Grafana's HTTP API on port 3000 and keeps the catalog in step with the
// provisioning folder of signalbox.yaml (`grafana: {provisioning: DIR}`): at the start, every ten
// seconds, and at a reload.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alert/provisioning/alerting_api.h"
#include "api/grafana/grafana_api.h"
#include "base/mutex.h"
#include "server/part.h"

namespace sb::server {

class GrafanaPart final : public Part {
 public:
  explicit GrafanaPart(const PartContext& context);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  void UseMainRoutes(std::shared_ptr<const net::Router> routes) override;
  base::Status Start() override;
  void Stop() override;

  // Before the doors open; outlives the requests.
  void UseFolderUsers(provisioning::AlertingApi* alerting) { folders_.alerting = alerting; }

 private:
  // Folders that hold alert rules are not deleted unless the rules are meant as well.
  struct AlertFolders final : public api::FolderUsers {
    uint64_t RulesIn(const std::string& folder_uid) override {
      return alerting == nullptr ? 0 : alerting->RulesIn(folder_uid);
    }
    base::Status DeleteRulesIn(const std::string& folder_uid) override {
      return RulesIn(folder_uid) == 0 ? base::OkStatus() : alerting->DeleteRulesIn(folder_uid);
    }
    provisioning::AlertingApi* alerting = nullptr;
  };
  // Applies the files and logs what changed; a notice is logged when it is new.
  void Reload() SB_EXCLUDES(mutex_);

  base::ThreadPool& background_pool_;
  std::shared_ptr<const net::Router> main_routes_;
  AlertFolders folders_;
  api::GrafanaApi api_;
  std::unique_ptr<base::TaskRunner> runner_;
  base::Mutex mutex_;
  std::vector<std::string> notices_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::server
