// SPDX-License-Identifier: Apache-2.0
//
// AlertsPart is the alert manager as a part of the program: it owns the manager, its journal
// (DATA/alerts), the threads that talk to receivers, and the Alertmanager door.
//
// Without `alertmanager.config` the built-in default is in force: alerts are kept and shown, nobody
// is told.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alert/manager/manager.h"
#include "api/alertmanager/alertmanager_api.h"
#include "server/part.h"

namespace sb::server {

class AlertsPart final : public Part {
 public:
  // The journal cannot be opened: kDataLoss, kResourceExhausted, kUnavailable.
  static base::Result<std::unique_ptr<AlertsPart>> Open(const PartContext& context);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  base::Status Start() override;
  void Stop() override;

  // Where rules put what fires.
  alert::AlertSink* sink() { return manager_.get(); }
  alert::Manager& manager() { return *manager_; }
  // Contact points and policies of Grafana as an alertmanager.yml, "" for none; any thread. What
  // cannot be is refused, and what was in force stays.
  base::Status UseGrafanaRouting(std::string yaml) SB_EXCLUDES(mutex_);

 private:
  explicit AlertsPart(const PartContext& context) : context_(context) {}
  // alertmanager_metrics.cc
  void AddInstruments();
  void AddConfigInstruments();
  void AddStateInstruments();
  void AddNotificationInstruments();
  std::function<void(std::string_view integration, double seconds)> AttemptObserver();
  // alertmanager.yml and the policies of escalation.
  struct Routing {
    std::string text;
    std::string file;
    std::string folder;
    std::string escalations_file;
    std::string escalations;
    alert::MatcherMode mode = alert::MatcherMode::kFallback;
    bool is_default = true;
  };
  base::Result<alert::Manager::Prepared> Build(const Routing& routing, const std::string& grafana);

  const PartContext context_;
  std::unique_ptr<base::ThreadPool> notify_pool_;
  std::unique_ptr<alert::Manager> manager_;
  std::unique_ptr<api::AlertmanagerApi> api_;
  std::unique_ptr<base::TaskRunner> ticking_;
  alert::Manager::Prepared prepared_;
  Routing prepared_routing_;
  std::atomic<bool> reloaded_ = true;     // the last reload was taken
  std::atomic<int64_t> reloaded_at_ = 0;  // in nanoseconds
  base::Mutex mutex_;
  Routing routing_ SB_GUARDED_BY(mutex_);
  std::string grafana_ SB_GUARDED_BY(mutex_);
  std::vector<base::Registry::Handle> instruments_;
};

}  // namespace sb::server
