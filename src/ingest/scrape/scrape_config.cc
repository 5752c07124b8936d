// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_config.h"

#include <algorithm>

#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "discovery/relabel_yaml.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;
using config::Shown;

const std::vector<std::string> kDefaultProtocols = {"OpenMetricsText1.0.0", "OpenMetricsText0.0.1",
                                                    "PrometheusText1.0.0", "PrometheusText0.0.4"};

const Node& At(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

// What can be said about an entry alone.
void CheckScrapeConfig(const Node& node, ScrapeConfig* config, ErrorList& errors) {
  config->position = node.position;
  config->file = errors.file();
  if (config->job_name.empty()) {
    errors.Add(At(node, "job_name"), "job_name is empty");
    return;
  }
  discovery::CheckHttpClient(node, &config->http, errors);
  if (config->relabel_configs.empty()) {
    discovery::CheckStaticTargets(node, errors);
  }
}

std::string ForJob(const ScrapeConfig& config) {
  return " for scrape config with job name " + config::GoQuote(config.job_name);
}

template <typename T>
void Inherit(T* value, const T& fallback) {
  if (*value == T{}) {
    *value = fallback;
  }
}

void InheritLimits(const ScrapeLimits& global, ScrapeLimits* limits) {
  Inherit(&limits->body_size_limit, global.body_size_limit);
  Inherit(&limits->sample_limit, global.sample_limit);
  Inherit(&limits->target_limit, global.target_limit);
  Inherit(&limits->label_limit, global.label_limit);
  Inherit(&limits->label_name_length_limit, global.label_name_length_limit);
  Inherit(&limits->label_value_length_limit, global.label_value_length_limit);
  Inherit(&limits->keep_dropped_targets, global.keep_dropped_targets);
}

void FinishTimes(const Node& node, const GlobalConfig& global, ScrapeConfig* config,
                 ErrorList& errors) {
  Inherit(&config->scrape_interval, global.scrape_interval);
  if (config->scrape_timeout > config->scrape_interval) {
    errors.Add(At(node, "scrape_timeout"),
               "scrape timeout greater than scrape interval" + ForJob(*config));
  }
  Inherit(&config->scrape_timeout, std::min(global.scrape_timeout, config->scrape_interval));
}

void FinishProtocols(const Node& node, const GlobalConfig& global, ScrapeConfig* config,
                     ErrorList& errors) {
  if (!config->scrape_protocols) {
    config->scrape_protocols = global.scrape_protocols;
  }
  if (!config->scrape_protocols) {
    config->scrape_protocols = kDefaultProtocols;
    if (*config->scrape_native_histograms) {
      config->scrape_protocols->insert(config->scrape_protocols->begin(), "PrometheusProto");
    }
  }
  base::Status status = CheckScrapeProtocols(*config->scrape_protocols);
  if (!status.ok()) {
    errors.Add(At(node, "scrape_protocols"), std::string(status.message()) + ForJob(*config));
  }
  if (!config->fallback_scrape_protocol.empty()) {
    status = CheckScrapeProtocol(config->fallback_scrape_protocol);
    if (!status.ok()) {
      errors.Add(At(node, "fallback_scrape_protocol"), "invalid fallback_scrape_protocol" +
                                                           ForJob(*config) + ": " +
                                                           std::string(status.message()));
    }
  }
}

void FinishNames(const Node& node, const GlobalConfig& global, ScrapeConfig* config,
                 ErrorList& errors) {
  // A job that only says "legacy" must not inherit the global wish for UTF-8 names.
  const bool own_validation = !config->metric_name_validation_scheme.empty();
  Inherit(&config->metric_name_validation_scheme, global.metric_name_validation_scheme);
  const bool legacy = config->metric_name_validation_scheme == "legacy";
  if (config->metric_name_escaping_scheme.empty()) {
    const std::string by_validation = legacy ? "underscores" : "allow-utf-8";
    config->metric_name_escaping_scheme =
        own_validation ? by_validation : global.metric_name_escaping_scheme;
  }
  const std::string& escaping = config->metric_name_escaping_scheme;
  if (escaping == "allow-utf-8" && legacy) {
    errors.Add(At(node, "metric_name_escaping_scheme"),
               "utf8 metric names requested but validation scheme is not set to UTF8");
  } else if (!IsEscapingScheme(escaping)) {
    errors.Add(At(node, "metric_name_escaping_scheme"),
               "unknown scrape config name escaping method specified, must be one of "
               "'allow-utf-8', 'underscores', 'dots', or 'values', got " +
                   config::GoQuote(escaping));
  }
}

}  // namespace

void ScrapeConfig::SetFolder(const std::string& folder) {
  discovery.SetFolder(folder);
  http.SetFolder(folder);
  scrape_failure_log_file = discovery::JoinFolder(folder, scrape_failure_log_file);
}

