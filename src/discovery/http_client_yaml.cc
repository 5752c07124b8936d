// SPDX-License-Identifier: Apache-2.0
#include "discovery/http_client_yaml.h"

#include <utility>

namespace sb::discovery {
namespace {

using config::Node;
using config::OptionInfo;
using config::OptionTable;

// Sequences of secrets, each masked.
struct SecretListCodec {
  using Strings = std::vector<std::string>;
  static void Read(const Node& node, const OptionInfo& info, Strings* out,
                   config::ErrorList& errors) {
    config::Codec<Strings>::Read(node, info, out, errors);
  }
  static config::NodePtr Write(const Strings& values) {
    std::vector<config::NodePtr> items;
    for (const std::string& value : values) {
      items.push_back(SecretTextCodec::Write(value));
    }
    return config::MakeSequence(std::move(items));
  }
  static bool IsEmpty(const Strings& values) { return values.empty(); }
  static std::string TypeName() { return "[]secret"; }
};

// proxy_connect_header holds credentials more often than not; all its values are secrets.
struct SecretHeadersCodec {
  using Map = std::map<std::string, std::vector<std::string>>;
  static void Read(const Node& node, const OptionInfo& info, Map* out, config::ErrorList& errors) {
    config::Codec<Map>::Read(node, info, out, errors);
  }
  static config::NodePtr Write(const Map& values) {
    std::vector<std::pair<std::string, config::NodePtr>> entries;
    for (const auto& [name, list] : values) {
      entries.emplace_back(name, SecretListCodec::Write(list));
    }
    return config::MakeMapping(std::move(entries));
  }
  static bool IsEmpty(const Map& values) { return values.empty(); }
  static std::string TypeName() { return "map[string][]secret"; }
};

struct TlsVersionCodec {
  static void Read(const Node& node, const OptionInfo& info, std::string* out,
                   config::ErrorList& errors) {
    config::Codec<std::string>::Read(node, info, out, errors);
    if (*out != "" && *out != "TLS10" && *out != "TLS11" && *out != "TLS12" && *out != "TLS13") {
      errors.Add(node, "unknown TLS version: " + *out);
    }
  }
  static config::NodePtr Write(const std::string& value) { return config::MakeString(value); }
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "TLS version"; }
};

}  // namespace

void SecretTextCodec::Read(const Node& node, const OptionInfo& info, std::string* out,
                           config::ErrorList& errors) {
  config::Secret secret;
  config::Codec<config::Secret>::Read(node, info, &secret, errors);
  *out = secret.reveal();
}

config::NodePtr SecretTextCodec::Write(const std::string& value) {
  return config::MakeString(std::string(config::Secret(value).masked()));
}

void UrlTextCodec::Read(const Node& node, const OptionInfo& info, std::string* out,
                        config::ErrorList& errors) {
  config::Codec<std::string>::Read(node, info, out, errors);
  for (char c : *out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ' ') {
      errors.Add(node, "invalid character in URL");
      return;
    }
  }
}

config::NodePtr UrlTextCodec::Write(const std::string& value) {
  return config::MakeString(RedactUrl(value));
}

UrlParts SplitUrl(std::string_view url) {
  UrlParts parts;
  const size_t colon = url.find(':');
  const size_t stop = url.find_first_of("/?#");
  if (colon == url.npos || colon == 0 || (stop != url.npos && stop < colon)) {
    return parts;
  }
  for (size_t i = 0; i < colon; ++i) {
    const char c = url[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && (i == 0 || !other)) {
      return parts;
    }
  }
  parts.scheme = url.substr(0, colon);
  std::string_view rest = url.substr(colon + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    rest = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
    const size_t at = rest.rfind('@');
    parts.host = at == rest.npos ? rest : rest.substr(at + 1);
  }
  return parts;
}

