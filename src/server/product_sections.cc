// SPDX-License-Identifier: Apache-2.0
#include "server/product_sections.h"

namespace sb::server {

using config::OptionTable;
using config::Reload;

namespace {

void CheckProbes(const config::Node& node, ProbesSection* section, config::ErrorList& errors) {
  if (section->allow_targets != "any" && section->allow_targets != "public") {
    errors.Add(node, "unknown probes.allow_targets (any, public): " + section->allow_targets);
  }
}

void CheckAlertmanager(const config::Node& node, AlertmanagerSection* section,
                       config::ErrorList& errors) {
  if (section->matchers != "fallback" && section->matchers != "utf8" &&
      section->matchers != "classic") {
    errors.Add(node, "unknown alertmanager.matchers (fallback, utf8, classic): " +
                         section->matchers);
  }
}

void CheckSelfTracing(const config::Node& node, SelfTracingSection* section,
                      config::ErrorList& errors) {
  const std::string& endpoint = section->endpoint;
  if (!endpoint.empty() && !endpoint.starts_with("http://") && !endpoint.starts_with("https://")) {
    errors.Add(*node.Find("endpoint"),
               "self_tracing.endpoint must be an http:// or https:// URL: " + endpoint);
  }
}

}  // namespace

const OptionTable<AlertmanagerSection>& OptionsOf(const AlertmanagerSection*) {
  static const auto table =
      OptionTable<AlertmanagerSection>("alertmanager")
          .Add("config", &AlertmanagerSection::config,
               {.sentence = "An unchanged alertmanager.yml; its own paths are relative to it."})
          .Add("external_url", &AlertmanagerSection::external_url,
               {.sentence = "URL in notifications that leads back here; empty: the address of the "
                            "alertmanager door.",
                .reload = Reload::kAfterRestart})
          .Add("escalations", &AlertmanagerSection::escalations,
               {.sentence = "File of escalation policies: whom to tell when nobody acknowledges."})
          .Add("matchers", &AlertmanagerSection::matchers,
               {.sentence = "Grammar of matchers: fallback (UTF-8, and the classic one where only "
                            "that reads a matcher), utf8 or classic, as Alertmanager's "
                            "--enable-feature has them.",
                .default_text = "fallback"})
          .Add("start_delay", &AlertmanagerSection::start_delay,
               {.sentence = "Nobody is told before this long after the start, so that alerts that "
                            "arrive meanwhile are grouped; Alertmanager's --dispatch.start-delay.",
                .default_text = "0s",
                .reload = Reload::kAfterRestart})
          .Add("retention", &AlertmanagerSection::retention,
               {.sentence = "How long the notification log and expired silences are kept; "
                            "Alertmanager's --data.retention.",
                .default_text = "120h",
                .reload = Reload::kAfterRestart})
          .Add("alerts_max", &AlertmanagerSection::alerts_max,
               {.sentence = "Alerts held at once; beyond it new ones are refused with 429.",
                .default_text = "200000",
                .reload = Reload::kAfterRestart})
          .Add("silences_max", &AlertmanagerSection::silences_max,
               {.sentence = "Silences held at once, expired ones too; Alertmanager's "
                            "--silences.max-silences.",
                .default_text = "10000",
                .reload = Reload::kAfterRestart})
          .Check(CheckAlertmanager);
  return table;
}

const OptionTable<GrafanaSection>& OptionsOf(const GrafanaSection*) {
  static const auto table = OptionTable<GrafanaSection>("grafana").Add(
      "provisioning", &GrafanaSection::provisioning,
      {.sentence = "Folder with datasources/, dashboards/ and alerting/ as Grafana has it."});
  return table;
}

const OptionTable<CollectorSection>& OptionsOf(const CollectorSection*) {
  static const auto table = OptionTable<CollectorSection>("collector")
                                .Add("config", &CollectorSection::config,
                                     {.sentence = "An unchanged OpenTelemetry Collector file."});
  return table;
}

const OptionTable<RulesSection>& OptionsOf(const RulesSection*) {
  static const auto table = OptionTable<RulesSection>("rules").Add(
      "built_in", &RulesSection::built_in,
      {.sentence =
           "Evaluates Signalbox's own rules: the Watchdog, which always fires so that a dead "
           "man's switch can tell when notifications stop, and alerts about Signalbox itself.",
       .default_text = "true"});
  return table;
}

const OptionTable<SloSection>& OptionsOf(const SloSection*) {
  static const auto table = OptionTable<SloSection>("slo").Add(
      "files", &SloSection::files,
      {.sentence = "Files of service level objectives (globs): native, OpenSLO, Sloth, Pyrra."});
  return table;
}

const OptionTable<ProbesSection>& OptionsOf(const ProbesSection*) {
  static const auto table =
      OptionTable<ProbesSection>("probes")
          .Add("config", &ProbesSection::config,
               {.sentence = "An unchanged blackbox.yml; empty: the built-in modules."})
          .Add("allow_targets", &ProbesSection::allow_targets,
               {.sentence = "What GET /probe may reach: any, or public (no loopback, private or "
                            "link-local addresses).",
                .default_text = "any"})
          .Check(&CheckProbes);
  return table;
}

const OptionTable<TracesSection>& OptionsOf(const TracesSection*) {
  static const auto table =
      OptionTable<TracesSection>("traces")
          .Add("metrics", &TracesSection::metrics,
               {.sentence = "Makes traces_spanmetrics_* and traces_service_graph_* of all spans.",
                .default_text = "true",
                .reload = Reload::kAfterRestart})
          .Add("metrics_interval", &TracesSection::metrics_interval,
               {.sentence = "How often metrics made of spans are written.",
                .default_text = "5s",
                .reload = Reload::kAfterRestart})
          .Add("metrics_label_sets_max", &TracesSection::metrics_label_sets_max,
               {.sentence = "Different label sets of each family; spans beyond count in the one "
                            "with otel_metric_overflow=\"true\".",
                .default_text = "5000",
                .min = 1,
                .reload = Reload::kAfterRestart})
          .Add("clock_skew_max", &TracesSection::clock_skew_max,
               {.sentence = "Jaeger's query API moves spans of hosts whose clocks differ by up to "
                            "this into their parents; 0s: it only warns.",
                .default_text = "0s",
                .reload = Reload::kAfterRestart})
          .Add("sampling_strategies", &TracesSection::sampling_strategies,
               {.sentence = "Jaeger's file of sampling strategies, for the clients that ask."});
  return table;
}

const OptionTable<SelfTracingSection>& OptionsOf(const SelfTracingSection*) {
  static const auto table =
      OptionTable<SelfTracingSection>("self_tracing")
          .Add("enabled", &SelfTracingSection::enabled,
               {.sentence = "Makes a span of each HTTP request that it answers, as service "
                            "signalbox; not of those that bring telemetry, nor of probes.",
                .default_text = "false",
                .reload = Reload::kAfterRestart})
          .Add("endpoint", &SelfTracingSection::endpoint,
               {.sentence = "Base URL of the OTLP/HTTP receiver, without /v1/traces; empty: its "
                            "own otlp-http door (with tls it must be given).",
                .reload = Reload::kAfterRestart})
          .Add("sample_ratio", &SelfTracingSection::sample_ratio,
               {.sentence = "Share of the traces that begin here; where the caller sent a "
                            "traceparent, its decision holds.",
                .default_text = "0.1",
                .min = 0,
                .max = 1,
                .reload = Reload::kAfterRestart})
          .Check(&CheckSelfTracing);
  return table;
}

}  // namespace sb::server
