// SPDX-License-Identifier: Apache-2.0
#include "server/anomaly_part.h"

#include <string>
#include <utility>

#include "store/catalog/catalog.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

AnomalyPart::AnomalyPart(const PartContext& context, RulesPart& rules)
    : rules_(rules),
      service_(
          {context.env, context.metrics, context.metric_writes, context.engine, context.catalog}),
      api_({context.env.clock(), service_, context.metrics, context.engine}),
      runner_(context.background_pool) {}

base::Status AnomalyPart::Prepare(const PartConfig& config) {
  auto prepared = std::make_unique<Prepared>();
  prepared->specs = config.server.anomalies;
  SB_RETURN_IF_ERROR(anomaly::CheckNames(prepared->specs));
  if (const std::string text = anomaly::AlertRules(prepared->specs); !text.empty()) {
    SB_ASSIGN_OR_RETURN(const rules::RuleFile file,
                        rules::ParseRuleFile(text, "anomalies", {.language = &rules_.promql()}));
    for (const rules::RuleGroupSpec& spec : file.groups) {
      SB_ASSIGN_OR_RETURN(rules::GroupDefinition group,
                          rules::CompileGroup(rules_.promql(), "anomalies", "anomalies", spec));
      prepared->groups.push_back(std::move(group));
    }
  }
  prepared_ = std::move(prepared);
  return base::OkStatus();
}

void AnomalyPart::Commit() {
  // At the start, rules wait until all doors are open.
  if (!started_ || prepared_ == nullptr) {
    return;
  }
  rules_.manager().Apply("anomalies", std::move(prepared_->groups));
  service_.Configure(std::move(prepared_->specs));
  prepared_.reset();
}

void AnomalyPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    api_.AddRoutes(router);
  }
}

base::Status AnomalyPart::Start() {
  started_ = true;
  Commit();
  runner_.PostEvery(base::ToNs(base::Seconds(1)), [this] { service_.Run(); });
  return base::OkStatus();
}

void AnomalyPart::Stop() {
  runner_.Shutdown();
}

}  // namespace sb::server
