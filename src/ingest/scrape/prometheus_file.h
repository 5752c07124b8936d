// SPDX-License-Identifier: Apache-2.0
//
// prometheus.yml as a whole: read, checked, with defaults filled in, and printed again.
//
//   LoadOptions options{.environment = …};
//   SB_ASSIGN_OR_RETURN(PrometheusConfig config, LoadPrometheusFile(env.files(), path, options));
//   for (const std::string& notice : config.notices) { /* what is read but not run, by line */ }
//   std::string yaml = PrintPrometheusConfig(config);    // secrets as <secret>
//
// Every error of the file is reported, one per line, as "file:line:column: message" with the
// wording of the reference. Certificates, passwords and rule files that it names are not opened;
// files of scrape_config_files are. Relative paths are relative to the file.
//
// Source: Prometheus config/config.go. Threads: pure functions but for the files they read.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "config/expand.h"
#include "config/option_table.h"
#include "ingest/scrape/alerting_config.h"
#include "ingest/scrape/global_config.h"
#include "ingest/scrape/remote_config.h"
#include "ingest/scrape/scrape_config.h"
#include "ingest/scrape/storage_config.h"

namespace sb::scrape {

struct PrometheusConfig {
  GlobalConfig global;
  RuntimeConfig runtime;
  AlertingConfig alerting;
  std::vector<std::string> rule_files;  // patterns
  std::vector<std::string> scrape_config_files;
  std::vector<ScrapeConfig> scrape_configs;  // of this file
  StorageConfig storage;
  std::optional<TracingConfig> tracing;
  std::vector<RemoteWriteConfig> remote_write;
  std::vector<RemoteReadConfig> remote_read;
  OtlpConfig otlp;

  // Jobs of scrape_config_files; not printed, as in the reference.
  std::vector<ScrapeConfig> included_scrape_configs;
  // What is read and checked but not run by this version, with file and line.
  std::vector<std::string> notices;

  // All jobs, ready to be given to ScrapeManager.
  std::vector<std::shared_ptr<const ScrapeConfig>> AllScrapeConfigs() const;
};

const config::OptionTable<PrometheusConfig>& OptionsOf(const PrometheusConfig*);

struct LoadOptions {
  // For external_labels. Not set: every variable is empty.
  config::VariableLookup environment;
};

base::Result<PrometheusConfig> LoadPrometheusFile(base::FileSystem& files, const std::string& path,
                                                  const LoadOptions& options);
// The same for text that is in memory; `files` serves scrape_config_files.
base::Result<PrometheusConfig> ParsePrometheusFile(base::FileSystem& files, std::string_view text,
                                                   const std::string& path,
                                                   const LoadOptions& options);

// Normalised YAML: what /api/v1/status/config shows.
std::string PrintPrometheusConfig(const PrometheusConfig& config);
// One job, what /api/v1/scrape_pools/config shows.
std::string PrintScrapeConfig(const ScrapeConfig& config);

}  // namespace sb::scrape
