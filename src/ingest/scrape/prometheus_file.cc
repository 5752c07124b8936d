// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/prometheus_file.h"

#include <map>
#include <set>
#include <utility>

#include "config/quote.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"
#include "discovery/glob.h"
#include "discovery/relabel_yaml.h"
#include "encoding/hash.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::NodePtr;
using config::OptionTable;

// A file of scrape_config_files.
struct ScrapeConfigFile {
  std::vector<ScrapeConfig> scrape_configs;
};

constexpr config::OptionInfo kScrapeConfigsInfo = {
    .sentence = "Jobs.", .null_item = "empty or null scrape config section"};

const OptionTable<ScrapeConfigFile>& OptionsOf(const ScrapeConfigFile*) {
  static const auto table =
      OptionTable<ScrapeConfigFile>("config.ScrapeConfigs")
          .Add("scrape_configs", &ScrapeConfigFile::scrape_configs, kScrapeConfigsInfo);
  return table;
}

// `*` may stand in the last part of a path only.
void CheckPathPatterns(const Node& root, const char* key, const std::vector<std::string>& patterns,
                       const char* what, ErrorList& errors) {
  const Node* list = root.Find(key);
  for (size_t i = 0; i < patterns.size(); ++i) {
    const size_t star = patterns[i].find('*');
    if (star != std::string::npos && patterns[i].find('/', star) != std::string::npos) {
      errors.Add(*list->items[i],
                 std::string("invalid ") + what + " " + config::GoQuote(patterns[i]));
    }
  }
}

void FinishScrapeConfigs(const Node& root, const GlobalConfig& global,
                         std::vector<ScrapeConfig>* configs, ErrorList& errors) {
  const Node* list = root.Find("scrape_configs");
  std::set<std::string> names;
  for (size_t i = 0; i < configs->size(); ++i) {
    ScrapeConfig& config = (*configs)[i];
    const Node& node = *list->items[i];
    FinishScrapeConfig(node, global, &config, errors);
    if (!names.insert(config.job_name).second) {
      errors.Add(node,
                 "found multiple scrape configs with job name " + config::GoQuote(config.job_name));
    }
  }
}

template <typename T>
void CheckUniqueNames(const std::vector<T>& configs, const char* what, ErrorList& errors) {
  std::set<std::string> names;
  for (const T& config : configs) {
    if (!config.name.empty() && !names.insert(config.name).second) {
      errors.Add(config.position, std::string("found multiple ") + what +
                                      " configs with job name " + config::GoQuote(config.name));
    }
  }
}

void CheckRemoteWrites(const Node& root, const PrometheusConfig& config,
                       model::NameValidation validation, ErrorList& errors) {
  CheckUniqueNames(config.remote_write, "remote write", errors);
  CheckUniqueNames(config.remote_read, "remote read", errors);
  const Node* list = root.Find("remote_write");
  for (size_t i = 0; i < config.remote_write.size(); ++i) {
    discovery::CheckRelabelConfigs(list->items[i]->Find("write_relabel_configs"),
                                   config.remote_write[i].write_relabel_configs, validation,
                                   errors);
  }
}

// Defaults and checks that cross sections; runs when every section was read without error.
void FinishConfig(const Node& root, PrometheusConfig* config, ErrorList& errors) {
  const Node* global = root.Find("global");
  FinishGlobalConfig(global != nullptr ? *global : root, &config->global, errors);
  CheckPathPatterns(root, "rule_files", config->rule_files, "rule file path", errors);
  CheckPathPatterns(root, "scrape_config_files", config->scrape_config_files,
                    "scrape config file path", errors);
  if (!errors.empty()) {
    return;
  }
  FinishScrapeConfigs(root, config->global, &config->scrape_configs, errors);
  const std::string& scheme = config->global.metric_name_validation_scheme;
  FinishAlertingConfig(root.Find("alerting"), NameValidationOf(scheme), config->alerting, errors);
  CheckRemoteWrites(root, *config, NameValidationOf(scheme), errors);
  const base::Status otlp = CheckTranslationStrategy(config->otlp, scheme == "legacy");
  if (!otlp.ok()) {
    const Node* section = root.Find("otlp");
    errors.Add(section != nullptr ? *section : root, std::string(otlp.message()));
  }
  if (!config->storage.tsdb) {
    config->storage.tsdb.emplace();
  }
  if (!config->storage.tsdb->retention) {
    config->storage.tsdb->retention.emplace().time = base::DurationMs(15LL * 86'400'000);
  }
}

