// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/prometheus_reference.h"

#include <span>

#include "discovery/http_client_yaml.h"
#include "discovery/relabel_yaml.h"
#include "discovery/sd_section.h"
#include "ingest/scrape/prometheus_file.h"

namespace sb::scrape {
namespace {

template <typename T>
void AddSection(const std::string& title, std::string* out) {
  *out += "\n### " + title + "\n\n" + OptionsOf(static_cast<const T*>(nullptr)).RenderReference();
}

// Scrape and Alertmanager sections repeat the HTTP client and discovery options of their own
// tables; here they are named once.
template <typename T>
void AddOwnOptions(const std::string& title, std::string* out) {
  std::string table = OptionsOf(static_cast<const T*>(nullptr)).RenderReference();
  std::string kept;
  for (size_t at = 0; at < table.size();) {
    const size_t end = table.find('\n', at) + 1;
    const std::string line = table.substr(at, end - at);
    at = end;
    const std::string name = line.substr(0, line.find(" |", 2));
    bool repeated =
        name.find("_sd_configs`") != name.npos || name.find("`static_configs`") != name.npos;
    for (const auto& option :
         OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)).options()) {
      repeated = repeated || name == "| `" + option->name() + "`";
    }
    kept += repeated ? "" : line;
  }
  *out += "\n### " + title + "\n\n" + kept +
          "\nAnd the options of [HTTP clients](#http-clients) and "
          "[service discovery](#service-discovery).\n";
}

void AddUnsupportedKinds(std::string* out) {
  *out += "\nRead and checked, but not run by this version:";
  const char* separator = " ";
  for (const discovery::SdKind* kind : discovery::UnsupportedSdKinds()) {
    *out += std::string(separator) + "`" + kind->key + "`";
    separator = ", ";
  }
  *out += ".\n";
}

}  // namespace

std::string PrometheusReferenceMarkdown() {
  std::string out;
  AddSection<PrometheusConfig>("The file", &out);
  AddSection<GlobalConfig>("global", &out);
  AddOwnOptions<ScrapeConfig>("scrape_configs", &out);
  AddSection<model::RelabelConfig>("relabel_configs and metric_relabel_configs", &out);
  AddSection<net::HttpClientConfig>("HTTP clients", &out);
  AddSection<net::TlsConfig>("tls_config", &out);
  out += "\n### Service discovery\n\nstatic_configs:\n\n";
  out += OptionsOf(static_cast<const discovery::StaticConfig*>(nullptr)).RenderReference();
  out += "\nfile_sd_configs:\n\n";
  out += OptionsOf(static_cast<const discovery::FileSdConfig*>(nullptr)).RenderReference();
  out +=
      "\nhttp_sd_configs, besides the options of an HTTP client: `url` and `refresh_interval` "
      "(1m).\n\ndns_sd_configs:\n\n";
  out += OptionsOf(static_cast<const discovery::DnsSdConfig*>(nullptr)).RenderReference();
  AddUnsupportedKinds(&out);
  AddSection<TsdbConfig>("storage.tsdb", &out);
  AddSection<RetentionConfig>("storage.tsdb.retention", &out);
  AddSection<ExemplarsConfig>("storage.exemplars", &out);
  AddOwnOptions<AlertmanagerConfig>("alerting.alertmanagers", &out);
  AddOwnOptions<RemoteWriteConfig>("remote_write", &out);
  AddSection<QueueConfig>("remote_write.queue_config", &out);
  AddSection<MetadataConfig>("remote_write.metadata_config", &out);
  AddOwnOptions<RemoteReadConfig>("remote_read", &out);
  AddSection<OtlpConfig>("otlp", &out);
  AddSection<TracingConfig>("tracing", &out);
  return out;
}

}  // namespace sb::scrape
