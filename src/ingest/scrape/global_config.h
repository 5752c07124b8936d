// SPDX-License-Identifier: Apache-2.0
//
// The `global` section of prometheus.yml: what scrape configurations and rules fall back to.
//
// Source: Prometheus config/config.go, GlobalConfig. Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/option_table.h"
#include "model/relabel.h"

namespace sb::scrape {

// Limits that a scrape configuration may set and else takes from the global section. 0: no limit.
struct ScrapeLimits {
  config::ByteSize body_size_limit;
  uint64_t sample_limit = 0;
  uint64_t target_limit = 0;
  uint64_t label_limit = 0;
  uint64_t label_name_length_limit = 0;
  uint64_t label_value_length_limit = 0;
  uint64_t keep_dropped_targets = 0;
};

struct GlobalConfig {
  base::DurationMs scrape_interval;  // 0 until filled in
  base::DurationMs scrape_timeout;
  base::DurationMs evaluation_interval;
  base::DurationMs rule_query_offset;
  std::optional<std::vector<std::string>> scrape_protocols;
  std::string query_log_file;
  std::string scrape_failure_log_file;
  std::map<std::string, std::string> external_labels;
  ScrapeLimits limits;
  std::string metric_name_validation_scheme;  // "utf8" or "legacy" once filled in
  std::string metric_name_escaping_scheme;
  std::optional<bool> scrape_native_histograms;
  bool convert_classic_histograms_to_nhcb = false;
  bool always_scrape_classic_histograms = false;
  std::optional<bool> extra_scrape_metrics;
};

const config::OptionTable<GlobalConfig>& OptionsOf(const GlobalConfig*);
const config::OptionTable<ScrapeLimits>& OptionsOf(const ScrapeLimits*);

// Checks the section and fills in what it leaves out. `node`: the section, or the whole file.
void FinishGlobalConfig(const config::Node& node, GlobalConfig* global, config::ErrorList& errors);

// "scrape_protocols: unknown scrape protocol x, supported: […]" and the like.
base::Status CheckScrapeProtocols(const std::vector<std::string>& protocols);
base::Status CheckScrapeProtocol(const std::string& protocol);

model::NameValidation NameValidationOf(const std::string& scheme);
bool IsEscapingScheme(const std::string& scheme);

// "utf8", "legacy" or nothing; an error that names the type else.
struct ValidationSchemeCodec {
  static void Read(const config::Node& node, const config::OptionInfo& info, std::string* out,
                   config::ErrorList& errors);
  static config::NodePtr Write(const std::string& value) { return config::MakeString(value); }
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "validation scheme"; }
};

// A string that type errors call by the reference's type name.
struct ScrapeProtocolCodec {
  static void Read(const config::Node& node, const config::OptionInfo& info, std::string* out,
                   config::ErrorList& errors);
  static config::NodePtr Write(const std::string& value) { return config::MakeString(value); }
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "scrape protocol"; }
};

}  // namespace sb::scrape
