// SPDX-License-Identifier: Apache-2.0
//
// RulesPart evaluates rules: those of prometheus.yml, those that people store through the ruler
// API, those of service level objectives, and Signalbox's own; what fires goes to the built-in
// alert manager and to the Alertmanagers of prometheus.yml. It keeps the budgets of the objectives
// up to date.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alert/manager/alert_sink.h"
#include "alert/provisioning/alerting_api.h"
#include "alert/rules/alertmanager_sender.h"
#include "alert/rules/logql_language.h"
#include "alert/rules/promql_language.h"
#include "alert/rules/rule_manager.h"
#include "alert/rules/stored_rules.h"
#include "alert/rules/traceql_language.h"
#include "api/prometheus/rules_api.h"
#include "api/slo/slo_api.h"
#include "base/mutex.h"
#include "discovery/dns_resolver.h"
#include "server/part.h"
#include "slo/slo_service.h"

namespace sb::server {

class RulesPart final : public Part {
 public:
  // Takes contact points and policies of Grafana as an alertmanager.yml.
  using UseRouting = std::function<base::Status(std::string yaml)>;
  // `maybe_alerts`: the built-in alert manager; outlives the part.
  RulesPart(const PartContext& context, alert::AlertSink* maybe_alerts, UseRouting use_routing);
  ~RulesPart() override;

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  base::Status Start() override;
  void Stop() override;

  rules::RuleManager& manager() { return *manager_; }
  const rules::PromqlLanguage& promql() const { return promql_; }
  provisioning::AlertingApi& grafana() { return *grafana_api_; }

 private:
  class Fanout;
  struct Prepared {
    std::vector<rules::GroupDefinition> groups;
    rules::RuleSettings settings;
    std::vector<scrape::AlertmanagerConfig> alertmanagers;
    model::RelabelRules relabel;
    model::NameValidation names = model::NameValidation::kUtf8;
    slo::LoadedSlos slos;
    // Names and texts of Grafana's alerting files.
    std::vector<std::pair<std::string, std::string>> alerting_files;
    bool built_in = true;
  };
  rules::RuleSettings SettingsOf(const PartConfig& config) const;
  base::Status ApplyStored();
  base::Status KeepHistory(const rules::MemoryStore& written);
  // Rules of all objectives; measures them soon.
  void ApplySlos();
  void ApplyGrafana();
  void PutInForce(Prepared prepared);

  const PartContext context_;
  const UseRouting use_routing_;
  const rules::PromqlLanguage promql_;
  const rules::LogqlLanguage logql_;
  const rules::TraceqlLanguage traceql_;
  discovery::SystemDnsResolver dns_;
  std::unique_ptr<rules::AlertmanagerSender> sender_;
  std::unique_ptr<Fanout> fanout_;
  std::unique_ptr<rules::RuleManager> manager_;
  std::unique_ptr<rules::StoredRules> stored_;
  std::unique_ptr<api::RulesApi> api_;
  std::unique_ptr<provisioning::AlertingStore> grafana_;
  std::unique_ptr<provisioning::AlertingApi> grafana_api_;
  std::unique_ptr<slo::SloService> slos_;
  std::unique_ptr<api::SloApi> slo_api_;
  base::Mutex stored_mutex_;            // one change of the stored rules at a time
  std::unique_ptr<Prepared> prepared_;  // on the main thread or under the reload lock
  bool started_ = false;
  std::unique_ptr<base::TaskRunner> measuring_;  // the last member: gone first
};

}  // namespace sb::server
