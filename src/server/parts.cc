// SPDX-License-Identifier: Apache-2.0
#include "server/alerts_part.h"
#include "server/anomaly_part.h"
#include "server/grafana_part.h"
#include "server/logs_api_part.h"
#include "server/logs_part.h"
#include "server/metrics_io_part.h"
#include "server/part.h"
#include "server/print_part.h"
#include "server/probe_part.h"
#include "server/rules_part.h"
#include "server/traces_api_part.h"
#include "server/traces_part.h"

namespace sb::server {

base::Result<std::vector<std::unique_ptr<Part>>> MakeParts(const PartContext& context) {
  std::vector<std::unique_ptr<Part>> parts;
  parts.push_back(std::make_unique<MetricsIoPart>(context));
  parts.push_back(std::make_unique<TracesPart>(context));
  parts.push_back(std::make_unique<TracesApiPart>(context));
  parts.push_back(std::make_unique<LogsPart>(context));
  parts.push_back(std::make_unique<LogsApiPart>(context));
  auto grafana = std::make_unique<GrafanaPart>(context);
  GrafanaPart& grafana_part = *grafana;
  parts.push_back(std::move(grafana));
  parts.push_back(std::make_unique<ProbePart>(context));
  parts.push_back(std::make_unique<PrintPart>(context));
  // Rules stop before the manager they put alerts into.
  SB_ASSIGN_OR_RETURN(std::unique_ptr<AlertsPart> alerts, AlertsPart::Open(context));
  alert::AlertSink* const sink = alerts->sink();
  RulesPart::UseRouting use_routing = [part = alerts.get()](std::string yaml) {
    return part->UseGrafanaRouting(std::move(yaml));
  };
  parts.push_back(std::move(alerts));
  auto rules = std::make_unique<RulesPart>(context, sink, std::move(use_routing));
  grafana_part.UseFolderUsers(&rules->grafana());
  RulesPart& rules_part = *rules;
  parts.push_back(std::move(rules));
  parts.push_back(std::make_unique<AnomalyPart>(context, rules_part));
  return parts;
}

}  // namespace sb::server
