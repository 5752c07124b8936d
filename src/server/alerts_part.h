// SPDX-License-Identifier: Apache-2.0
//
// AlertsPart is the alert manager as a part of the program: it owns the manager, its journal
// (DATA/alerts), the threads that talk to receivers, and the Alertmanager door.
//
// Without `alertmanager.config` the built-in default is in force: alerts are kept and shown, nobody
// is told.
#pragma once

#include <memory>
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

 private:
  explicit AlertsPart(const PartContext& context) : context_(context) {}
  void AddInstruments();

  const PartContext context_;
  std::unique_ptr<base::ThreadPool> notify_pool_;
  std::unique_ptr<alert::Manager> manager_;
  std::unique_ptr<api::AlertmanagerApi> api_;
  std::unique_ptr<base::TaskRunner> ticking_;
  alert::Manager::Prepared prepared_;
  std::vector<base::Registry::Handle> instruments_;
};

}  // namespace sb::server