void FinishScrapeConfig(const Node& node, const GlobalConfig& global, ScrapeConfig* config,
                        ErrorList& errors) {
  FinishTimes(node, global, config, errors);
  InheritLimits(global.limits, &config->limits);
  Inherit(&config->scrape_failure_log_file, global.scrape_failure_log_file);
  Inherit(&config->scrape_native_histograms, global.scrape_native_histograms);
  Inherit(&config->extra_scrape_metrics, global.extra_scrape_metrics);
  Inherit(&config->convert_classic_histograms_to_nhcb,
          std::optional<bool>(global.convert_classic_histograms_to_nhcb));
  Inherit(&config->always_scrape_classic_histograms,
          std::optional<bool>(global.always_scrape_classic_histograms));
  FinishProtocols(node, global, config, errors);
  FinishNames(node, global, config, errors);
  const auto validation = NameValidationOf(config->metric_name_validation_scheme);
  discovery::CheckRelabelConfigs(node.Find("relabel_configs"), config->relabel_configs, validation,
                                 errors);
  discovery::CheckRelabelConfigs(node.Find("metric_relabel_configs"),
                                 config->metric_relabel_configs, validation, errors);
}

const OptionTable<ScrapeConfig>& OptionsOf(const ScrapeConfig*) {
  using Config = ScrapeConfig;
  static const auto table =
      OptionTable<Config>("config.ScrapeConfig")
          .Add("job_name", &Config::job_name, {.sentence = "Becomes the label job; unique."})
          .Add("honor_labels", &Config::honor_labels,
               {.sentence = "Labels of the target win over those of the server.",
                .default_text = "false"})
          .Add("honor_timestamps", &Config::honor_timestamps,
               {.sentence = "Take the target's timestamps.",
                .default_text = "true",
                .shown = Shown::kAlways})
          .Add("track_timestamps_staleness", &Config::track_timestamps_staleness,
               {.sentence = "Mark series with own timestamps stale when they vanish.",
                .default_text = "false",
                .shown = Shown::kAlways})
          .Add("params", &Config::params, {.sentence = "URL parameters."})
          .Add("scrape_interval", &Config::scrape_interval,
               {.sentence = "How often; from global when absent."})
          .Add("scrape_timeout", &Config::scrape_timeout,
               {.sentence = "When to give up; from global when absent."})
          .Add("scrape_protocols", &Config::scrape_protocols,
               {.sentence = "Formats to negotiate, most wanted first: PrometheusProto, "
                            "OpenMetricsText0.0.1, OpenMetricsText1.0.0, PrometheusText0.0.4, "
                            "PrometheusText1.0.0."})
          .AddWith<ScrapeProtocolCodec>(
              "fallback_scrape_protocol", &Config::fallback_scrape_protocol,
              {.sentence = "Format for targets that send no usable Content-Type."})
          .Add("scrape_native_histograms", &Config::scrape_native_histograms,
               {.sentence = "Scrape native histograms."})
          .Add("always_scrape_classic_histograms", &Config::always_scrape_classic_histograms,
               {.sentence = "Keep classic buckets beside native ones."})
          .Add("convert_classic_histograms_to_nhcb", &Config::convert_classic_histograms_to_nhcb,
               {.sentence = "Turn classic histograms into native ones with custom buckets."})
          .Add("extra_scrape_metrics", &Config::extra_scrape_metrics,
               {.sentence = "Three more series about each scrape."})
          .Add("scrape_failure_log_file", &Config::scrape_failure_log_file,
               {.sentence = "Where failed scrapes are logged."})
          .Add("metrics_path", &Config::metrics_path,
               {.sentence = "Path of the URL.", .default_text = "/metrics"})
          .Add("scheme", &Config::scheme, {.sentence = "http or https.", .default_text = "http"})
          .Add("enable_compression", &Config::enable_compression,
               {.sentence = "Ask for gzip.", .default_text = "true", .shown = Shown::kAlways})
          .Inline(&Config::limits, OptionsOf(static_cast<const ScrapeLimits*>(nullptr)))
          .Add("native_histogram_bucket_limit", &Config::native_histogram_bucket_limit,
               {.sentence = "Histograms with more buckets lose resolution, at last the scrape "
                            "fails; 0: no limit."})
          .Add("native_histogram_min_bucket_factor", &Config::native_histogram_min_bucket_factor,
               {.sentence = "Buckets that grow by less are merged.", .min = 0})
          .AddWith<ValidationSchemeCodec>("metric_name_validation_scheme",
                                          &Config::metric_name_validation_scheme,
                                          {.sentence = "utf8 or legacy; from global when absent."})
          .Add("metric_name_escaping_scheme", &Config::metric_name_escaping_scheme,
               {.sentence = "allow-utf-8, underscores, dots or values."})
          .Inline(&Config::http, OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Inline(&Config::discovery,
                  OptionsOf(static_cast<const discovery::DiscoveryConfigs*>(nullptr)))
          .Add("relabel_configs", &Config::relabel_configs,
               {.sentence = "Rules for targets.",
                .null_item = "empty or null target relabeling rule in scrape config"})
          .Add("metric_relabel_configs", &Config::metric_relabel_configs,
               {.sentence = "Rules for samples.",
                .null_item = "empty or null metric relabeling rule in scrape config"})
          .Check(&CheckScrapeConfig);
  return table;
}

}  // namespace sb::scrape
