// SPDX-License-Identifier: Apache-2.0
//
// The section `alerting`: which Alertmanagers get alerts, and how alerts are relabelled.
//
// Source: Prometheus config/config.go, AlertingConfig. Threads: values.
#pragma once

#include <string>
#include <vector>

#include "config/option_table.h"
#include "discovery/discovery_configs.h"
#include "ingest/scrape/remote_config.h"
#include "model/relabel.h"
#include "net/http_client_config.h"

namespace sb::scrape {

struct AlertmanagerConfig {
  net::HttpClientConfig http;
  CheckedSection sigv4;
  std::string scheme = "http";
  std::string path_prefix;
  base::DurationMs timeout{10'000};
  std::string api_version = "v2";
  discovery::DiscoveryConfigs discovery;
  std::vector<model::RelabelConfig> relabel_configs;
  std::vector<model::RelabelConfig> alert_relabel_configs;
  config::Position position;
};

struct AlertingConfig {
  std::vector<model::RelabelConfig> alert_relabel_configs;
  std::vector<AlertmanagerConfig> alertmanagers;
};

const config::OptionTable<AlertmanagerConfig>& OptionsOf(const AlertmanagerConfig*);
const config::OptionTable<AlertingConfig>& OptionsOf(const AlertingConfig*);

// What needs the global name validation. `node`: the section, null when absent.
void FinishAlertingConfig(const config::Node* node, model::NameValidation validation,
                          const AlertingConfig& alerting, config::ErrorList& errors);

}  // namespace sb::scrape
