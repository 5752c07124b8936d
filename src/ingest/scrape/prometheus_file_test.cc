// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/prometheus_file.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/env.h"

namespace sb::scrape {
namespace {

base::FileSystem& Files() {
  return base::Env::Real().files();
}

base::Result<PrometheusConfig> Parse(std::string_view yaml, const LoadOptions& options = {}) {
  return ParsePrometheusFile(Files(), yaml, "/etc/prom/prometheus.yml", options);
}

std::string Error(std::string_view yaml) {
  const auto config = Parse(yaml);
  return config.ok() ? "no error" : std::string(config.status().message());
}

TEST(PrometheusFileTest, AnEmptyFileHasTheDefaults) {
  for (const char* yaml : {"", "global:\n", "# nothing\n"}) {
    const auto config = Parse(yaml);
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    EXPECT_EQ(config->global.scrape_interval.Value(), 60'000);
    EXPECT_EQ(config->global.scrape_timeout.Value(), 10'000);
    EXPECT_EQ(config->storage.tsdb->retention->time.Value(), 15LL * 86'400'000);
    EXPECT_TRUE(config->notices.empty());
  }
}

TEST(PrometheusFileTest, JobsInheritFromTheGlobalSection) {
  const auto config = Parse(
      "global: {scrape_interval: 5s, sample_limit: 7, body_size_limit: 1MB}\n"
      "scrape_configs:\n"
      "- job_name: a\n"
      "- {job_name: b, scrape_interval: 1m, scrape_timeout: 20s, sample_limit: 9,\n"
      "   scrape_native_histograms: true}\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  const ScrapeConfig& a = config->scrape_configs[0];
  EXPECT_EQ(a.scrape_interval.Value(), 5'000);
  EXPECT_EQ(a.scrape_timeout.Value(), 5'000);  // the default of 10 s cut to the interval
  EXPECT_EQ(a.limits.sample_limit, 7U);
  EXPECT_EQ(a.limits.body_size_limit.bytes, 1 << 20);
  EXPECT_EQ(a.scrape_protocols->front(), "OpenMetricsText1.0.0");
  const ScrapeConfig& b = config->scrape_configs[1];
  EXPECT_EQ(b.scrape_timeout.Value(), 20'000);
  EXPECT_EQ(b.limits.sample_limit, 9U);
  EXPECT_EQ(b.scrape_protocols->front(), "PrometheusProto");
}

TEST(PrometheusFileTest, ExternalLabelsExpandEnvironmentVariables) {
  LoadOptions options;
  options.environment = [](std::string_view name) {
    return name == "TEST" ? std::string("TestValue") : std::string();
  };
  const auto config = Parse(
      "global:\n  external_labels:\n    bar: foo\n    baz: foo${TEST}bar\n    foo: ${TEST}\n"
      "    qux: foo$${TEST}\n    xyz: foo$$bar\n    none: ${NOPE}\n",
      options);
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  const auto& labels = config->global.external_labels;
  EXPECT_EQ(labels.at("bar"), "foo");
  EXPECT_EQ(labels.at("baz"), "fooTestValuebar");
  EXPECT_EQ(labels.at("foo"), "TestValue");
  EXPECT_EQ(labels.at("qux"), "foo${TEST}");
  EXPECT_EQ(labels.at("xyz"), "foo$bar");
  EXPECT_EQ(labels.at("none"), "");
}

TEST(PrometheusFileTest, PathsAreRelativeToTheFile) {
  const auto config = Parse(
      "rule_files: [a.yml, /abs/b.yml]\n"
      "scrape_configs:\n- job_name: x\n  tls_config: {ca_file: ca.pem}\n"
      "  file_sd_configs: [{files: [t/*.json]}]\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->rule_files[0], "/etc/prom/a.yml");
  EXPECT_EQ(config->rule_files[1], "/abs/b.yml");
  EXPECT_EQ(config->scrape_configs[0].http.tls_config.ca_file, "/etc/prom/ca.pem");
  EXPECT_EQ(config->scrape_configs[0].discovery.file_sd_configs[0].files[0], "/etc/prom/t/*.json");
}

TEST(PrometheusFileTest, ReportsSeveralMistakesByLine) {
  EXPECT_EQ(Error("global:\n  scrape_intervall: 1s\nscrape_configs:\n- job_nam: x\n"
                  "  metrics_path: [a]\n"),
            "/etc/prom/prometheus.yml:2:3: field scrape_intervall not found in type config.plain\n"
            "/etc/prom/prometheus.yml:4:3: field job_nam not found in type config.ScrapeConfig\n"
            "/etc/prom/prometheus.yml:5:17: unmarshal errors: cannot unmarshal !!seq into string");
}

TEST(PrometheusFileTest, RefusesWhatContradictsItself) {
  const std::pair<const char*, const char*> cases[] = {
      {"scrape_configs:\n- job_name: a\n- job_name: a\n",
       ":3:3: found multiple scrape configs with job name \"a\""},
      {"scrape_configs:\n- job_name: a\n  scrape_interval: 5s\n  scrape_timeout: 6s\n",
       ":4:19: scrape timeout greater than scrape interval for scrape config with job name \"a\""},
      {"global: {scrape_interval: 5s, scrape_timeout: 6s}",
       ":1:47: global scrape timeout greater than scrape interval"},
      {"scrape_configs:\n- job_name: a\n  static_configs: [{targets: [\"http://h:1/\"]}]\n",
       ":3:31: \"http://h:1/\" is not a valid hostname"},
      {"scrape_configs:\n- job_name: a\n  file_sd_configs: [{files: [a.txt]}]\n",
       ":3:29: path name \"a.txt\" is not valid for file discovery"},
      {"scrape_configs:\n- job_name: a\n  dns_sd_configs: [{names: [x], type: A}]\n",
       ":3:20: a port is required in DNS-SD configs for all record types except SRV"},
      {"scrape_configs:\n- job_name: a\n  relabel_configs: [{regex: \"(\", action: drop}]\n",
       ":3:29: error parsing regexp: missing ): ("},
      {"scrape_configs:\n- job_name: a\n  relabel_configs: [{action: dorp}]\n",
       ":3:30: unknown relabel action \"dorp\""},
      {"scrape_configs:\n- job_name: a\n  scrape_protocols: []\n",
       ":3:21: scrape_protocols cannot be empty for scrape config with job name \"a\""},
      {"alerting:\n  alertmanagers: [{api_version: v1}]\n",
       ":2:33: expected Alertmanager api version to be one of [v2] but got v1"},
      {"otlp: {translation_strategy: X}", ":1:7: unsupported OTLP translation strategy \"X\""},
  };
  for (const auto& [yaml, message] : cases) {
    EXPECT_EQ(Error(yaml), "/etc/prom/prometheus.yml" + std::string(message)) << yaml;
  }
}

TEST(PrometheusFileTest, SaysWhatIsNotRun) {
  const auto config = Parse(
      "remote_read: [{url: 'http://x'}]\nscrape_configs:\n- job_name: x\n"
      "  kubernetes_sd_configs:\n  - role: pod\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->notices,
            (std::vector<std::string>{
                "/etc/prom/prometheus.yml:5: kubernetes_sd_configs is not yet supported by this "
                "version; job \"x\" gets no targets from it",
                "/etc/prom/prometheus.yml:1: remote_read is read and checked, but not yet "
                "supported by this version; nothing is read from there"}));
}

TEST(PrometheusFileTest, NamesTheAuthenticationOfRemoteWriteThatIsNotRun) {
  const auto config = Parse(
      "remote_write:\n- url: http://a/w\n  sigv4: {region: r}\n- url: http://b/w\n"
      "- url: http://c/w\n  azuread:\n    cloud: AzurePublic\n"
      "    managed_identity: {client_id: 00000000-0000-0000-0000-000000000000}\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  ASSERT_EQ(config->notices.size(), 2U);
  EXPECT_TRUE(config->notices[0].starts_with("/etc/prom/prometheus.yml:3: sigv4 is not yet"));
  EXPECT_NE(config->notices[0].find("http://a/w"), std::string::npos);
  EXPECT_TRUE(config->notices[1].starts_with("/etc/prom/prometheus.yml:6: azuread is not yet"));
}

TEST(PrometheusFileTest, WhatIsPrintedReadsBackTheSame) {
  const auto config = Parse(
      "global: {external_labels: {a: \"1\", b: \"x: y\"}}\n"
      "scrape_configs:\n- job_name: x\n  params: {m: [a, \"b c\"]}\n"
      "  static_configs: [{targets: [\"h:1\", \"[::1]:2\"], labels: {z: \"\"}}]\n"
      "  relabel_configs: [{source_labels: [a, b], regex: \"a: (.*)\", target_label: t},\n"
      "                    {regex: , target_label: u, replacement: \"\"}]\n");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  const std::string printed = PrintPrometheusConfig(*config);
  const auto again = Parse(printed);
  ASSERT_TRUE(again.ok()) << again.status().ToString() << printed;
  EXPECT_EQ(PrintPrometheusConfig(*again), printed);
  EXPECT_EQ(again->scrape_configs[0].relabel_configs[1].regex, "");
}

}  // namespace
}  // namespace sb::scrape
