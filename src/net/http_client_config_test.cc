// SPDX-License-Identifier: Apache-2.0
#include "net/http_client_config.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>

#include "net/http_server.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

std::string Problem(const std::function<void(HttpClientConfig&)>& edit) {
  HttpClientConfig config;
  edit(config);
  return std::string(config.Validate().message());
}

TEST(HttpClientConfigTest, RefusesWithUpstreamsSentences) {
  EXPECT_EQ(Problem([](HttpClientConfig& c) {
              c.bearer_token = "a";
              c.bearer_token_file = "b";
            }),
            "at most one of bearer_token & bearer_token_file must be configured");
  EXPECT_EQ(
      Problem([](HttpClientConfig& c) {
        c.basic_auth = BasicAuthConfig{};
        c.bearer_token = "a";
      }),
      "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
  EXPECT_EQ(
      Problem([](HttpClientConfig& c) { c.authorization = AuthorizationConfig{"Basic", "x", ""}; }),
      "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
  EXPECT_EQ(Problem([](HttpClientConfig& c) {
              c.authorization = AuthorizationConfig{"", "x", ""};
              c.basic_auth = BasicAuthConfig{};
            }),
            "at most one of basic_auth, oauth2 & authorization must be configured");
  EXPECT_EQ(Problem([](HttpClientConfig& c) { c.oauth2 = OAuth2Config{}; }),
            "oauth2 client_id must be configured");
  EXPECT_EQ(Problem([](HttpClientConfig& c) { c.tls_config.cert_file = "x"; }),
            "exactly one of key or key_file must be configured when a client certificate is "
            "configured");
  EXPECT_EQ(Problem([](HttpClientConfig& c) { c.proxy.no_proxy = "x"; }),
            "if no_proxy is configured, proxy_url must also be configured");
  EXPECT_EQ(Problem([](HttpClientConfig& c) { c.http_headers["authorization"] = {}; }),
            "setting header \"Authorization\" is not allowed");
  EXPECT_EQ(Problem([](HttpClientConfig&) {}), "");
}

TEST(HttpClientConfigTest, TurnsLegacyBearerIntoAuthorization) {
  HttpClientConfig config;
  config.bearer_token = "abc";
  ASSERT_TRUE(config.Validate().ok());
  ASSERT_TRUE(config.authorization.has_value());
  EXPECT_EQ(config.authorization->type, "Bearer");
  EXPECT_EQ(config.authorization->credentials, "abc");
  EXPECT_EQ(config.bearer_token, "");
}

TEST(HttpClientConfigTest, FilesAreRelativeToTheirFolder) {
  HttpClientConfig config;
  config.basic_auth = BasicAuthConfig{"u", "", "", "pw"};
  config.tls_config.ca_file = "/abs/ca.pem";
  config.http_headers["X"].files = {"h"};
  config.SetFolder("/etc/prometheus");
  EXPECT_EQ(config.basic_auth->password_file, "/etc/prometheus/pw");
  EXPECT_EQ(config.basic_auth->username_file, "");
  EXPECT_EQ(config.tls_config.ca_file, "/abs/ca.pem");
  EXPECT_EQ(config.http_headers["X"].files[0], "/etc/prometheus/h");
}

void Mirror(const HttpRequest& request, ResponseWriter& writer) {
  std::string text;
  for (const Headers::Entry& entry : request.headers) {
    text += entry.first + ": " + entry.second + "\n";
  }
  writer.Send(HttpResponse(200, text, "text/plain"));
}

TEST(ConfiguredClientTest, ReadsSecretsAgainForEveryRequest) {
  Router router;
  router.Handle("GET", "/", Mirror);
  TestServer server(std::move(router));
  HttpClient http;
  TempFile password("first\n");
  HttpClientConfig config;
  config.basic_auth = BasicAuthConfig{"ada", "", "", password.path()};
  config.http_headers["X-Tenant"].values = {"a", "b"};
  ASSERT_TRUE(config.Validate().ok());
  ConfiguredClient client(http, config, base::Env::Real());
  ClientRequest request;
  request.url = server.Url("/");
  std::string reply = client.Fetch(request)->body;
  EXPECT_NE(reply.find("Authorization: Basic YWRhOmZpcnN0\n"), std::string::npos) << reply;
  EXPECT_NE(reply.find("X-Tenant: a\nX-Tenant: b\n"), std::string::npos) << reply;
  password.Write("second");
  reply = client.Fetch(request)->body;
  EXPECT_NE(reply.find("Authorization: Basic YWRhOnNlY29uZA==\n"), std::string::npos) << reply;
}

TEST(ConfiguredClientTest, MissingSecretFileFailsTheRequest) {
  HttpClient http;
  HttpClientConfig config;
  config.authorization = AuthorizationConfig{"", "", "/nonexistent/token"};
  ASSERT_TRUE(config.Validate().ok());
  ConfiguredClient client(http, config, base::Env::Real());
  ClientRequest request;
  request.url = "http://127.0.0.1:1/";
  const auto reply = client.Fetch(request);
  EXPECT_EQ(reply.status().code(), base::StatusCode::kNotFound) << reply.status().ToString();
}

TEST(ConfiguredClientTest, FetchesAnOAuth2TokenOnceAndUsesIt) {
  std::atomic<int> tokens{0};
  std::atomic<bool> is_refused{false};
  Router router;
  router.Handle("GET", "/", Mirror);
  router.Handle("POST", "/token", [&](const HttpRequest& request, ResponseWriter& writer) {
    EXPECT_EQ(request.headers.Get("Authorization"), "Basic bWU6aHVzaA==");
    const auto form = request.FormParams();
    EXPECT_EQ(form->Get("grant_type"), "client_credentials");
    EXPECT_EQ(form->Get("scope"), "read write");
    EXPECT_EQ(form->Get("audience"), "metrics");
    ++tokens;
    is_refused ? writer.Send(PlainTextResponse(401, "hush"))
               : writer.Send(HttpResponse(
                     200, R"({"access_token":"tok","token_type":"bearer","expires_in":3600})",
                     "application/json"));
  });
  TestServer server(std::move(router));
  HttpClient http;
  HttpClientConfig config;
  config.oauth2 = OAuth2Config{.client_id = "me",
                               .client_secret = "hush",
                               .client_secret_file = "",
                               .token_url = server.Url("/token"),
                               .scopes = {"read", "write"},
                               .endpoint_params = {{"audience", "metrics"}},
                               .tls_config = {},
                               .proxy = {}};
  ASSERT_TRUE(config.Validate().ok());
  ClientRequest request;
  request.url = server.Url("/");
  ConfiguredClient client(http, config, base::Env::Real());
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.Fetch(request);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_NE(reply->body.find("Authorization: Bearer tok\n"), std::string::npos) << reply->body;
  }
  EXPECT_EQ(tokens, 1);
  is_refused = true;
  ConfiguredClient refused(http, config, base::Env::Real());
  const auto reply = refused.Fetch(request);
  EXPECT_EQ(reply.status().code(), base::StatusCode::kUnauthenticated);
  EXPECT_EQ(reply.status().message().find("hush"), std::string_view::npos);
}

}  // namespace
}  // namespace sb::net
