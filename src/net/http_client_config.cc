// SPDX-License-Identifier: Apache-2.0
#include "net/http_client_config.h"

#include <algorithm>
#include <initializer_list>

namespace sb::net {

using base::InvalidArgument;
using base::Status;

namespace {

int Count(std::initializer_list<bool> set) {
  return static_cast<int>(std::count(set.begin(), set.end(), true));
}

Status ValidateTls(const TlsConfig& tls) {
  if (Count({!tls.ca.empty(), !tls.ca_file.empty()}) > 1) {
    return InvalidArgument("at most one of ca, ca_file & ca_ref must be configured");
  }
  if (Count({!tls.cert.empty(), !tls.cert_file.empty()}) > 1) {
    return InvalidArgument("at most one of cert, cert_file & cert_ref must be configured");
  }
  if (Count({!tls.key.empty(), !tls.key_file.empty()}) > 1) {
    return InvalidArgument("at most one of key and key_file must be configured");
  }
  const bool has_cert = !tls.cert.empty() || !tls.cert_file.empty();
  const bool has_key = !tls.key.empty() || !tls.key_file.empty();
  if (has_cert && !has_key) {
    return InvalidArgument(
        "exactly one of key or key_file must be configured when a client certificate is "
        "configured");
  }
  if (has_key && !has_cert) {
    return InvalidArgument(
        "exactly one of cert or cert_file must be configured when a client key is configured");
  }
  return base::OkStatus();
}

Status ValidateProxy(const ProxyConfig& proxy) {
  if (!proxy.proxy_connect_header.empty() && !proxy.proxy_from_environment &&
      proxy.proxy_url.empty()) {
    return InvalidArgument(
        "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be "
        "configured");
  }
  if (proxy.proxy_from_environment && !proxy.proxy_url.empty()) {
    return InvalidArgument(
        "if proxy_from_environment is configured, proxy_url must not be configured");
  }
  if (proxy.proxy_from_environment && !proxy.no_proxy.empty()) {
    return InvalidArgument(
        "if proxy_from_environment is configured, no_proxy must not be configured");
  }
  if (proxy.proxy_url.empty() && !proxy.no_proxy.empty()) {
    return InvalidArgument("if no_proxy is configured, proxy_url must also be configured");
  }
  return base::OkStatus();
}

Status ValidateBasicAuth(const BasicAuthConfig& auth) {
  if (Count({!auth.username.empty(), !auth.username_file.empty()}) > 1) {
    return InvalidArgument(
        "at most one of basic_auth username, username_file & username_ref must be configured");
  }
  if (Count({!auth.password.empty(), !auth.password_file.empty()}) > 1) {
    return InvalidArgument(
        "at most one of basic_auth password, password_file & password_ref must be configured");
  }
  return base::OkStatus();
}

Status ValidateOAuth2(const OAuth2Config& oauth2) {
  if (oauth2.client_id.empty()) {
    return InvalidArgument("oauth2 client_id must be configured");
  }
  if (oauth2.token_url.empty()) {
    return InvalidArgument("oauth2 token_url must be configured");
  }
  if (Count({!oauth2.client_secret.empty(), !oauth2.client_secret_file.empty()}) > 1) {
    return InvalidArgument(
        "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be "
        "configured");
  }
  SB_RETURN_IF_ERROR(ValidateTls(oauth2.tls_config));
  return ValidateProxy(oauth2.proxy);
}

// Headers that the client or the protocol sets itself.
Status ValidateHeaderName(const std::string& name) {
  static constexpr std::string_view kReserved[] = {
      "Authorization",
      "Host",
      "Content-Encoding",
      "Content-Length",
      "Content-Type",
      "User-Agent",
      "Connection",
      "Keep-Alive",
      "Proxy-Authenticate",
      "Proxy-Authorization",
      "Www-Authenticate",
      "Accept-Encoding",
      "X-Prometheus-Remote-Write-Version",
      "X-Prometheus-Remote-Read-Version",
      "X-Prometheus-Scrape-Timeout-Seconds",
      "X-Amz-Date",
      "X-Amz-Security-Token",
      "X-Amz-Content-Sha256",
  };
  for (const std::string_view reserved : kReserved) {
    if (EqualsIgnoreCase(name, reserved)) {
      return InvalidArgument("setting header \"" + std::string(reserved) + "\" is not allowed");
    }
  }
  return IsToken(name) ? base::OkStatus() : InvalidArgument("invalid header name \"" + name + "\"");
}

Status ValidateAuthorization(HttpClientConfig& config) {
  AuthorizationConfig& authorization = *config.authorization;
  if (!config.bearer_token.empty() || !config.bearer_token_file.empty()) {
    return InvalidArgument("authorization is not compatible with bearer_token & bearer_token_file");
  }
  if (Count({!authorization.credentials.empty(), !authorization.credentials_file.empty()}) > 1) {
    return InvalidArgument(
        "at most one of authorization credentials & credentials_file must be configured");
  }
  std::string& type = authorization.type;
  type.erase(0, std::min(type.find_first_not_of(" \t\n"), type.size()));
  type.erase(type.find_last_not_of(" \t\n") + 1);
  if (type.empty()) {
    type = "Bearer";
  }
  if (EqualsIgnoreCase(type, "basic")) {
    return InvalidArgument(
        "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
  }
  if (config.basic_auth.has_value() || config.oauth2.has_value()) {
    return InvalidArgument("at most one of basic_auth, oauth2 & authorization must be configured");
  }
  return base::OkStatus();
}

void MakeAbsolute(const std::string& folder, std::string& file) {
  if (!file.empty()) {
    file = base::JoinPath(folder, file);
  }
}

void MakeAbsolute(const std::string& folder, TlsConfig& tls) {
  MakeAbsolute(folder, tls.ca_file);
  MakeAbsolute(folder, tls.cert_file);
  MakeAbsolute(folder, tls.key_file);
}

}  // namespace

Status HttpClientConfig::Validate() {
  const bool has_bearer = !bearer_token.empty() || !bearer_token_file.empty();
  if (!bearer_token.empty() && !bearer_token_file.empty()) {
    return InvalidArgument("at most one of bearer_token & bearer_token_file must be configured");
  }
  if ((basic_auth.has_value() || oauth2.has_value()) && has_bearer) {
    return InvalidArgument(
        "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
  }
  if (basic_auth.has_value()) {
    SB_RETURN_IF_ERROR(ValidateBasicAuth(*basic_auth));
  }
  if (authorization.has_value()) {
    SB_RETURN_IF_ERROR(ValidateAuthorization(*this));
  } else if (has_bearer) {
    authorization =
        AuthorizationConfig{"Bearer", std::move(bearer_token), std::move(bearer_token_file)};
    bearer_token.clear();
    bearer_token_file.clear();
  }
  if (oauth2.has_value()) {
    if (basic_auth.has_value()) {
      return InvalidArgument(
          "at most one of basic_auth, oauth2 & authorization must be configured");
    }
    SB_RETURN_IF_ERROR(ValidateOAuth2(*oauth2));
  }
  SB_RETURN_IF_ERROR(ValidateTls(tls_config));
  SB_RETURN_IF_ERROR(ValidateProxy(proxy));
  for (const auto& [name, header] : http_headers) {
    SB_RETURN_IF_ERROR(ValidateHeaderName(name));
  }
  return base::OkStatus();
}

void HttpClientConfig::SetFolder(const std::string& folder) {
  if (basic_auth.has_value()) {
    MakeAbsolute(folder, basic_auth->username_file);
    MakeAbsolute(folder, basic_auth->password_file);
  }
  if (authorization.has_value()) {
    MakeAbsolute(folder, authorization->credentials_file);
  }
  if (oauth2.has_value()) {
    MakeAbsolute(folder, oauth2->client_secret_file);
    MakeAbsolute(folder, oauth2->tls_config);
  }
  MakeAbsolute(folder, bearer_token_file);
  MakeAbsolute(folder, tls_config);
  for (auto& [name, header] : http_headers) {
    for (std::string& file : header.files) {
      MakeAbsolute(folder, file);
    }
  }
}

}  // namespace sb::net
