// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/alerting_config.h"

#include "discovery/http_client_yaml.h"
#include "discovery/relabel_yaml.h"

namespace sb::scrape {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;
using config::Shown;

void CheckAlertmanager(const Node& node, AlertmanagerConfig* config, ErrorList& errors) {
  config->position = node.position;
  discovery::CheckHttpClient(node, &config->http, errors);
  if (config->sigv4.printed != nullptr &&
      (config->http.basic_auth || config->http.authorization || config->http.oauth2)) {
    errors.Add(node,
               "at most one of basic_auth, authorization, oauth2, & sigv4 must be configured");
  }
  if (config->api_version != "v2") {
    const Node* version = node.Find("api_version");
    errors.Add(
        version != nullptr ? *version : node,
        "expected Alertmanager api version to be one of [v2] but got " + config->api_version);
  }
  if (config->relabel_configs.empty()) {
    discovery::CheckStaticTargets(node, errors);
  }
}

}  // namespace

void FinishAlertingConfig(const Node* node, model::NameValidation validation,
                          const AlertingConfig& alerting, ErrorList& errors) {
  if (node == nullptr) {
    return;
  }
  discovery::CheckRelabelConfigs(node->Find("alert_relabel_configs"),
                                 alerting.alert_relabel_configs, validation, errors);
  const Node* managers = node->Find("alertmanagers");
  for (size_t i = 0; i < alerting.alertmanagers.size(); ++i) {
    const Node& manager = *managers->items[i];
    discovery::CheckRelabelConfigs(manager.Find("relabel_configs"),
                                   alerting.alertmanagers[i].relabel_configs, validation, errors);
    discovery::CheckRelabelConfigs(manager.Find("alert_relabel_configs"),
                                   alerting.alertmanagers[i].alert_relabel_configs, validation,
                                   errors);
  }
}

const OptionTable<AlertmanagerConfig>& OptionsOf(const AlertmanagerConfig*) {
  using Config = AlertmanagerConfig;
  static const auto table =
      OptionTable<Config>("config.AlertmanagerConfig")
          .Inline(&Config::http, OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .AddWith<CheckedSectionCodec<SigV4Section>>("sigv4", &Config::sigv4,
                                                      {.sentence = "AWS request signing."})
          .Add("scheme", &Config::scheme, {.sentence = "http or https.", .default_text = "http"})
          .Add("path_prefix", &Config::path_prefix, {.sentence = "Prefix of the push path."})
          .Add("timeout", &Config::timeout,
               {.sentence = "When a request is given up.", .default_text = "10s"})
          .Add("api_version", &Config::api_version,
               {.sentence = "Only v2.", .default_text = "v2", .shown = Shown::kAlways})
          .Inline(&Config::discovery,
                  OptionsOf(static_cast<const discovery::DiscoveryConfigs*>(nullptr)))
          .Add("relabel_configs", &Config::relabel_configs,
               {.sentence = "Rules for Alertmanagers.",
                .null_item = "empty or null Alertmanager target relabeling rule"})
          .Add("alert_relabel_configs", &Config::alert_relabel_configs,
               {.sentence = "Rules for alerts to these Alertmanagers.",
                .null_item = "empty or null Alertmanager alert relabeling rule"})
          .Check(&CheckAlertmanager);
  return table;
}

const OptionTable<AlertingConfig>& OptionsOf(const AlertingConfig*) {
  static const auto table =
      OptionTable<AlertingConfig>("config.plain")
          .Add(
              "alert_relabel_configs", &AlertingConfig::alert_relabel_configs,
              {.sentence = "Rules for alerts.", .null_item = "empty or null alert relabeling rule"})
          .Add("alertmanagers", &AlertingConfig::alertmanagers,
               {.sentence = "Where alerts go.",
                .null_item = "empty or null Alertmanager config section"});
  return table;
}

}  // namespace sb::scrape
