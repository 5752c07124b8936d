// SPDX-License-Identifier: Apache-2.0
//
// The sections of signalbox.yaml that name an existing file of a replaced product. Paths come back
// relative to the folder of signalbox.yaml (server_config.h).
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/option_table.h"

namespace sb::server {

struct AlertmanagerSection {
  std::string config;  // path of an unchanged alertmanager.yml; empty: the built-in default
  std::string external_url;
  std::string escalations;  // path of the escalation policies; empty: none
  std::string matchers = "fallback";  // grammar of matchers
  base::DurationMs start_delay = base::DurationMs(0);
  base::DurationMs retention = base::Hours(120);
  uint64_t alerts_max = 200'000;
  uint64_t silences_max = 10'000;
};

struct GrafanaSection {
  std::string provisioning;  // folder with datasources/, dashboards/, alerting/; empty: none
};

struct CollectorSection {
  std::string config;  // path of an unchanged OpenTelemetry Collector file; empty: none
};

struct RulesSection {
  bool built_in = true;  // Signalbox's own rules, the Watchdog among them
};

struct SloSection {
  std::vector<std::string> files;  // globs of SLO definitions
};

struct ProbesSection {
  std::string config;                 // path of an unchanged blackbox.yml; empty: the built-in one
  std::string allow_targets = "any";  // any, public
};

struct TracesSection {
  bool metrics = true;  // Tempo's span metrics and service graph
  base::DurationMs metrics_interval = base::Seconds(5);
  uint64_t metrics_label_sets_max = 5'000;
  base::DurationMs clock_skew_max = base::DurationMs(0);
  std::string sampling_strategies;  // path of Jaeger's strategies file; empty: its default
};

struct SelfTracingSection {
  bool enabled = false;
  std::string endpoint;  // base URL of an OTLP/HTTP receiver; empty: its own door
  double sample_ratio = 0.1;
};

const config::OptionTable<AlertmanagerSection>& OptionsOf(const AlertmanagerSection*);
const config::OptionTable<GrafanaSection>& OptionsOf(const GrafanaSection*);
const config::OptionTable<CollectorSection>& OptionsOf(const CollectorSection*);
const config::OptionTable<RulesSection>& OptionsOf(const RulesSection*);
const config::OptionTable<SloSection>& OptionsOf(const SloSection*);
const config::OptionTable<ProbesSection>& OptionsOf(const ProbesSection*);
const config::OptionTable<TracesSection>& OptionsOf(const TracesSection*);
const config::OptionTable<SelfTracingSection>& OptionsOf(const SelfTracingSection*);

}  // namespace sb::server