base::Status CheckHttpUrl(std::string_view url) {
  if (url.empty()) {
    return base::InvalidArgument("URL is missing");
  }
  const UrlParts parts = SplitUrl(url);
  if (parts.scheme != "http" && parts.scheme != "https") {
    return base::InvalidArgument("URL scheme must be 'http' or 'https'");
  }
  if (parts.host.empty()) {
    return base::InvalidArgument("host is missing in URL");
  }
  return base::OkStatus();
}

std::string RedactUrl(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) {
    return std::string(url);
  }
  const size_t start = scheme + 3;
  const size_t end = std::min(url.find_first_of("/?#", start), url.size());
  const size_t at = url.substr(0, end).rfind('@');
  const size_t colon = url.find(':', start);
  if (at == url.npos || at < start || colon == url.npos || colon > at) {
    return std::string(url);
  }
  return std::string(url.substr(0, colon + 1)) + "xxxxx" + std::string(url.substr(at));
}

void CheckHttpClient(const Node& node, net::HttpClientConfig* client, config::ErrorList& errors) {
  const base::Status status = client->Validate();
  if (!status.ok()) {
    errors.Add(node, std::string(status.message()));
  }
}

bool IsCustomHttpClient(const net::HttpClientConfig& client) {
  // follow_redirects and enable_http2 are always printed; anything else only when set.
  return !client.follow_redirects || !client.enable_http2 ||
         config::Codec<net::HttpClientConfig>::Write(client)->entries.size() > 2;
}

}  // namespace sb::discovery

