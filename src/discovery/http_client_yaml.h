// SPDX-License-Identifier: Apache-2.0
//
// The YAML of net::HttpClientConfig and net::TlsConfig: basic_auth, authorization, oauth2,
// tls_config, proxies, redirects, http_headers. Where the options stand directly in a section
// (scrape configs, service discovery), the section inlines the table and calls CheckHttpClient
// itself.
//
// Source: prometheus/common config/http_config.go.
#pragma once

#include "config/option_table.h"
#include "net/http_client_config.h"

namespace sb::net {

const config::OptionTable<HttpClientConfig>& OptionsOf(const HttpClientConfig*);
const config::OptionTable<TlsConfig>& OptionsOf(const TlsConfig*);
const config::OptionTable<ProxyConfig>& OptionsOf(const ProxyConfig*);
const config::OptionTable<HttpHeaderConfig>& OptionsOf(const HttpHeaderConfig*);

}  // namespace sb::net

namespace sb::discovery {

// Adds what HttpClientConfig::Validate() finds, at `node`.
void CheckHttpClient(const config::Node& node, net::HttpClientConfig* client,
                     config::ErrorList& errors);
// Whether any option differs from its default.
bool IsCustomHttpClient(const net::HttpClientConfig& client);

// A URL that the client can use: scheme http or https, a host. Errors in the reference's words.
base::Status CheckHttpUrl(std::string_view url);

// Scheme and host of a URL as Go's url.Parse finds them, without judging them.
struct UrlParts {
  std::string_view scheme;
  std::string_view host;  // with the port
};
UrlParts SplitUrl(std::string_view url);
// `url` with "xxxxx" in place of a password.
std::string RedactUrl(std::string_view url);

// Secrets that net keeps as plain strings.
struct SecretTextCodec {
  static void Read(const config::Node& node, const config::OptionInfo& info, std::string* out,
                   config::ErrorList& errors);
  static config::NodePtr Write(const std::string& value);
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "secret"; }
};

// URLs, shown without their password.
struct UrlTextCodec {
  static void Read(const config::Node& node, const config::OptionInfo& info, std::string* out,
                   config::ErrorList& errors);
  static config::NodePtr Write(const std::string& value);
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "URL"; }
};

}  // namespace sb::discovery
