// SPDX-License-Identifier: Apache-2.0
#include "server/kubernetes_pods.h"

#include <utility>

#include "net/http_client_config.h"

namespace sb::server {
namespace {

constexpr const char* kAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount/";
constexpr size_t kAnswerBytesMax = 32 << 20;

// The cluster's own API server, "" outside of a cluster.
std::string ClusterApi(const config::VariableLookup& environment) {
  std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty()) {
    return "";
  }
  if (host.find(':') != std::string::npos) {
    host = "[" + host + "]";
  }
  return "https://" + host + ":" + (port.empty() ? "443" : port);
}

// What the file does not say is the service account's.
void UseServiceAccount(net::HttpClientConfig* http) {
  const bool has_account =
      http->basic_auth.has_value() || http->authorization.has_value() || http->oauth2.has_value();
  if (!has_account) {
    http->authorization.emplace();
    http->authorization->credentials_file = std::string(kAccountFolder) + "token";
  }
  if (http->tls_config.ca.empty() && http->tls_config.ca_file.empty() &&
      !http->tls_config.insecure_skip_verify) {
    http->tls_config.ca_file = std::string(kAccountFolder) + "ca.crt";
  }
}

}  // namespace

base::Result<std::unique_ptr<collect::PodDirectory>> MakePodDirectory(
    const LogKubernetesSection& section, const config::VariableLookup& environment,
    net::HttpClient& client, base::Env& env, base::Registry* registry) {
  std::string api = section.api;
  net::HttpClientConfig http = section.http;
  if (api.empty()) {
    api = ClusterApi(environment);
    if (api.empty()) {
      return base::InvalidArgument(
          "logs.kubernetes: not in a cluster (KUBERNETES_SERVICE_HOST is not set): name the API "
          "server with `api`");
    }
    UseServiceAccount(&http);
  }
  while (api.ends_with('/')) {
    api.pop_back();
  }
  collect::PodDirectory::Options options;
  options.node = section.node;
  options.refresh = section.refresh;
  auto configured = std::make_shared<net::ConfiguredClient>(client, std::move(http), env);
  auto ask = [configured, api, timeout_ms = section.timeout.Value()](
                 const std::string& path) -> base::Result<collect::PodDirectory::Answer> {
    net::ClientRequest request;
    request.url = api + path;
    request.headers.Add("Accept", "application/json");
    request.timeout_ms = request.connect_timeout_ms = timeout_ms;
    request.max_response_bytes = kAnswerBytesMax;
    SB_ASSIGN_OR_RETURN(net::ClientResponse response, configured->Fetch(std::move(request)));
    return collect::PodDirectory::Answer{response.status, std::move(response.body)};
  };
  return std::make_unique<collect::PodDirectory>(env, std::move(options), std::move(ask), registry);
}

}  // namespace sb::server
