// SPDX-License-Identifier: Apache-2.0
#include "server/server_config.h"

#include <fmt/format.h>

#include "api/prometheus/query_dialect.h"
#include "base/log.h"
#include "config/error_list.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"
#include "server/doors.h"

namespace sb::server {

namespace {

using config::OptionInfo;
using config::OptionTable;
using config::Reload;

void CheckQuery(const config::Node& node, QuerySection* section, config::ErrorList& errors) {
  // The machine's size is only known later; any will do to check the spelling.
  if (const auto bytes = MemoryTotalBytes(section->memory_total, 1ULL << 40); !bytes.ok()) {
    const config::Node* at = node.Find("memory_total");
    errors.Add(at != nullptr ? *at : node, std::string(bytes.status().message()));
  }
  if (!api::QueryDialectOf(section->dialect).has_value()) {
    errors.Add(*node.Find("dialect"),
               fmt::format("unknown query dialect (promql, metricsql): {}", section->dialect));
  }
}

void CheckLog(const config::Node& node, LogSection* section, config::ErrorList& errors) {
  base::LogLevel level;
  if (!base::ParseLogLevel(section->level, &level)) {
    errors.Add(*node.Find("level"),
               fmt::format("unknown log level (debug, info, warn, error): {}", section->level));
  }
  if (section->format != "console" && section->format != "json") {
    errors.Add(*node.Find("format"),
               fmt::format("unknown log format (console, json): {}", section->format));
  }
}

void CheckTls(const config::Node& node, TlsSection* section, config::ErrorList& errors) {
  if (section->cert_file.empty() != section->key_file.empty()) {
    errors.Add(node, "cert_file and key_file go together");
  }
}

void CheckServer(const config::Node& node, ServerConfig* server, config::ErrorList& errors) {
  if (server->self_tracing.enabled && server->self_tracing.endpoint.empty() &&
      !server->tls.cert_file.empty()) {
    errors.Add(*node.Find("self_tracing"),
               "self_tracing.endpoint is needed with tls: an https:// URL by a name that the "
               "certificate holds");
  }
  const config::Node* doors = node.Find("doors");
  if (doors == nullptr) {
    return;
  }
  for (const config::Node::Entry& entry : doors->entries) {
    const base::Status status = CheckDoor(entry.key->text, server->doors[entry.key->text]);
    if (!status.ok()) {
      errors.Add(*entry.key, std::string(status.message()));
    }
  }
}

std::string Written(const config::Option& option, const void* section) {
  const config::NodePtr node = option.Write(section);
  return node == nullptr ? "" : config::WriteYaml(*node);
}

void CompareOptions(const config::OptionList& table, const std::string& prefix, const void* running,
                    const void* wanted, std::vector<std::string>* names) {
  for (const config::OptionPtr& option : table.options()) {
    if (option->info().reload == Reload::kAfterRestart &&
        Written(*option, running) != Written(*option, wanted)) {
      names->push_back(prefix + option->name());
    }
  }
}

std::string Resolve(const std::string& folder, const std::string& path) {
  return path.empty() ? path : base::JoinPath(folder, path);
}

}  // namespace

const OptionTable<PrometheusSection>& OptionsOf(const PrometheusSection*) {
  static const auto table =
      OptionTable<PrometheusSection>("prometheus")
          .Add("config", &PrometheusSection::config,
               {.sentence = "An unchanged prometheus.yml; its own paths are relative to it."})
          .Add("delayed_name_removal", &PrometheusSection::delayed_name_removal,
               {.sentence = "Keeps the metric name until the end of a query, as Prometheus does "
                            "with its feature flag of that name.",
                .default_text = "false",
                .reload = Reload::kAfterRestart})
          .Add("use_start_timestamps", &PrometheusSection::use_start_timestamps,
               {.sentence = "rate and its like trust the start timestamps of samples, and "
                            "start_timestamp() is allowed, as Prometheus does with its feature "
                            "flag of that name.",
                .default_text = "false",
                .reload = Reload::kAfterRestart})
          .Add("admin_api", &PrometheusSection::admin_api,
               {.sentence = "Allows deleting series and taking snapshots over HTTP.",
                .default_text = "false",
                .reload = Reload::kAfterRestart});
  return table;
}

const OptionTable<StorageSection>& OptionsOf(const StorageSection*) {
  static const auto table =
      OptionTable<StorageSection>("storage")
          .Add("series_max", &StorageSection::series_max,
               {.sentence = "New series beyond this number of live ones are refused; known ones "
                            "go on.",
                .default_text = "5000000",
                .min = 1,
                .reload = Reload::kAfterRestart})
          .Add("out_of_order_window", &StorageSection::out_of_order_window,
               {.sentence = "How far behind the newest sample of the store a sample may come out "
                            "of order; what is newer than the last of its series may be one hour "
                            "behind.",
                .default_text = "5m",
                .reload = Reload::kAfterRestart})
          .Add("exemplars_max", &StorageSection::exemplars_max,
               {.sentence = "Exemplars kept, the oldest go first.",
                .default_text = "100000",
                .reload = Reload::kAfterRestart})
          .Add("remote_write_bytes_max", &StorageSection::remote_write_bytes_max,
               {.sentence = "Disk for samples that receivers of remote_write have not taken yet; "
                            "above it the oldest are dropped and counted.",
                .default_text = "8GiB",
                .reload = Reload::kAfterRestart});
  return table;
}

const OptionTable<QuerySection>& OptionsOf(const QuerySection*) {
  static const auto table =
      OptionTable<QuerySection>("query")
          .Add("timeout", &QuerySection::timeout,
               {.sentence = "A query that takes longer is ended.",
                .default_text = "2m",
                .reload = Reload::kAfterRestart})
          .Add("lookback", &QuerySection::lookback,
               {.sentence = "How old the newest sample of a series may be to count as current.",
                .default_text = "5m",
                .reload = Reload::kAfterRestart})
          .Add("samples_max", &QuerySection::samples_max,
               {.sentence = "Samples that one query may hold in memory.",
                .default_text = "50000000",
                .min = 1,
                .reload = Reload::kAfterRestart})
          .Add("memory_total", &QuerySection::memory_total,
               {.sentence = "Memory that all queries together may hold: a share of the machine's "
                            "(or the control group's) or a size such as 2GB. No other query starts "
                            "while more than half of it is in use; rules always get theirs.",
                .default_text = "25%",
                .reload = Reload::kAfterRestart})
          .Add("memory_max", &QuerySection::memory_max,
               {.sentence = "Memory that one query may hold; by default half of memory_total.",
                .default_text = "",
                .reload = Reload::kAfterRestart})
          .Add("concurrency", &QuerySection::concurrency,
               {.sentence = "Queries that run at the same time; more wait.",
                .default_text = "4",
                .min = 1,
                .max = 256,
                .reload = Reload::kAfterRestart})
          .Add("queue_max", &QuerySection::queue_max,
               {.sentence = "PromQL queries that may wait; more are refused with 503.",
                .default_text = "1000",
                .min = 1,
                .max = 1'000'000,
                .reload = Reload::kAfterRestart})
          .Add("log_file", &QuerySection::log_file,
               {.sentence = "Where PromQL queries of clients are logged, one line of JSON each; "
                            "goes before global.query_log_file of prometheus.yml.",
                .default_text = ""})
          .Add("dialect", &QuerySection::dialect,
               {.sentence = "promql, or metricsql for the dialect of VictoriaMetrics; a request "
                            "chooses with dialect=. Rules are always PromQL.",
                .default_text = "promql",
                .reload = Reload::kAfterRestart})
          .Check(&CheckQuery);
  return table;
}

const OptionTable<LogSection>& OptionsOf(const LogSection*) {
  static const auto table =
      OptionTable<LogSection>("log")
          .Add("level", &LogSection::level,
               {.sentence = "debug, info, warn or error.", .default_text = "info"})
          .Add("format", &LogSection::format,
               {.sentence = "console or json.", .default_text = "console"})
          .Check(&CheckLog);
  return table;
}

const OptionTable<TlsSection>& OptionsOf(const TlsSection*) {
  static const auto table =
      OptionTable<TlsSection>("tls")
          .Add("cert_file", &TlsSection::cert_file,
               {.sentence = "Certificate chain (PEM) for every HTTP door; read again at a reload."})
          .Add("key_file", &TlsSection::key_file, {.sentence = "Its private key (PEM)."})
          .Check(&CheckTls);
  return table;
}

const OptionTable<SelfScrapeSection>& OptionsOf(const SelfScrapeSection*) {
  static const auto table =
      OptionTable<SelfScrapeSection>("self_scrape")
          .Add(
              "enabled", &SelfScrapeSection::enabled,
              {.sentence = "Scrapes its own /metrics as job signalbox, unless prometheus.yml has a "
                           "job of that name.",
               .default_text = "true"})
          .Add("interval", &SelfScrapeSection::interval,
               {.sentence = "How often.", .default_text = "15s"});
  return table;
}

const OptionTable<ServerConfig>& OptionsOf(const ServerConfig*) {
  static const auto table =
      OptionTable<ServerConfig>("signalbox.yaml")
          .Add("listen", &ServerConfig::listen,
               {.sentence = "HOST:PORT of the web UI and of every API under its name.",
                .default_text = "127.0.0.1:3000",
                .reload = Reload::kAfterRestart})
          .Add("doors", &ServerConfig::doors,
               {.sentence = "Other listeners: door name to HOST:PORT or off.",
                .reload = Reload::kAfterRestart})
          .Add("prometheus", &ServerConfig::prometheus, {.sentence = "Prometheus compatibility."})
          .Add("retention", &ServerConfig::retention, {.sentence = "What is kept how long."})
          .Add("storage", &ServerConfig::storage, {.sentence = "Limits of the store."})
          .Add("query", &ServerConfig::query, {.sentence = "Limits of queries."})
          .Add("log", &ServerConfig::log, {.sentence = "The program's own log on stderr."})
          .Add("tls", &ServerConfig::tls, {.sentence = "TLS of the HTTP doors."})
          .Add("self_scrape", &ServerConfig::self_scrape, {.sentence = "Its own metrics."})
          .Add("alertmanager", &ServerConfig::alertmanager,
               {.sentence = "Alertmanager compatibility."})
          .Add("grafana", &ServerConfig::grafana, {.sentence = "Grafana compatibility."})
          .Add("collector", &ServerConfig::collector,
               {.sentence = "OpenTelemetry Collector compatibility."})
          .Add("rules", &ServerConfig::rules, {.sentence = "Signalbox's own rules."})
          .Add("slo", &ServerConfig::slo, {.sentence = "Service level objectives."})
          .Add("anomalies", &ServerConfig::anomalies,
               {.sentence = "Queries whose series get bands of what is usual."})
          .Add("probes", &ServerConfig::probes, {.sentence = "blackbox_exporter compatibility."})
          .Add("traces", &ServerConfig::traces, {.sentence = "How spans are taken in."})
          .Add("logs", &ServerConfig::logs, {.sentence = "How log records are taken in."})
          .Add("self_tracing", &ServerConfig::self_tracing,
               {.sentence = "Spans of its own requests."})
          .Check(&CheckServer);
  return table;
}

base::Result<ServerConfig> ParseServerConfig(std::string_view text, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(text, path));
  config::ErrorList errors(path);
  ServerConfig config;
  if (!root->IsNull()) {
    OptionsOf(&config).Read(*root, &config, errors);
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  const std::string folder = base::ParentPath(path);
  config.prometheus.config = Resolve(folder, config.prometheus.config);
  config.logs.kubernetes.http.SetFolder(folder);
  config.query.log_file = Resolve(folder, config.query.log_file);
  config.alertmanager.config = Resolve(folder, config.alertmanager.config);
  config.alertmanager.escalations = Resolve(folder, config.alertmanager.escalations);
  config.grafana.provisioning = Resolve(folder, config.grafana.provisioning);
  config.collector.config = Resolve(folder, config.collector.config);
  config.probes.config = Resolve(folder, config.probes.config);
  for (LogTailSection& tail : config.logs.tail) {
    for (std::string& glob : tail.paths) {
      glob = Resolve(folder, glob);
    }
  }
  for (LogSyslogSection& syslog : config.logs.syslog) {
    syslog.cert_file = Resolve(folder, syslog.cert_file);
    syslog.key_file = Resolve(folder, syslog.key_file);
    syslog.client_ca_file = Resolve(folder, syslog.client_ca_file);
  }
  config.traces.sampling_strategies = Resolve(folder, config.traces.sampling_strategies);
  for (std::string& file : config.slo.files) {
    file = Resolve(folder, file);
  }
  config.tls.cert_file = Resolve(folder, config.tls.cert_file);
  config.tls.key_file = Resolve(folder, config.tls.key_file);
  return config;
}

base::Result<ServerConfig> LoadServerConfig(base::FileSystem& files, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  return ParseServerConfig(text, path);
}

std::vector<std::string> ChangesThatNeedRestart(const ServerConfig& running,
                                                const ServerConfig& wanted) {
  std::vector<std::string> names;
  CompareOptions(OptionsOf(&running), "", &running, &wanted, &names);
  CompareOptions(OptionsOf(&running.prometheus), "prometheus.", &running.prometheus,
                 &wanted.prometheus, &names);
  CompareOptions(OptionsOf(&running.retention), "retention.", &running.retention, &wanted.retention,
                 &names);
  CompareOptions(OptionsOf(&running.storage), "storage.", &running.storage, &wanted.storage,
                 &names);
  CompareOptions(OptionsOf(&running.query), "query.", &running.query, &wanted.query, &names);
  CompareOptions(OptionsOf(&running.alertmanager), "alertmanager.", &running.alertmanager,
                 &wanted.alertmanager, &names);
  CompareOptions(OptionsOf(&running.traces), "traces.", &running.traces, &wanted.traces, &names);
  CompareOptions(OptionsOf(&running.self_tracing), "self_tracing.", &running.self_tracing,
                 &wanted.self_tracing, &names);
  return names;
}

base::Result<uint64_t> MemoryTotalBytes(const std::string& text, uint64_t machine_bytes) {
  const base::Result<uint64_t> bytes = DiskLimitBytes(text, machine_bytes);
  if (!bytes.ok() || *bytes == 0) {
    return base::InvalidArgument(fmt::format(
        "memory_total must be a share from 1% to 100% or a size such as 2GB: {}", text));
  }
  return bytes;
}

}  // namespace sb::server