namespace sb::net {

using config::OptionTable;
using discovery::SecretTextCodec;
using discovery::UrlTextCodec;

const OptionTable<TlsConfig>& OptionsOf(const TlsConfig*) {
  static const auto table =
      OptionTable<TlsConfig>("config.TLSConfig")
          .Add("ca", &TlsConfig::ca, {.sentence = "CA certificates, PEM text."})
          .Add("cert", &TlsConfig::cert, {.sentence = "Client certificate, PEM text."})
          .AddWith<SecretTextCodec>("key", &TlsConfig::key, {.sentence = "Client key, PEM text."})
          .Add("ca_file", &TlsConfig::ca_file, {.sentence = "File with CA certificates."})
          .Add("cert_file", &TlsConfig::cert_file,
               {.sentence = "File with the client certificate."})
          .Add("key_file", &TlsConfig::key_file, {.sentence = "File with the client key."})
          .Add("server_name", &TlsConfig::server_name,
               {.sentence = "Name to verify instead of the host."})
          .Add("insecure_skip_verify", &TlsConfig::insecure_skip_verify,
               {.sentence = "Do not verify the server's certificate.", .default_text = "false"})
          .AddWith<discovery::TlsVersionCodec>("min_version", &TlsConfig::min_version,
                                               {.sentence = "TLS10, TLS11, TLS12 or TLS13."})
          .AddWith<discovery::TlsVersionCodec>("max_version", &TlsConfig::max_version,
                                               {.sentence = "TLS10, TLS11, TLS12 or TLS13."});
  return table;
}

const OptionTable<ProxyConfig>& OptionsOf(const ProxyConfig*) {
  static const auto table =
      OptionTable<ProxyConfig>("config.ProxyConfig")
          .AddWith<UrlTextCodec>("proxy_url", &ProxyConfig::proxy_url,
                                 {.sentence = "Proxy for every request."})
          .Add("no_proxy", &ProxyConfig::no_proxy,
               {.sentence = "Hosts, domains and networks that are reached without the proxy."})
          .Add("proxy_from_environment", &ProxyConfig::proxy_from_environment,
               {.sentence = "Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY.", .default_text = "false"})
          .AddWith<discovery::SecretHeadersCodec>("proxy_connect_header",
                                                  &ProxyConfig::proxy_connect_header,
                                                  {.sentence = "Headers of CONNECT requests."});
  return table;
}

const OptionTable<BasicAuthConfig>& OptionsOf(const BasicAuthConfig*) {
  static const auto table =
      OptionTable<BasicAuthConfig>("config.plain")
          .Add("username", &BasicAuthConfig::username, {.sentence = "User name."})
          .Add("username_file", &BasicAuthConfig::username_file,
               {.sentence = "File with the user name."})
          .AddWith<SecretTextCodec>("password", &BasicAuthConfig::password,
                                    {.sentence = "Password."})
          .Add("password_file", &BasicAuthConfig::password_file,
               {.sentence = "File with the password."});
  return table;
}

const OptionTable<AuthorizationConfig>& OptionsOf(const AuthorizationConfig*) {
  static const auto table =
      OptionTable<AuthorizationConfig>("config.Authorization")
          .Add("type", &AuthorizationConfig::type,
               {.sentence = "Scheme of the Authorization header.", .default_text = "Bearer"})
          .AddWith<SecretTextCodec>("credentials", &AuthorizationConfig::credentials,
                                    {.sentence = "What follows the scheme."})
          .Add("credentials_file", &AuthorizationConfig::credentials_file,
               {.sentence = "File with the credentials."});
  return table;
}

const OptionTable<OAuth2Config>& OptionsOf(const OAuth2Config*) {
  static const auto table =
      OptionTable<OAuth2Config>("config.plain")
          .Add("client_id", &OAuth2Config::client_id, {.sentence = "Client id."})
          .AddWith<SecretTextCodec>("client_secret", &OAuth2Config::client_secret,
                                    {.sentence = "Client secret."})
          .Add("client_secret_file", &OAuth2Config::client_secret_file,
               {.sentence = "File with the client secret."})
          .Add("scopes", &OAuth2Config::scopes, {.sentence = "Scopes of the token."})
          .AddWith<UrlTextCodec>("token_url", &OAuth2Config::token_url,
                                 {.sentence = "Where tokens are fetched."})
          .Add("endpoint_params", &OAuth2Config::endpoint_params,
               {.sentence = "More parameters for the token URL."})
          .Add("tls_config", &OAuth2Config::tls_config, {.sentence = "TLS to the token URL."})
          .Inline(&OAuth2Config::proxy, OptionsOf(static_cast<const ProxyConfig*>(nullptr)));
  return table;
}

const OptionTable<HttpHeaderConfig>& OptionsOf(const HttpHeaderConfig*) {
  static const auto table =
      OptionTable<HttpHeaderConfig>("config.Header")
          .Add("values", &HttpHeaderConfig::values, {.sentence = "Values, shown."})
          .AddWith<discovery::SecretListCodec>("secrets", &HttpHeaderConfig::secrets,
                                               {.sentence = "Values, hidden."})
          .Add("files", &HttpHeaderConfig::files, {.sentence = "Files with values."});
  return table;
}

const OptionTable<HttpClientConfig>& OptionsOf(const HttpClientConfig*) {
  using Config = HttpClientConfig;
  static const auto table =
      OptionTable<Config>("config.HTTPClientConfig")
          .Add("basic_auth", &Config::basic_auth, {.sentence = "User name and password."})
          .Add("authorization", &Config::authorization, {.sentence = "Authorization header."})
          .Add("oauth2", &Config::oauth2, {.sentence = "OAuth 2.0 client credentials."})
          .AddWith<SecretTextCodec>("bearer_token", &Config::bearer_token,
                                    {.sentence = "Old spelling of authorization.credentials."})
          .Add("bearer_token_file", &Config::bearer_token_file,
               {.sentence = "Old spelling of authorization.credentials_file."})
          .Add("tls_config", &Config::tls_config, {.sentence = "TLS."})
          .Add("follow_redirects", &Config::follow_redirects,
               {.sentence = "Follow redirects.",
                .default_text = "true",
                .shown = config::Shown::kAlways})
          .Add("enable_http2", &Config::enable_http2,
               {.sentence = "Use HTTP/2 where the server offers it.",
                .default_text = "true",
                .shown = config::Shown::kAlways})
          .Inline(&Config::proxy, OptionsOf(static_cast<const ProxyConfig*>(nullptr)))
          .Add("http_headers", &Config::http_headers,
               {.sentence = "More headers for every request."})
          .Check(&discovery::CheckHttpClient);
  return table;
}

}  // namespace sb::net
