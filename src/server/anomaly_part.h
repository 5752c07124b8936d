// SPDX-License-Identifier: Apache-2.0
//
// AnomalyPart runs the jobs of `anomalies` in signalbox.yaml, gives their alerts to the rules, and
// answers for graphs.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "alert/anomaly/anomaly_service.h"
#include "api/anomaly/anomaly_api.h"
#include "base/task_runner.h"
#include "server/part.h"
#include "server/rules_part.h"

namespace sb::server {

class AnomalyPart final : public Part {
 public:
  // `rules` outlives it.
  AnomalyPart(const PartContext& context, RulesPart& rules);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  base::Status Start() override;
  void Stop() override;

 private:
  struct Prepared {
    std::vector<anomaly::AnomalySpec> specs;
    std::vector<rules::GroupDefinition> groups;
  };

  RulesPart& rules_;
  anomaly::AnomalyService service_;
  api::AnomalyApi api_;
  std::unique_ptr<Prepared> prepared_;  // on the main thread or under the reload lock
  bool started_ = false;
  base::TaskRunner runner_;  // the last member: gone first
};

}  // namespace sb::server