void ExpandExternalLabels(const LoadOptions& options, PrometheusConfig* config) {
  const config::VariableLookup lookup =
      options.environment ? options.environment : [](std::string_view) { return std::string(); };
  for (auto& [name, value] : config->global.external_labels) {
    value = config::ExpandVariables(value, lookup);
  }
}

void SetFolder(const std::string& folder, PrometheusConfig* config) {
  const auto join = [&folder](std::string* path) { *path = discovery::JoinFolder(folder, *path); };
  join(&config->global.query_log_file);
  join(&config->global.scrape_failure_log_file);
  for (std::string& file : config->rule_files) {
    join(&file);
  }
  for (std::string& file : config->scrape_config_files) {
    join(&file);
  }
  for (ScrapeConfig& scrape : config->scrape_configs) {
    scrape.SetFolder(folder);
  }
  for (RemoteWriteConfig& write : config->remote_write) {
    write.http.SetFolder(folder);
  }
  for (RemoteReadConfig& read : config->remote_read) {
    read.http.SetFolder(folder);
  }
  for (AlertmanagerConfig& manager : config->alerting.alertmanagers) {
    manager.http.SetFolder(folder);
    manager.discovery.SetFolder(folder);
  }
  if (config->tracing) {
    join(&config->tracing->tls_config.ca_file);
    join(&config->tracing->tls_config.cert_file);
    join(&config->tracing->tls_config.key_file);
  }
}

using JobFiles = std::map<std::string, std::string>;  // job name -> where it was first found

base::Status IncludeFile(base::FileSystem& files, const std::string& path, JobFiles* jobs,
                         PrometheusConfig* config) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  SB_ASSIGN_OR_RETURN(const NodePtr root, config::ParseYaml(text, path));
  ErrorList errors(path);
  ScrapeConfigFile included;
  OptionsOf(static_cast<const ScrapeConfigFile*>(nullptr)).Read(*root, &included, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  FinishScrapeConfigs(*root, config->global, &included.scrape_configs, errors);
  for (ScrapeConfig& scrape : included.scrape_configs) {
    const auto [found, is_new] = jobs->emplace(scrape.job_name, config::GoQuote(path));
    if (!is_new) {
      errors.Add(scrape.position, "found multiple scrape configs with job name " +
                                      config::GoQuote(scrape.job_name) + ", first found in " +
                                      found->second);
    }
    scrape.SetFolder(base::ParentPath(path));
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  for (ScrapeConfig& scrape : included.scrape_configs) {
    config->included_scrape_configs.push_back(std::move(scrape));
  }
  return base::OkStatus();
}

base::Status IncludeScrapeConfigFiles(base::FileSystem& files, PrometheusConfig* config) {
  JobFiles jobs;
  for (const ScrapeConfig& scrape : config->scrape_configs) {
    jobs.emplace(scrape.job_name, "main config file");
  }
  for (const std::string& pattern : config->scrape_config_files) {
    for (const std::string& path : discovery::Glob(files, pattern)) {
      SB_RETURN_IF_ERROR(IncludeFile(files, path, &jobs, config));
    }
  }
  return base::OkStatus();
}

// What no code signs or authenticates for must not be sent without.
void AddRemoteWriteNotices(const Node& root, const std::string& file, PrometheusConfig* config) {
  const Node* destinations = root.Find("remote_write");
  if (destinations == nullptr) {
    return;
  }
  for (const config::NodePtr& destination : destinations->items) {
    const Node* url = destination->Find("url");
    for (const Node::Entry& entry : destination->entries) {
      const std::string& key = entry.key->text;
      if (key == "sigv4" || key == "azuread" || key == "google_iam") {
        config->notices.push_back(
            file + ":" + std::to_string(entry.key->position.line) + ": " + key +
            " is not yet supported by this version; nothing is sent to the remote_write at " +
            (url != nullptr ? url->text : "") +
            ". A proxy that signs requests can stand in between");
      }
    }
  }
}

void AddNotices(const Node& root, const std::string& file, PrometheusConfig* config) {
  const auto add = [config](std::vector<std::string> notices) {
    config->notices.insert(config->notices.end(), notices.begin(), notices.end());
  };
  for (const auto* configs : {&config->scrape_configs, &config->included_scrape_configs}) {
    for (const ScrapeConfig& scrape : *configs) {
      add(discovery::UnsupportedNotices(scrape.discovery, "job " + config::GoQuote(scrape.job_name),
                                        scrape.file));
    }
  }
  const auto add_log = [&](const std::string& path, const char* option) {
    if (!path.empty()) {
      add({file + ": " + option + " is not yet supported by this version; nothing is written to " +
           path});
    }
  };
  for (const auto* configs : {&config->scrape_configs, &config->included_scrape_configs}) {
    for (const ScrapeConfig& scrape : *configs) {
      add_log(scrape.scrape_failure_log_file, "scrape_failure_log_file");
    }
  }
  AddRemoteWriteNotices(root, file, config);
  const std::pair<const char*, const char*> sections[] = {
      {"remote_read", "nothing is read from there"}, {"tracing", "no span is sent"}};
  for (const auto& [key, consequence] : sections) {
    const Node* section = root.Find(key);
    if (section != nullptr && !section->IsNull()) {
      for (const Node::Entry& entry : root.entries) {
        if (entry.key->text == key) {
          add({file + ":" + std::to_string(entry.key->position.line) + ": " + key +
               " is read and checked, but not yet supported by this version; " + consequence});
        }
      }
    }
  }
}

}  // namespace

