// SPDX-License-Identifier: Apache-2.0
//
// An alert manager on a simulated clock, with hooks for receivers, and its API, for tests to derive
// from:
//
//   OpenManager(kConfig);
//   api_->AddRoutes(&router_);
//   EXPECT_EQ(Call("GET", "/api/v2/alerts").status, 200);
#pragma once

#include <memory>
#include <string>

#include "alert/manager/testing/hook_notifier.h"
#include "api/alertmanager/alertmanager_api.h"
#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"

namespace sb::api {

class ApiOfManager {
 protected:
  // Anew, as a restart does: what is in the folder stays.
  void OpenManager(const char* config_text, const char* maybe_escalations = nullptr) {
    api_.reset();
    manager_.reset();
    alert::Manager::Options options;
    options.env = &env_;
    options.folder = "/alerts";
    options.make_notifier = recorder_.Factory(&env_);
    manager_ = std::move(alert::Manager::Open(options)).value();
    const auto config = *alert::ParseManagerConfig(config_text, "am.yml", {});
    alert::EscalationPolicies escalations;
    if (maybe_escalations != nullptr) {
      escalations = *alert::ParseEscalations(maybe_escalations, "e.yml", *config);
    }
    manager_->Commit(*manager_->Prepare(config, escalations));
    api_ = std::make_unique<AlertmanagerApi>(manager_.get(), AlertmanagerApi::Options{"1", ""});
    router_ = net::Router();
  }
  net::HttpResponse Call(const std::string& method, const std::string& target,
                         const std::string& body = "") {
    return Serve(router_, MakeRequest(method, target, body, "application/json"));
  }

  base::SimulatedEnv env_{3};
  alert::HookRecorder recorder_;
  std::unique_ptr<alert::Manager> manager_;
  std::unique_ptr<AlertmanagerApi> api_;
  net::Router router_;
};

}  // namespace sb::api
