// SPDX-License-Identifier: Apache-2.0
#include "server/server_config.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

std::string ErrorOf(std::string_view text) {
  const auto config = ParseServerConfig(text, "etc/signalbox.yaml");
  return config.ok() ? "" : std::string(config.status().message());
}

TEST(ServerConfigTest, EmptyFileIsTheDefaults) {
  const auto config = ParseServerConfig("", "signalbox.yaml");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->listen, "127.0.0.1:3000");
  EXPECT_EQ(config->retention.metrics, base::Hours(720));
  EXPECT_TRUE(config->self_scrape.enabled);
}

TEST(ServerConfigTest, PathsAreRelativeToTheFile) {
  const auto config = ParseServerConfig(
      "prometheus: {config: prometheus.yml}\ntls: {cert_file: /a/c.pem, key_file: k.pem}\n",
      "etc/signalbox.yaml");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->prometheus.config, "etc/prometheus.yml");
  EXPECT_EQ(config->tls.cert_file, "/a/c.pem");
  EXPECT_EQ(config->tls.key_file, "etc/k.pem");
}

TEST(ServerConfigTest, NamesFileLineAndColumn) {
  EXPECT_TRUE(ErrorOf("listen: x\nretntion: {}\n").starts_with("etc/signalbox.yaml:2:1: "));
  EXPECT_NE(ErrorOf("query: {timeout: fast}\n").find("etc/signalbox.yaml:1:18: "),
            std::string::npos);
  EXPECT_NE(ErrorOf("log: {level: loud}").find("unknown log level"), std::string::npos);
  EXPECT_NE(ErrorOf("retention: {metrics: 1h}").find("at least 2h"), std::string::npos);
  EXPECT_NE(ErrorOf("retention: {disk: 120%}").find("share from 1% to 100%"), std::string::npos);
  EXPECT_NE(ErrorOf("retention:\n  metrics_rules: [{selector: '{a=', keep: 3h}]\n")
                .find("etc/signalbox.yaml:2:30: not a series selector: {a=: "),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention: {metrics_rules: [{selector: up, keep: 1h}]}").find("at least 2h"),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention:\n  logs_rules: [{selector: '{a=', keep: 3h}]\n")
                .find("needs a stream selector"),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention:\n  logs_rules: [{selector: '{a=\"b\"}', keep: 1s}]\n")
                .find("at least 1m"),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention: {metrics_rules: [{keep: 3h}]}").find("needs a selector"),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention: {downsample: [{after: 1h, every: 5m}]}").find("at least 2h"),
            std::string::npos);
  EXPECT_NE(ErrorOf("retention: {downsample: [{after: 9h, every: 5s}]}").find("at least 10s"),
            std::string::npos);
  EXPECT_EQ(ErrorOf("retention: {downsample: [{selector: up, every: 0s}, {after: 9d, every: 1h}]}"),
            "");
  EXPECT_NE(ErrorOf("tls: {cert_file: a}").find("go together"), std::string::npos);
  EXPECT_NE(ErrorOf("storage: {series_max: 0}").find("must be at least 1, got 0"),
            std::string::npos);
}

TEST(ServerConfigTest, SelfTracingIsOffAndIsCheckedWhenOn) {
  EXPECT_FALSE(ServerConfig().self_tracing.enabled);
  const auto config = ParseServerConfig("self_tracing: {enabled: true, sample_ratio: 0.5}\n", "f");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_TRUE(config->self_tracing.enabled);
  EXPECT_EQ(config->self_tracing.sample_ratio, 0.5);
  EXPECT_NE(ErrorOf("self_tracing: {sample_ratio: 2}").find("between 0 and 1"), std::string::npos);
  EXPECT_NE(ErrorOf("self_tracing: {endpoint: 'localhost:4318'}").find("http:// or https:// URL"),
            std::string::npos);
  EXPECT_NE(ErrorOf("tls: {cert_file: a, key_file: b}\nself_tracing: {enabled: true}")
                .find("endpoint is needed with tls"),
            std::string::npos);
}

TEST(ServerConfigTest, FilesOfReplacedProductsAreRelativeToTheFile) {
  const auto config = ParseServerConfig(
      "alertmanager: {config: am.yml}\ngrafana: {provisioning: ./x}\n"
      "collector: {config: /abs/otel.yaml}\nslo: {files: ['slo/*.yaml']}\n",
      "etc/signalbox.yaml");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->alertmanager.config, "etc/am.yml");
  EXPECT_EQ(config->grafana.provisioning, "etc/./x");
  EXPECT_EQ(config->collector.config, "/abs/otel.yaml");
  EXPECT_EQ(config->slo.files, std::vector<std::string>{"etc/slo/*.yaml"});
}

TEST(ServerConfigTest, TellsWhichChangesNeedARestart) {
  const auto running = ParseServerConfig("query: {timeout: 1m}\n", "signalbox.yaml");
  const auto wanted = ParseServerConfig(
      "query: {timeout: 2m}\nlog: {level: debug}\nstorage: {series_max: 7}\n", "signalbox.yaml");
  ASSERT_TRUE(running.ok() && wanted.ok());
  EXPECT_EQ(ChangesThatNeedRestart(*running, *wanted),
            (std::vector<std::string>{"storage.series_max", "query.timeout"}));
  EXPECT_TRUE(ChangesThatNeedRestart(*running, *running).empty());
}

TEST(DiskLimitTest, IsAShareOrASize) {
  EXPECT_EQ(*DiskLimitBytes("", 1000), 0U);
  EXPECT_EQ(*DiskLimitBytes("80%", 1000), 800U);
  EXPECT_EQ(*DiskLimitBytes("1KB", 1000), 1024U);
  for (const char* text : {"0%", "%", "5", "-1GB", "a%"}) {
    EXPECT_FALSE(DiskLimitBytes(text, 1000).ok()) << text;
  }
}

}  // namespace
}  // namespace sb::server
