// SPDX-License-Identifier: Apache-2.0
//
// The sections `storage`, `runtime`, `tracing` and `otlp` of prometheus.yml.
//
// Source: Prometheus config/config.go. Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "net/http_client_config.h"

namespace sb::scrape {

struct RetentionConfig {
  base::DurationMs time;  // 0: not set
  config::ByteSize size;  // 0: no limit
  double percentage = 0;  // of the disk; 0: no limit
};

struct ChunkEncodingConfig {
  std::string floats;  // "", xor, xor2: read for compatibility
};

struct TsdbConfig {
  base::DurationMs out_of_order_time_window;
  double stale_series_compaction_threshold = 0;
  ChunkEncodingConfig chunk_encoding;
  std::optional<RetentionConfig> retention;
};

struct ExemplarsConfig {
  int64_t max_exemplars = 100'000;
};

struct StorageConfig {
  std::optional<TsdbConfig> tsdb;
  std::optional<ExemplarsConfig> exemplars;
};

struct RuntimeConfig {
  int64_t gogc = 75;  // read for compatibility: there is no garbage collector here
};

struct TracingConfig {
  std::string client_type = "grpc";
  std::string endpoint;
  double sampling_fraction = 0;
  bool insecure = false;
  net::TlsConfig tls_config;
  std::map<std::string, std::string> headers;
  std::string compression;
  base::DurationMs timeout;
  config::Position position;
};

struct OtlpConfig {
  bool promote_all_resource_attributes = false;
  std::vector<std::string> promote_resource_attributes;
  std::vector<std::string> ignore_resource_attributes;
  std::string translation_strategy = "UnderscoreEscapingWithSuffixes";
  bool keep_identifying_resource_attributes = false;
  bool convert_histograms_to_nhcb = false;
  bool promote_scope_metadata = false;
  bool label_name_underscore_sanitization = true;
  bool label_name_preserve_multiple_underscores = true;
};

const config::OptionTable<RetentionConfig>& OptionsOf(const RetentionConfig*);
const config::OptionTable<ChunkEncodingConfig>& OptionsOf(const ChunkEncodingConfig*);
const config::OptionTable<TsdbConfig>& OptionsOf(const TsdbConfig*);
const config::OptionTable<ExemplarsConfig>& OptionsOf(const ExemplarsConfig*);
const config::OptionTable<StorageConfig>& OptionsOf(const StorageConfig*);
const config::OptionTable<RuntimeConfig>& OptionsOf(const RuntimeConfig*);
const config::OptionTable<TracingConfig>& OptionsOf(const TracingConfig*);
const config::OptionTable<OtlpConfig>& OptionsOf(const OtlpConfig*);

// What needs the global name validation: strategies that write UTF-8 names.
base::Status CheckTranslationStrategy(const OtlpConfig& otlp, bool legacy_names);

}  // namespace sb::scrape
