// SPDX-License-Identifier: Apache-2.0
#include "discovery/http_client_yaml.h"

#include <gtest/gtest.h>

#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::discovery {
namespace {

using Codec = config::Codec<net::HttpClientConfig>;

std::string Read(std::string_view yaml, net::HttpClientConfig* client) {
  const auto node = config::ParseYaml(yaml, "f");
  EXPECT_TRUE(node.ok()) << node.status().ToString();
  config::ErrorList errors("f");
  Codec::Read(**node, {}, client, errors);
  return std::string(errors.ToStatus().message());
}

TEST(HttpClientYamlTest, ReadsEveryOption) {
  net::HttpClientConfig client;
  ASSERT_EQ(Read("oauth2: {client_id: i, client_secret: s, token_url: \"http://t/\", scopes: [a],\n"
                 "         endpoint_params: {k: v}, tls_config: {server_name: n}, proxy_url: "
                 "\"http://p/\"}\n"
                 "tls_config: {ca_file: ca, min_version: TLS12, insecure_skip_verify: true}\n"
                 "follow_redirects: false\nenable_http2: false\nproxy_from_environment: true\n"
                 "http_headers: {X-A: {values: [v], secrets: [s], files: [f]}}\n",
                 &client),
            "");
  EXPECT_EQ(client.oauth2->proxy.proxy_url, "http://p/");
  EXPECT_EQ(client.oauth2->tls_config.server_name, "n");
  EXPECT_FALSE(client.follow_redirects);
  EXPECT_TRUE(client.proxy.proxy_from_environment);
  EXPECT_EQ(client.http_headers.at("X-A").secrets[0], "s");
  EXPECT_TRUE(IsCustomHttpClient(client));
  EXPECT_FALSE(IsCustomHttpClient(net::HttpClientConfig()));
}

TEST(HttpClientYamlTest, PrintsNoSecret) {
  net::HttpClientConfig client;
  ASSERT_EQ(Read("basic_auth: {username: u, password: hunter2}\n"
                 "tls_config: {cert: c, key: hunter3}\nproxy_url: \"http://u:hunter4@p:1/\"\n"
                 "proxy_connect_header: {A: [hunter5]}\n"
                 "http_headers: {X-A: {secrets: [hunter6]}}\n",
                 &client),
            "");
  const std::string printed = config::WriteYaml(*Codec::Write(client));
  EXPECT_EQ(printed.find("hunter"), std::string::npos) << printed;
  EXPECT_NE(printed.find("password: <secret>"), std::string::npos) << printed;
  EXPECT_NE(printed.find("http://u:xxxxx@p:1/"), std::string::npos) << printed;
}

TEST(HttpClientYamlTest, OldTokensBecomeAuthorization) {
  net::HttpClientConfig client;
  ASSERT_EQ(Read("bearer_token: 1234", &client), "");
  ASSERT_TRUE(client.authorization.has_value());
  EXPECT_EQ(client.authorization->credentials, "1234");
}

TEST(HttpClientYamlTest, RefusesContradictions) {
  net::HttpClientConfig client;
  EXPECT_EQ(Read("bearer_token: a\nbearer_token_file: b", &client),
            "f:1:1: at most one of bearer_token & bearer_token_file must be configured");
  EXPECT_EQ(Read("tls_config: {min_version: SSL3}", &client), "f:1:27: unknown TLS version: SSL3");
}

TEST(UrlTest, IsCheckedAndRedacted) {
  EXPECT_TRUE(CheckHttpUrl("https://h:1/p?q").ok());
  EXPECT_EQ(CheckHttpUrl("").message(), "URL is missing");
  EXPECT_EQ(CheckHttpUrl("ftp://h").message(), "URL scheme must be 'http' or 'https'");
  EXPECT_EQ(CheckHttpUrl("h:1/").message(), "URL scheme must be 'http' or 'https'");
  EXPECT_EQ(CheckHttpUrl("http://").message(), "host is missing in URL");
  EXPECT_EQ(RedactUrl("http://u:p@h/x"), "http://u:xxxxx@h/x");
  EXPECT_EQ(RedactUrl("http://u@h/x:y@z"), "http://u@h/x:y@z");
  EXPECT_EQ(RedactUrl("h:1"), "h:1");
  EXPECT_EQ(SplitUrl("http://u:p@h:1/x").host, "h:1");
}

}  // namespace
}  // namespace sb::discovery
