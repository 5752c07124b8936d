// SPDX-License-Identifier: Apache-2.0
//
// Orchestrators and registries: Kubernetes, Consul, Docker, Swarm, Nomad, Marathon, Eureka, Kuma,
// PuppetDB, Uyuni, ZooKeeper (serverset, nerve).
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "discovery/sd_section.h"

namespace sb::discovery {
namespace {

using enum SdType;
using config::Node;
using config::NodePtr;

constexpr SdField kNamespaces[] = {{"own_namespace", kBool}, {"names", kStrings}};
constexpr SdField kSelectors[] = {{"role"}, {"label"}, {"field"}};
constexpr SdField kAttachMetadata[] = {{"node", kBool},
                                       {"namespace", kBool},
                                       {"deployment", kBool},
                                       {"job", kBool},
                                       {"cronjob", kBool}};
constexpr SdField kKubernetes[] = {{"api_server", kUrl},
                                   {"role"},
                                   {"kubeconfig_file"},
                                   {"namespaces", kSection, "", kNamespaces},
                                   {"selectors", kSection, "", kSelectors, true},
                                   {"attach_metadata", kSection, "", kAttachMetadata}};

constexpr SdField kConsul[] = {{"server", kString, "localhost:8500"},
                               {"path_prefix"},
                               {"token", kSecret},
                               {"datacenter"},
                               {"namespace"},
                               {"partition"},
                               {"tag_separator", kString, ","},
                               {"scheme", kString, "http"},
                               {"username"},
                               {"password", kSecret},
                               {"allow_stale", kBool, "true"},
                               {"refresh_interval", kDuration, "30s"},
                               {"services", kStrings},
                               {"tags", kStrings},
                               {"node_meta", kStringMap},
                               {"filter"},
                               {"health_filter"}};

constexpr SdField kDocker[] = {{"host", kUrl},
                               {"port", kInt, "80"},
                               {"filters", kFilters},
                               {"host_networking_host", kString, "localhost"},
                               {"refresh_interval", kDuration, "1m"},
                               {"match_first_network", kBool, "true"}};

constexpr SdField kDockerSwarm[] = {{"host", kUrl},
                                    {"role"},
                                    {"port", kInt, "80"},
                                    {"filters", kFilters},
                                    {"refresh_interval", kDuration, "1m"}};

constexpr SdField kNomad[] = {{"allow_stale", kBool, "true"},
                              {"namespace", kString, "default"},
                              {"refresh_interval", kDuration, "1m"},
                              {"region", kString, "global"},
                              {"server", kUrl, "http://localhost:4646"},
                              {"tag_separator", kString, ","}};

constexpr SdField kMarathon[] = {{"servers", kStrings},
                                 {"refresh_interval", kDuration, "30s"},
                                 {"auth_token", kSecret},
                                 {"auth_token_file"}};

constexpr SdField kEureka[] = {{"server", kUrl}, {"refresh_interval", kDuration, "30s"}};

constexpr SdField kKuma[] = {{"refresh_interval", kDuration, "15s"},
                             {"fetch_timeout", kDuration, "2m"},
                             {"server", kUrl},
                             {"client_id"}};

constexpr SdField kPuppetdb[] = {{"refresh_interval", kDuration, "1m"},
                                 {"url", kUrl},
                                 {"query"},
                                 {"include_parameters", kBool},
                                 {"port", kInt, "80"}};

constexpr SdField kUyuni[] = {{"server", kUrl},
                              {"username"},
                              {"password", kSecret},
                              {"entitlement", kString, "monitoring_entitled"},
                              {"separator", kString, ","},
                              {"refresh_interval", kDuration, "1m"}};

constexpr SdField kZookeeper[] = {
    {"servers", kStrings}, {"paths", kStrings}, {"timeout", kDuration, "10s"}};

using Roles = std::vector<std::string>;

const std::map<std::string, Roles>& SelectorRoles() {
  static const std::map<std::string, Roles> roles = {
      {"pod", {"pod", "node"}},
      {"service", {"service"}},
      {"endpointslice", {"pod", "service", "endpointslice"}},
      {"endpoints", {"pod", "service", "endpoints"}},
      {"node", {"node"}},
      {"ingress", {"ingress"}},
  };
  return roles;
}

std::string TextOf(const Node& mapping, std::string_view key) {
  const Node* value = mapping.Find(key);
  return value == nullptr ? std::string() : value->text;
}

// Field selectors are `a=b`, `a==b` or `a!=b`, separated by commas. Returns the term that is not.
std::string BrokenTerm(const std::string& selector) {
  for (size_t at = 0; at < selector.size();) {
    const size_t comma = std::min(selector.find(',', at), selector.size());
    const std::string term = selector.substr(at, comma - at);
    if (!term.empty() && term.find('=') == term.npos) {
      return term;
    }
    at = comma + 1;
  }
  return "";
}

void CheckSelectors(const SdValues& v, const std::string& role, const Node& selectors) {
  std::set<std::string> found;
  const Roles& allowed = SelectorRoles().at(role);
  for (const NodePtr& selector : selectors.items) {
    const std::string selector_role = TextOf(*selector, "role");
    if (!found.insert(selector_role).second) {
      v.FailAt("selectors", "duplicated selector role: " + selector_role);
      return;
    }
    if (std::find(allowed.begin(), allowed.end(), selector_role) == allowed.end()) {
      std::string names;
      for (const std::string& name : allowed) {
        names += (names.empty() ? "" : ", ") + name;
      }
      v.FailAt("selectors", role + " role supports only " + names + " selectors");
      return;
    }
    const std::string field = TextOf(*selector, "field");
    if (const std::string term = BrokenTerm(field); !term.empty()) {
      v.FailAt("selectors", "invalid selector: '" + field + "'; can't understand '" + term + "'");
      return;
    }
  }
}

// Where the API server comes from: `api_server`, `kubeconfig_file`, or the pod itself.
bool CheckKubernetesAccess(const SdValues& v) {
  const bool server = v.Has("api_server");
  const bool kubeconfig = v.Has("kubeconfig_file");
  const bool custom = IsCustomHttpClient(v.http());
  const Node* namespaces = v.node().Find("namespaces");
  const bool own = namespaces != nullptr && TextOf(*namespaces, "own_namespace") == "true";
  std::string message;
  if (server && kubeconfig) {
    message = "cannot use 'kubeconfig_file' and 'api_server' simultaneously";
  } else if (kubeconfig && custom) {
    message = "cannot use a custom HTTP client configuration together with 'kubeconfig_file'";
  } else if (!server && custom) {
    message =
        "to use custom HTTP client configuration please provide the 'api_server' URL explicitly";
  } else if (server && own) {
    message = "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously";
  } else if (kubeconfig && own) {
    message = "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously";
  } else {
    return true;
  }
  v.Fail(message);
  return false;
}

void CheckKubernetes(const SdValues& v) {
  const std::string role = v.Text("role");
  if (role.empty()) {
    v.Fail("role missing (one of: pod, service, endpoints, endpointslice, node, ingress)");
    return;
  }
  if (!SelectorRoles().contains(role)) {
    v.FailAt("role", "unknown Kubernetes SD role " + config::GoQuote(role));
    return;
  }
  const Node* selectors = v.node().Find("selectors");
  if (CheckKubernetesAccess(v) && selectors != nullptr) {
    CheckSelectors(v, role, *selectors);
  }
}

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

void CheckConsul(const SdValues& v) {
  if (IsBlank(v.Text("server"))) {
    v.FailAt("server", "consul SD configuration requires a server address");
  } else if ((v.Has("username") || v.Has("password")) && v.http().basic_auth) {
    v.Fail(
        "at most one of consul SD configuration username and password and basic auth can be "
        "configured");
  } else if (v.Has("token") && (v.http().authorization || v.http().oauth2)) {
    v.Fail("at most one of consul SD token, authorization, or oauth2 can be configured");
  }
}

void CheckDocker(const SdValues& v) {
  v.Require("host", "host missing");
}

void CheckDockerSwarm(const SdValues& v) {
  const std::string role = v.Text("role");
  if (!v.Require("host", "host missing")) {
    return;
  }
  if (role.empty()) {
    v.Fail("role missing (one of: tasks, services, nodes)");
  } else if (role != "services" && role != "nodes" && role != "tasks") {
    v.FailAt("role", "invalid role " + role + ", expected tasks, services, or nodes");
  }
}

void CheckNomad(const SdValues& v) {
  if (IsBlank(v.Text("server"))) {
    v.FailAt("server", "nomad SD configuration requires a server address");
  }
}

void CheckMarathon(const SdValues& v) {
  const std::string prefix = "marathon_sd: at most one of ";
  const bool token = v.Has("auth_token");
  const bool file = v.Has("auth_token_file");
  if (v.Count("servers") == 0) {
    v.Fail("marathon_sd: must contain at least one Marathon server");
  } else if (token && file) {
    v.Fail(prefix + "auth_token & auth_token_file must be configured");
  } else if (!token && !file) {
    return;
  } else if (v.http().basic_auth) {
    v.Fail(prefix + "basic_auth, auth_token & auth_token_file must be configured");
  } else if (!v.http().bearer_token.empty() || !v.http().bearer_token_file.empty()) {
    v.Fail(prefix +
           "bearer_token, bearer_token_file, auth_token & auth_token_file must be configured");
  } else if (v.http().authorization) {
    v.Fail(prefix + "auth_token, auth_token_file & authorization must be configured");
  }
}

void CheckEureka(const SdValues& v) {
  if (!v.Require("server", "eureka_sd: empty or null eureka server")) {
    return;
  }
  const std::string server = v.Text("server");
  const UrlParts url = SplitUrl(server);
  if (url.scheme.empty() || url.host.empty()) {
    v.FailAt("server", "eureka_sd: invalid eureka server URL");
  }
}

void CheckKuma(const SdValues& v) {
  const std::string server = v.Text("server");
  if (!v.Require("server", "kuma SD server must not be empty: ")) {
    return;
  }
  const UrlParts url = SplitUrl(server);
  if (url.scheme.empty() || url.host.empty()) {
    v.FailAt("server", "kuma SD server must not be empty and have a scheme: " + server);
  }
}

void CheckPuppetdb(const SdValues& v) {
  const base::Status status = CheckHttpUrl(v.Text("url"));
  if (!status.ok()) {
    v.FailAt("url", std::string(status.message()));
  } else {
    v.Require("query", "query missing");
  }
}

void CheckUyuni(const SdValues& v) {
  (void)(v.Require("server", "Uyuni SD configuration requires server host") &&
         v.Require("username", "Uyuni SD configuration requires a username") &&
         v.Require("password", "Uyuni SD configuration requires a password"));
}

void CheckZookeeper(const SdValues& v, const std::string& name) {
  if (v.Count("servers") == 0) {
    v.Fail(name + " SD config must contain at least one Zookeeper server");
    return;
  }
  if (v.Count("paths") == 0) {
    v.Fail(name + " SD config must contain at least one path");
    return;
  }
  for (const NodePtr& path : v.node().Find("paths")->items) {
    if (!path->text.starts_with('/')) {
      v.FailAt("paths", name + " SD config paths must begin with '/': " + path->text);
    }
  }
}

void CheckServerset(const SdValues& v) {
  CheckZookeeper(v, "serverset");
}

void CheckNerve(const SdValues& v) {
  CheckZookeeper(v, "nerve");
}

constexpr SdKind kKinds[] = {
    {"kubernetes_sd_configs", "kubernetes.plain", SdHttp::kInline, kKubernetes, &CheckKubernetes},
    {"consul_sd_configs", "consul.plain", SdHttp::kInline, kConsul, &CheckConsul},
    {"docker_sd_configs", "moby.plain", SdHttp::kInline, kDocker, &CheckDocker},
    {"dockerswarm_sd_configs", "moby.plain", SdHttp::kInline, kDockerSwarm, &CheckDockerSwarm},
    {"nomad_sd_configs", "nomad.plain", SdHttp::kInline, kNomad, &CheckNomad},
    {"marathon_sd_configs", "marathon.plain", SdHttp::kInline, kMarathon, &CheckMarathon},
    {"eureka_sd_configs", "eureka.plain", SdHttp::kInline, kEureka, &CheckEureka},
    {"kuma_sd_configs", "xds.plainKumaConf", SdHttp::kInline, kKuma, &CheckKuma},
    {"puppetdb_sd_configs", "puppetdb.plain", SdHttp::kInline, kPuppetdb, &CheckPuppetdb},
    {"uyuni_sd_configs", "uyuni.plain", SdHttp::kInline, kUyuni, &CheckUyuni},
    {"serverset_sd_configs", "zookeeper.plain", SdHttp::kNone, kZookeeper, &CheckServerset},
    {"nerve_sd_configs", "zookeeper.plain", SdHttp::kNone, kZookeeper, &CheckNerve},
};
constexpr const SdKind* kList[] = {&kKinds[0], &kKinds[1], &kKinds[2],  &kKinds[3],
                                   &kKinds[4], &kKinds[5], &kKinds[6],  &kKinds[7],
                                   &kKinds[8], &kKinds[9], &kKinds[10], &kKinds[11]};
static_assert(std::size(kList) == std::size(kKinds));

}  // namespace

std::span<const SdKind* const> ClusterSdKinds() {
  return kList;
}

}  // namespace sb::discovery
