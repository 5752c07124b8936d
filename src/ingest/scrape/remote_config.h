// SPDX-License-Identifier: Apache-2.0
//
// The sections `remote_write` and `remote_read`: read and checked, not yet run.
//
// Source: Prometheus config/config.go. Threads: values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "model/relabel.h"
#include "net/http_client_config.h"

namespace sb::scrape {

struct QueueConfig {
  int64_t capacity = 10'000;
  int64_t max_shards = 50;
  int64_t min_shards = 1;
  int64_t max_samples_per_send = 2'000;
  base::DurationMs batch_send_deadline{5'000};
  base::DurationMs min_backoff{30};
  base::DurationMs max_backoff{5'000};
  bool retry_on_http_429 = false;
  base::DurationMs sample_age_limit;
};

struct MetadataConfig {
  bool send = true;
  base::DurationMs send_interval{60'000};
  int64_t max_samples_per_send = 2'000;
};

// A section that is only checked and printed (sigv4, azuread, google_iam).
struct CheckedSection {
  config::NodePtr printed;  // null: absent
};

struct RemoteWriteConfig {
  std::string url;
  base::DurationMs remote_timeout{30'000};
  std::map<std::string, std::string> headers;
  std::vector<model::RelabelConfig> write_relabel_configs;
  std::string name;
  bool send_exemplars = false;
  bool send_native_histograms = false;
  bool round_robin_dns = false;
  std::string protobuf_message = "prometheus.WriteRequest";
  bool failed_request_logging = false;
  net::HttpClientConfig http = DefaultHttp();
  QueueConfig queue_config;
  MetadataConfig metadata_config;
  CheckedSection sigv4;
  CheckedSection azuread;
  CheckedSection google_iam;
  config::Position position;

  static net::HttpClientConfig DefaultHttp();  // without HTTP/2
};

struct RemoteReadConfig {
  std::string url;
  base::DurationMs remote_timeout{60'000};
  uint64_t chunked_read_limit = 50'000'000;
  std::map<std::string, std::string> headers;
  bool read_recent = false;
  std::string name;
  net::HttpClientConfig http;
  std::map<std::string, std::string> required_matchers;
  bool filter_external_labels = true;
  config::Position position;
};

const config::OptionTable<QueueConfig>& OptionsOf(const QueueConfig*);
const config::OptionTable<MetadataConfig>& OptionsOf(const MetadataConfig*);
const config::OptionTable<RemoteWriteConfig>& OptionsOf(const RemoteWriteConfig*);
const config::OptionTable<RemoteReadConfig>& OptionsOf(const RemoteReadConfig*);

// Header names that a section may not set. Empty status when `headers` are fine.
base::Status CheckTracingHeaders(const std::map<std::string, std::string>& headers);

// Codec of the sections that are described by an SdKind.
template <typename Kind>
struct CheckedSectionCodec {
  static void Read(const config::Node& node, const config::OptionInfo&, CheckedSection* out,
                   config::ErrorList& errors) {
    if (!node.IsNull()) {
      out->printed = Kind::Read(node, errors);
    }
  }
  static config::NodePtr Write(const CheckedSection& value) { return value.printed; }
  static bool IsEmpty(const CheckedSection& value) { return value.printed == nullptr; }
  static std::string TypeName() { return Kind::Name(); }
};

struct SigV4Section {
  static config::NodePtr Read(const config::Node& node, config::ErrorList& errors);
  static std::string Name() { return "sigv4"; }
};

}  // namespace sb::scrape
