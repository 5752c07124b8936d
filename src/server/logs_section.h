// SPDX-License-Identifier: Apache-2.0
//
// `logs:` of signalbox.yaml: which files to follow, where syslog listens, the stages that records
// pass, and what ingest finds out by itself.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/byte_size.h"
#include "config/option_table.h"
#include "ingest/pipeline/log_stage_config.h"
#include "net/http_client_config.h"

namespace sb::server {

struct LogTailSection {
  std::vector<std::string> paths;
  std::vector<std::string> exclude;
  std::map<std::string, std::string> labels;
  std::string format = "auto";  // auto, raw, docker, cri
  bool read_from_head = true;
  std::string multiline_start;  // RE2; empty: a line is a record
  uint64_t multiline_lines_max = 500;
  base::DurationMs flush_after = base::Seconds(3);
};

struct LogSyslogSection {
  std::string listen;  // tcp://HOST:PORT, udp://…, tls://…
  std::map<std::string, std::string> labels;
  std::string cert_file;       // tls
  std::string key_file;        // tls
  std::string client_ca_file;  // tls: clients must show a certificate signed by it
};

// Where the Kubernetes API is, and what of it lines get.
struct LogKubernetesSection {
  bool enabled = false;
  std::string api;  // empty: that of the cluster that the process runs in
  std::string node;
  bool pod_labels = true;
  std::vector<std::string> annotations;
  base::DurationMs refresh = base::Seconds(300);
  base::DurationMs timeout = base::Seconds(3);
  net::HttpClientConfig http;
};

struct LogsSection {
  std::vector<LogTailSection> tail;
  base::DurationMs tail_interval = base::DurationMs(250);
  LogKubernetesSection kubernetes;
  std::vector<LogSyslogSection> syslog;
  std::vector<ingest::LogStageConfig> pipeline;
  bool discover_service_name = true;
  bool detect_levels = true;
  bool detect_trace_ids = true;
  config::ByteSize line_bytes_max{4 << 20};
  base::DurationMs delete_cancel_period = base::Seconds(24 * 3600);
};

const config::OptionTable<LogTailSection>& OptionsOf(const LogTailSection*);
const config::OptionTable<LogSyslogSection>& OptionsOf(const LogSyslogSection*);
const config::OptionTable<LogKubernetesSection>& OptionsOf(const LogKubernetesSection*);
const config::OptionTable<LogsSection>& OptionsOf(const LogsSection*);

}  // namespace sb::server
