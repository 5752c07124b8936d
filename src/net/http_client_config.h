// SPDX-License-Identifier: Apache-2.0
//
// HttpClientConfig: Prometheus' HTTPClientConfig (prometheus/common/config/http_config.go) as a
// struct, without its YAML. ConfiguredClient applies it to requests.
//
//   base::Status status = config.Validate();                 // upstream's messages
//   ConfiguredClient client(http_client, config, env);
//   client.FetchAsync(request, callback);
//
// Files (passwords, tokens, certificates) are read for every request, so that a rotated secret is
// used at once. An OAuth2 token is fetched when it is needed and kept until shortly before it
// expires. Secrets appear in no message.
//
// Threads: ConfiguredClient is safe for concurrent use. It may be destroyed while requests are in
// flight; they end normally.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "net/http_client.h"

namespace sb::net {

struct BasicAuthConfig {
  std::string username;
  std::string username_file;
  std::string password;
  std::string password_file;
};

struct AuthorizationConfig {
  std::string type;  // empty: Bearer
  std::string credentials;
  std::string credentials_file;
};

struct TlsConfig {
  std::string ca;  // PEM text
  std::string cert;
  std::string key;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::string server_name;
  bool insecure_skip_verify = false;
  std::string min_version;  // "", TLS10, TLS11, TLS12, TLS13
  std::string max_version;
};

struct ProxyConfig {
  std::string proxy_url;
  std::string no_proxy;
  bool proxy_from_environment = false;
  std::map<std::string, std::vector<std::string>> proxy_connect_header;
};

struct OAuth2Config {
  std::string client_id;
  std::string client_secret;
  std::string client_secret_file;
  std::string token_url;
  std::vector<std::string> scopes;
  std::map<std::string, std::string> endpoint_params;
  TlsConfig tls_config;
  ProxyConfig proxy;
};

struct HttpHeaderConfig {
  std::vector<std::string> values;
  std::vector<std::string> secrets;
  std::vector<std::string> files;
};

struct HttpClientConfig {
  std::optional<BasicAuthConfig> basic_auth;
  std::optional<AuthorizationConfig> authorization;
  std::optional<OAuth2Config> oauth2;
  std::string bearer_token;  // legacy spelling of authorization
  std::string bearer_token_file;
  TlsConfig tls_config;
  bool follow_redirects = true;
  bool enable_http2 = true;
  ProxyConfig proxy;
  std::map<std::string, HttpHeaderConfig> http_headers;

  // kInvalidArgument with the sentence that upstream prints, such as "at most one of basic_auth,
  // oauth2 & authorization must be configured". Turns the legacy bearer fields into
  // `authorization`.
  base::Status Validate();
  // Makes relative file names relative to `folder`, that of the configuration file.
  void SetFolder(const std::string& folder);
};

class ConfiguredClient {
 public:
  // `client` and `env` outlive it and every request in flight.
  ConfiguredClient(HttpClient& client, HttpClientConfig config, base::Env& env);
  ~ConfiguredClient();
  ConfiguredClient(const ConfiguredClient&) = delete;
  ConfiguredClient& operator=(const ConfiguredClient&) = delete;

  base::Result<ClientResponse> Fetch(ClientRequest request);
  RequestHandle FetchAsync(ClientRequest request, HttpClient::Callback callback);
  // Reads the files and fills in everything but an OAuth2 token.
  base::Status Apply(ClientRequest& request) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::net