std::vector<std::shared_ptr<const ScrapeConfig>> PrometheusConfig::AllScrapeConfigs() const {
  std::vector<std::shared_ptr<const ScrapeConfig>> all;
  for (const auto* configs : {&scrape_configs, &included_scrape_configs}) {
    for (const ScrapeConfig& scrape : *configs) {
      all.push_back(std::make_shared<const ScrapeConfig>(scrape));
    }
  }
  return all;
}

base::Result<PrometheusConfig> ParsePrometheusFile(base::FileSystem& files, std::string_view text,
                                                   const std::string& path,
                                                   const LoadOptions& options) {
  SB_ASSIGN_OR_RETURN(const NodePtr root, config::ParseYaml(text, path));
  ErrorList errors(path);
  PrometheusConfig config;
  OptionsOf(static_cast<const PrometheusConfig*>(nullptr)).Read(*root, &config, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  ExpandExternalLabels(options, &config);
  SetFolder(base::ParentPath(path), &config);
  SB_RETURN_IF_ERROR(IncludeScrapeConfigFiles(files, &config));
  AddNotices(*root, path, &config);
  return config;
}

base::Result<PrometheusConfig> LoadPrometheusFile(base::FileSystem& files, const std::string& path,
                                                  const LoadOptions& options) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  return ParsePrometheusFile(files, text, path, options);
}

std::string PrintPrometheusConfig(const PrometheusConfig& config) {
  return config::WriteYaml(*config::Codec<PrometheusConfig>::Write(config));
}

std::string PrintScrapeConfig(const ScrapeConfig& config) {
  return config::WriteYaml(*config::Codec<ScrapeConfig>::Write(config));
}

const OptionTable<PrometheusConfig>& OptionsOf(const PrometheusConfig*) {
  using Config = PrometheusConfig;
  static const auto table =
      OptionTable<Config>("config.plain")
          .Add("global", &Config::global, {.sentence = "Defaults."})
          .Add("runtime", &Config::runtime, {.sentence = "Go runtime; no effect."})
          .Add("alerting", &Config::alerting, {.sentence = "Alertmanagers."})
          .Add("rule_files", &Config::rule_files, {.sentence = "Patterns of rule files."})
          .Add("scrape_config_files", &Config::scrape_config_files,
               {.sentence = "Patterns of files with more scrape_configs."})
          .Add("scrape_configs", &Config::scrape_configs, kScrapeConfigsInfo)
          .Add("storage", &Config::storage, {.sentence = "Retention and limits."})
          .Add("tracing", &Config::tracing, {.sentence = "Where spans go."})
          .Add("remote_write", &Config::remote_write,
               {.sentence = "Where samples go.",
                .null_item = "empty or null remote write config section"})
          .Add("remote_read", &Config::remote_read,
               {.sentence = "Where older samples come from.",
                .null_item = "empty or null remote read config section"})
          .Add("otlp", &Config::otlp, {.sentence = "How OTLP metrics are named."})
          .Check(&FinishConfig);
  return table;
}

}  // namespace sb::scrape
