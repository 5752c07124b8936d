// SPDX-License-Identifier: Apache-2.0
//
// The service discovery sections of a scrape or Alertmanager configuration: what runs (static,
// file, HTTP, DNS) as structs, what is only checked (sd_section.h) as what will be printed.
//
// A section inlines the table: OptionTable<ScrapeConfig>(…).Inline(&ScrapeConfig::discovery, …).
//
// Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/option_table.h"
#include "net/http_client_config.h"

namespace sb::discovery {

using LabelMap = std::map<std::string, std::string>;

struct StaticConfig {
  std::vector<std::string> targets;
  LabelMap labels;
  friend bool operator==(const StaticConfig&, const StaticConfig&) = default;
};

struct FileSdConfig {
  std::vector<std::string> files;  // patterns, `*` in the last part only
  base::DurationMs refresh_interval{300'000};
};

struct HttpSdConfig {
  net::HttpClientConfig http;
  base::DurationMs refresh_interval{60'000};
  std::string url;
};

struct DnsSdConfig {
  std::vector<std::string> names;
  base::DurationMs refresh_interval{30'000};
  std::string type = "SRV";  // SRV, A, AAAA, MX, NS in any case
  uint64_t port = 0;         // not used by SRV
};

// Read and checked, but not run.
struct UnsupportedSdConfig {
  std::string key;  // "kubernetes_sd_configs"
  config::Position position;
  config::NodePtr printed;
};

struct DiscoveryConfigs {
  std::vector<StaticConfig> static_configs;
  std::vector<FileSdConfig> file_sd_configs;
  std::vector<HttpSdConfig> http_sd_configs;
  std::vector<DnsSdConfig> dns_sd_configs;
  std::vector<UnsupportedSdConfig> unsupported;

  // Makes relative file names relative to `folder`.
  void SetFolder(const std::string& folder);
};

const config::OptionTable<DiscoveryConfigs>& OptionsOf(const DiscoveryConfigs*);
const config::OptionTable<StaticConfig>& OptionsOf(const StaticConfig*);
const config::OptionTable<FileSdConfig>& OptionsOf(const FileSdConfig*);
const config::OptionTable<HttpSdConfig>& OptionsOf(const HttpSdConfig*);
const config::OptionTable<DnsSdConfig>& OptionsOf(const DnsSdConfig*);

// A target address must be no URL: `"http://x" is not a valid hostname`.
base::Status CheckTargetAddress(const std::string& address);
// The same for every static target, with its place; `section` is where static_configs stands.
void CheckStaticTargets(const config::Node& section, config::ErrorList& errors);

// `kubernetes_sd_configs is not yet supported by this version; job "x" gets no targets from it`,
// each with file and line.
std::vector<std::string> UnsupportedNotices(const DiscoveryConfigs& configs,
                                            const std::string& used_by, const std::string& file);

// A relative `path` below `folder`; absolute and empty ones stay.
std::string JoinFolder(const std::string& folder, const std::string& path);

}  // namespace sb::discovery
