// SPDX-License-Identifier: Apache-2.0
//
// signalbox.yaml: the options of the program, each declared once in server_config.cc (name, type,
// default, bounds, sentence); docs/configuration.md shows the same table.
//
//   SB_ASSIGN_OR_RETURN(ServerConfig config, LoadServerConfig(files, "signalbox.yaml"));
//
// kInvalidArgument lists everything that is wrong, one `file:line:column: message` a line. Paths in
// the file are relative to the folder that holds it; they come back absolute or relative to the
// working folder. Secrets are never in this file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "alert/anomaly/anomaly_spec.h"
#include "base/env.h"
#include "base/status.h"
#include "base/time.h"
#include "config/byte_size.h"
#include "config/option_table.h"
#include "server/logs_section.h"
#include "server/product_sections.h"
#include "server/retention_section.h"

namespace sb::server {

struct PrometheusSection {
  std::string config;  // path of an unchanged prometheus.yml; empty: none
  bool delayed_name_removal = false;
  bool use_start_timestamps = false;
  bool admin_api = false;
};

struct StorageSection {
  uint64_t series_max = 5'000'000;
  base::DurationMs out_of_order_window = base::Minutes(5);
  uint64_t exemplars_max = 100'000;
  config::ByteSize remote_write_bytes_max{int64_t{8} << 30};
};

struct QuerySection {
  base::DurationMs timeout = base::Minutes(2);
  base::DurationMs lookback = base::Minutes(5);
  uint64_t samples_max = 50'000'000;
  std::string memory_total = "25%";  // of the machine's memory, or "2GB"
  config::ByteSize memory_max;       // of one query; 0: half of the total
  uint64_t concurrency = 4;
  uint64_t queue_max = 1'000;
  std::string log_file;  // empty: global.query_log_file of prometheus.yml
  std::string dialect = "promql";
};

struct LogSection {
  std::string level = "info";
  std::string format = "console";
};

struct TlsSection {
  std::string cert_file;
  std::string key_file;
};

struct SelfScrapeSection {
  bool enabled = true;
  base::DurationMs interval = base::Seconds(15);
};

struct ServerConfig {
  std::string listen = "127.0.0.1:3000";
  std::map<std::string, std::string> doors;  // door name -> HOST:PORT or "off"
  PrometheusSection prometheus;
  RetentionSection retention;
  StorageSection storage;
  QuerySection query;
  LogSection log;
  TlsSection tls;
  SelfScrapeSection self_scrape;
  AlertmanagerSection alertmanager;
  GrafanaSection grafana;
  CollectorSection collector;
  RulesSection rules;
  SloSection slo;
  ProbesSection probes;
  TracesSection traces;
  LogsSection logs;
  SelfTracingSection self_tracing;
  std::vector<anomaly::AnomalySpec> anomalies;
};

// The declared options, for the reference page.
const config::OptionTable<PrometheusSection>& OptionsOf(const PrometheusSection*);
const config::OptionTable<StorageSection>& OptionsOf(const StorageSection*);
const config::OptionTable<QuerySection>& OptionsOf(const QuerySection*);
const config::OptionTable<LogSection>& OptionsOf(const LogSection*);
const config::OptionTable<TlsSection>& OptionsOf(const TlsSection*);
const config::OptionTable<SelfScrapeSection>& OptionsOf(const SelfScrapeSection*);
const config::OptionTable<ServerConfig>& OptionsOf(const ServerConfig*);

base::Result<ServerConfig> ParseServerConfig(std::string_view text, const std::string& path);
base::Result<ServerConfig> LoadServerConfig(base::FileSystem& files, const std::string& path);

// Names ("query.timeout") of the options that differ and that a reload cannot change.
std::vector<std::string> ChangesThatNeedRestart(const ServerConfig& running,
                                                const ServerConfig& wanted);

// What `query.memory_total` says in bytes on a machine with so much memory.
base::Result<uint64_t> MemoryTotalBytes(const std::string& text, uint64_t machine_bytes);
}  // namespace sb::server
