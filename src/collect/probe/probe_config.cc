// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_config.h"

#include "base/env.h"
#include "config/yaml_reader.h"

namespace sb::probe {
namespace {

void SetFolder(const std::string& folder, net::TlsConfig* tls) {
  for (std::string* file : {&tls->ca_file, &tls->cert_file, &tls->key_file}) {
    if (!file->empty() && !file->starts_with('/')) {
      *file = base::JoinPath(folder, *file);
    }
  }
}

}  // namespace

base::Result<std::shared_ptr<const ProbeConfig>> ParseProbeConfig(const std::string& text,
                                                                  const std::string& file) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(text, file));
  config::ErrorList errors(file);
  auto config = std::make_shared<ProbeConfig>();
  if (!root->IsNull()) {
    OptionsOf(config.get()).Read(*root, config.get(), errors);
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  const std::string folder = base::ParentPath(file);
  for (auto& [name, module] : config->modules) {
    module.http.client.SetFolder(folder);
    module.websocket.client.http_headers.merge(module.websocket.headers);
    module.websocket.client.SetFolder(folder);
    SetFolder(folder, &module.tcp.tls_config);
    SetFolder(folder, &module.unix_socket.tls_config);
    SetFolder(folder, &module.dns.tls_config);
    SetFolder(folder, &module.grpc.tls_config);
    std::string& body = module.http.body_file;
    if (!body.empty() && !body.starts_with('/')) {
      body = base::JoinPath(folder, body);
    }
  }
  return std::shared_ptr<const ProbeConfig>(std::move(config));
}

const char* DefaultProbeConfig() {
  return "modules:\n"
         "  http_2xx: {prober: http, http: {preferred_ip_protocol: ip4}}\n"
         "  http_post_2xx: {prober: http, http: {method: POST}}\n"
         "  tcp_connect: {prober: tcp}\n"
         "  pop3s_banner:\n"
         "    prober: tcp\n"
         "    tcp: {tls: true, query_response: [{expect: '^+OK'}]}\n"
         "  ssh_banner:\n"
         "    prober: tcp\n"
         "    tcp:\n"
         "      query_response: [{expect: '^SSH-2.0-'}, {send: SSH-2.0-blackbox-ssh-check}]\n";
}

}  // namespace sb::probe
