// SPDX-License-Identifier: Apache-2.0
//
// One entry of `scrape_configs`: a job. After FinishScrapeConfig every setting has its value, from
// the entry itself, the global section or the default.
//
// Source: Prometheus config/config.go, ScrapeConfig. Threads: values; published as shared const.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "discovery/discovery_configs.h"
#include "ingest/scrape/global_config.h"
#include "model/relabel.h"
#include "net/http_client_config.h"

namespace sb::scrape {

struct ScrapeConfig {
  std::string job_name;
  bool honor_labels = false;
  bool honor_timestamps = true;
  bool track_timestamps_staleness = false;
  std::map<std::string, std::vector<std::string>> params;
  base::DurationMs scrape_interval;
  base::DurationMs scrape_timeout;
  std::optional<std::vector<std::string>> scrape_protocols;
  std::string fallback_scrape_protocol;
  std::optional<bool> scrape_native_histograms;
  std::optional<bool> always_scrape_classic_histograms;
  std::optional<bool> convert_classic_histograms_to_nhcb;
  std::optional<bool> extra_scrape_metrics;
  std::string scrape_failure_log_file;
  std::string metrics_path = "/metrics";
  std::string scheme = "http";
  bool enable_compression = true;
  ScrapeLimits limits;
  uint64_t native_histogram_bucket_limit = 0;
  double native_histogram_min_bucket_factor = 0;
  std::string metric_name_validation_scheme;
  std::string metric_name_escaping_scheme;
  net::HttpClientConfig http;
  discovery::DiscoveryConfigs discovery;
  std::vector<model::RelabelConfig> relabel_configs;
  std::vector<model::RelabelConfig> metric_relabel_configs;

  // Where the entry stands, for messages.
  std::string file;
  config::Position position;
  // Of everything that was read, secrets included: equal ones need no restart.
  uint64_t fingerprint = 0;

  void SetFolder(const std::string& folder);
};

const config::OptionTable<ScrapeConfig>& OptionsOf(const ScrapeConfig*);

// Takes from `global` what the entry leaves open, and checks what needs both.
void FinishScrapeConfig(const config::Node& node, const GlobalConfig& global, ScrapeConfig* config,
                        config::ErrorList& errors);

}  // namespace sb::scrape
