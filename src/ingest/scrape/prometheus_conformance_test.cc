// SPDX-License-Identifier: Apache-2.0
//
// Runs the configuration files that the reference ships as its own test data: one that must load
// and many that must be refused, with the expected words. SIGNALBOX_CONFORMANCE_DIR names the
// folder that holds prometheus-config/; without it the tests skip.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/env.h"
#include "ingest/scrape/prometheus_file.h"

namespace sb::scrape {
namespace {

base::FileSystem& Files() {
  return base::Env::Real().files();
}

std::string Folder() {
  const char* root = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  return root == nullptr ? std::string() : std::string(root) + "/prometheus-config";
}

base::Result<PrometheusConfig> Load(const std::string& name) {
  return LoadPrometheusFile(Files(), Folder() + "/" + name, {});
}

struct BadFile {
  std::string name;
  std::string expected;
};

// Lines "file<TAB>text"; the reference's own "parsing YAML file x: " is not part of the reason.
std::vector<BadFile> ReadBadFiles() {
  std::vector<BadFile> bad;
  const std::string text = Files().ReadFile(Folder() + "/expected-errors.tsv").value();
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const size_t tab = line.find('\t');
    if (line.empty() || line[0] == '#' || tab == line.npos) {
      continue;
    }
    BadFile file{line.substr(0, tab), line.substr(tab + 1)};
    const size_t prefix_end = file.expected.find(".yml: ");
    if (file.expected.starts_with("parsing YAML file ") && prefix_end != std::string::npos) {
      file.expected.erase(0, prefix_end + 6);
    }
    bad.push_back(std::move(file));
  }
  return bad;
}

size_t CountOf(const std::string& text, const std::string& word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

TEST(PrometheusConformanceTest, GoodFileLoadsAndBadFilesAreRefusedWithTheReason) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto good = Load("conf.good.yml");
  EXPECT_TRUE(good.ok()) << good.status().ToString();
  const std::vector<BadFile> bad = ReadBadFiles();
  EXPECT_EQ(bad.size(), 68U);
  size_t refused = 0;
  size_t worded = 0;
  for (const BadFile& file : bad) {
    const auto config = Load(file.name);
    EXPECT_FALSE(config.ok()) << file.name << " was accepted";
    const std::string message(config.status().message());
    const bool has_words = message.find(file.expected) != message.npos;
    EXPECT_TRUE(has_words) << file.name << "\n  expected: " << file.expected
                           << "\n  got:      " << message;
    EXPECT_TRUE(message.starts_with(Folder() + "/" + file.name + ":")) << message;
    refused += config.ok() ? 0 : 1;
    worded += has_words ? 1 : 0;
  }
  std::printf(
      "prometheus.yml conformance: good %d/1, bad %zu/%zu refused, %zu/%zu with the "
      "expected wording\n",
      good.ok() ? 1 : 0, refused, bad.size(), worded, bad.size());
}

TEST(PrometheusConformanceTest, GoodFilePrintsWithoutItsSecrets) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto good = Load("conf.good.yml");
  ASSERT_TRUE(good.ok()) << good.status().ToString();
  const std::string printed = PrintPrometheusConfig(*good);
  EXPECT_EQ(CountOf(printed, "<secret>"), 29U) << printed;
  for (const char* secret : {"mysecret", "multiline", "credentials: abcdef", "password: abcdef",
                             "testAppSecret", "testConsumerKey", "password: hole",
                             "client_secret: \"456\"", "secret_key: X", "secret_key: 1"}) {
    EXPECT_EQ(CountOf(printed, secret), 0U) << secret;
  }
}

TEST(PrometheusConformanceTest, GoodFileNamesEverySectionThatIsNotRun) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto good = Load("conf.good.yml");
  ASSERT_TRUE(good.ok()) << good.status().ToString();
  EXPECT_EQ(good->scrape_configs.size(), 34U);
  size_t kubernetes = 0;
  for (const std::string& notice : good->notices) {
    EXPECT_TRUE(notice.starts_with(Folder() + "/conf.good.yml:")) << notice;
    kubernetes += notice.find("kubernetes_sd_configs") != notice.npos ? 1 : 0;
  }
  EXPECT_EQ(kubernetes, 2U);
  for (const char* kind :
       {"consul",   "kuma",    "marathon",     "nomad",    "ec2",         "lightsail", "azure",
        "nerve",    "triton",  "digitalocean", "docker",   "dockerswarm", "oci",       "openstack",
        "puppetdb", "hetzner", "eureka",       "ovhcloud", "scaleway",    "linode",    "stackit",
        "uyuni",    "ionos",   "vultr",        "outscale"}) {
    const std::string key = std::string(": ") + kind + "_sd_configs is not yet supported";
    EXPECT_TRUE(
        std::any_of(good->notices.begin(), good->notices.end(),
                    [&key](const std::string& notice) { return notice.find(key) != notice.npos; }))
        << kind;
  }
}

}  // namespace
}  // namespace sb::scrape
