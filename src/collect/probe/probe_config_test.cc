// SPDX-License-Identifier: Apache-2.0
//
// Module files of the reference and its complaints, through SIGNALBOX_CONFORMANCE_DIR; and what
// needs no such files.
#include "collect/probe/probe_config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "base/env.h"
#include "collect/probe/accept_encoding.h"

namespace sb::probe {
namespace {

// "line 50: field …" is ":50:" and "field …" in our messages.
bool Mentions(std::string_view message, std::string_view wanted) {
  if (wanted.starts_with("line ")) {
    const size_t colon = wanted.find(':');
    const std::string line = ":" + std::string(wanted.substr(5, colon - 5)) + ":";
    return message.find(line) != message.npos && Mentions(message, wanted.substr(colon + 2));
  }
  return message.find(wanted) != message.npos;
}

TEST(ProbeConfigTest, FilesOfTheReference) {
  const char* root = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (root == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string folder = std::string(root) + "/blackbox/config/";
  base::FileSystem& files = base::Env::Real().files();
  const auto list = files.ReadFile(folder + "expected.tsv");
  ASSERT_TRUE(list.ok());
  int passed = 0;
  int total = 0;
  std::istringstream lines(*list);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    const std::string name = line.substr(0, first);
    const std::string result = line.substr(first + 1, second - first - 1);
    const std::string wanted = second == line.npos ? "" : line.substr(second + 1);
    const auto text = files.ReadFile(folder + name);
    ASSERT_TRUE(text.ok()) << name;
    const auto config = ParseProbeConfig(*text, name);
    const bool is_right = config.ok() == (result == "ok") &&
                          (config.ok() || Mentions(config.status().message(), wanted));
    EXPECT_TRUE(is_right) << name << ": " << config.status().message() << "\nwanted " << wanted;
    ++total;
    passed += is_right ? 1 : 0;
  }
  std::printf("conformance: blackbox config %d of %d\n", passed, total);
  EXPECT_GT(total, 0);
}

TEST(ProbeConfigTest, DefaultModulesAreValid) {
  const auto config = ParseProbeConfig(DefaultProbeConfig(), "default");
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ((*config)->modules.at("http_2xx").http.ip.preferred, "ip4");
  EXPECT_EQ((*config)->modules.at("tcp_connect").prober, "tcp");
}

TEST(ProbeConfigTest, FilesAreRelativeToTheModuleFile) {
  const auto config = ParseProbeConfig(
      "modules: {m: {prober: http, http: {body_file: b.txt, tls_config: {ca_file: ca.pem}}}}",
      "/etc/blackbox/blackbox.yml");
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ((*config)->modules.at("m").http.body_file, "/etc/blackbox/b.txt");
  EXPECT_EQ((*config)->modules.at("m").http.client.tls_config.ca_file, "/etc/blackbox/ca.pem");
}

TEST(ProbeConfigTest, ExpandsGroupsAsGoDoes) {
  const auto pattern = Pattern::Compile("a(?P<word>[a-z]+)-([0-9]+)");
  ASSERT_TRUE(pattern.ok());
  std::string out;
  ASSERT_TRUE(pattern->Expand("xx abc-12", "${word}.$2/$$1 $2x$", &out));
  EXPECT_EQ(out, "bc.12/$1 $");  // $2x is a name that nobody has
}

TEST(AcceptEncodingTest, NamesAndQualities) {
  EXPECT_TRUE(AcceptsEncoding("gzip, deflate", "gzip"));
  EXPECT_TRUE(AcceptsEncoding("br;q=0.5, *;q=0.1", "gzip"));
  EXPECT_FALSE(AcceptsEncoding("gzip;q=0, *", "gzip"));
  EXPECT_FALSE(AcceptsEncoding("*;q=0.0", "gzip"));
  EXPECT_FALSE(AcceptsEncoding("", "gzip"));
}

}  // namespace
}  // namespace sb::probe
