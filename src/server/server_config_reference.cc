// SPDX-License-Identifier: Apache-2.0
#include "server/server_config_reference.h"

#include "server/doors.h"
#include "server/server_config.h"

namespace sb::server {

namespace {

// OptionsOf is found in the namespace of the section.
template <typename Section>
void AddSection(const char* title, std::string* out) {
  const Section* type = nullptr;
  out->append("\n## ").append(title).append("\n\n").append(OptionsOf(type).RenderReference());
}

void AddDoors(std::string* out) {
  out->append("\n## Names of doors\n\n| door | default |\n|---|---|\n");
  for (const Door& door : AllDoors()) {
    const std::string_view address = door.default_address.empty() ? "off" : door.default_address;
    out->append("| `").append(door.name).append("` | ").append(address).append(" |\n");
  }
}

}  // namespace

std::string ServerConfigMarkdown() {
  std::string out =
      "# signalbox.yaml: all options\n\n"
      "Generated from the tables that read the file. Paths are relative to the file. How files "
      "are\n"
      "written and checked: [configuration.md](configuration.md).\n";
  AddSection<ServerConfig>("Top level", &out);
  AddSection<PrometheusSection>("prometheus", &out);
  AddSection<RetentionSection>("retention", &out);
  AddSection<MetricsRetentionRule>("retention.metrics_rules", &out);
  AddSection<MetricsDownsampleRule>("retention.downsample", &out);
  AddSection<LogsRetentionRule>("retention.logs_rules", &out);
  AddSection<StorageSection>("storage", &out);
  AddSection<QuerySection>("query", &out);
  AddSection<LogSection>("log", &out);
  AddSection<TlsSection>("tls", &out);
  AddSection<SelfScrapeSection>("self_scrape", &out);
  AddSection<AlertmanagerSection>("alertmanager", &out);
  AddSection<GrafanaSection>("grafana", &out);
  AddSection<CollectorSection>("collector", &out);
  AddSection<RulesSection>("rules", &out);
  AddSection<SloSection>("slo", &out);
  AddSection<anomaly::AnomalySpec>("anomalies", &out);
  AddSection<anomaly::AnomalyAlert>("anomalies.alert", &out);
  AddSection<ProbesSection>("probes", &out);
  AddSection<TracesSection>("traces", &out);
  AddSection<LogsSection>("logs", &out);
  AddSection<LogTailSection>("logs.tail", &out);
  AddSection<LogKubernetesSection>("logs.kubernetes", &out);
  AddSection<LogSyslogSection>("logs.syslog", &out);
  AddSection<ingest::LogStageConfig>("logs.pipeline", &out);
  AddSection<SelfTracingSection>("self_tracing", &out);
  AddDoors(&out);
  return out;
}

}  // namespace sb::server
