// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/external_source.h"

#include <utility>

namespace sb::grafana {

namespace {

constexpr int kHeadersMax = 20;

void AddHeaders(const Json& options, const Json& secrets, net::ClientRequest* request) {
  for (int i = 1; i <= kHeadersMax; ++i) {
    const std::string name = Text(options, "httpHeaderName" + std::to_string(i));
    const std::string value = Text(secrets, "httpHeaderValue" + std::to_string(i));
    if (net::IsToken(name) && net::IsHeaderValue(value)) {
      request->headers.Set(name, value);
    }
  }
}

}  // namespace

base::Result<net::ClientRequest> ExternalRequest(Parts& parts, const Datasource& source,
                                                 std::string_view method, std::string_view rest) {
  if (!source.url.starts_with("http://") && !source.url.starts_with("https://")) {
    return base::InvalidArgument("data source " + source.name + " needs a http:// or https:// URL");
  }
  SB_ASSIGN_OR_RETURN(const std::string secret_text, parts.datasources.Secrets(source.uid));
  SB_ASSIGN_OR_RETURN(const JsonDocument secrets, ParseJsonObject(secret_text));
  SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(source.body));
  net::ClientRequest request;
  request.method = std::string(method);
  request.url = source.url;
  while (request.url.ends_with('/')) {
    request.url.pop_back();
  }
  request.url += rest;
  if (Flag(json, "basicAuth")) {
    request.basic_auth_user = Text(json, "basicAuthUser");
    request.basic_auth_password = Text(secrets, "basicAuthPassword");
  }
  if (const Json* options = Member(json, "jsonData"); options != nullptr) {
    AddHeaders(*options, secrets, &request);
    request.tls.insecure_skip_verify = Flag(*options, "tlsSkipVerify");
    request.tls.server_name = Text(*options, "serverName");
    request.tls.ca_pem = Text(secrets, "tlsCACert");
    request.tls.cert_pem = Text(secrets, "tlsClientCert");
    request.tls.key_pem = Text(secrets, "tlsClientKey");
  }
  if (!source.is_provisioned && !parts.options.allow_private_datasources) {
    request.address_filter =
        std::make_shared<const net::AddressFilter>(net::AddressFilter::PublicOnly());
  }
  return request;
}

}  // namespace sb::grafana
