// SPDX-License-Identifier: Apache-2.0
//
// The ruler API: rule groups in namespaces, as YAML, created and deleted by people and by tools
// such as mimirtool and Grafana.
//
// Source: https://grafana.com/docs/mimir/latest/references/http-api/#ruler and
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ruler
#include "alert/rules/rule_file.h"
#include "api/http/json_writer.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/rules_api.h"
#include "config/yaml_writer.h"

namespace sb::api {
namespace {

constexpr const char* kYaml = "application/yaml";

void SendAccepted(net::ResponseWriter& writer) {
  writer.Send(net::HttpResponse(
      202, R"({"status":"success","data":null,"errorType":"","error":""})", "application/json"));
}

void SendYaml(net::ResponseWriter& writer, const config::Node& node) {
  writer.Send(net::HttpResponse(200, config::WriteYaml(node), kYaml));
}

}  // namespace

void RulesApi::PutGroup(const net::HttpRequest& request, net::ResponseWriter& writer,
                        const std::string& language) const {
  const std::string name_space(request.path_params.Get("namespace"));
  if (const base::Status put = with_.stored.Put(language, name_space, request.body); !put.ok()) {
    return SendError(writer, put);
  }
  if (const base::Status applied = with_.apply_stored(); !applied.ok()) {
    return SendError(writer, applied);
  }
  SendAccepted(writer);
}

void RulesApi::ListGroups(const net::HttpRequest& request, net::ResponseWriter& writer,
                          const std::string& language) const {
  const std::string name_space(request.path_params.Get("namespace"));
  const std::string name(request.path_params.Get("group"));
  if (!name.empty()) {
    const auto group = with_.stored.Get(language, name_space, name);
    if (!group.ok()) {
      return SendError(writer, ErrorType::kNotFound, "group does not exist");
    }
    return SendYaml(writer, *config::Codec<rules::RuleGroupSpec>::Write(*group));
  }
  auto all = with_.stored.List(language);
  if (!all.ok()) {
    return SendError(writer, all.status());
  }
  if (!name_space.empty()) {
    std::erase_if(*all, [&](const auto& entry) { return entry.first != name_space; });
  }
  if (all->empty() && !name_space.empty()) {
    return SendError(writer, ErrorType::kNotFound, "no rule groups found");
  }
  SendYaml(writer, *config::Codec<rules::StoredRules::Namespaces>::Write(*all));
}

void RulesApi::DeleteGroup(const net::HttpRequest& request, net::ResponseWriter& writer,
                           const std::string& language) const {
  const std::string name_space(request.path_params.Get("namespace"));
  const std::string group(request.path_params.Get("group"));
  const base::Status deleted = group.empty() ? with_.stored.DeleteNamespace(language, name_space)
                                             : with_.stored.Delete(language, name_space, group);
  if (deleted.code() == base::StatusCode::kNotFound) {
    return SendError(writer, ErrorType::kNotFound, "group does not exist");
  }
  if (!deleted.ok()) {
    return SendError(writer, deleted);
  }
  if (const base::Status applied = with_.apply_stored(); !applied.ok()) {
    return SendError(writer, applied);
  }
  SendAccepted(writer);
}

void RulesApi::AddRuler(const std::string& path, const char* language, net::Router* router) const {
  using Method =
      void (RulesApi::*)(const net::HttpRequest&, net::ResponseWriter&, const std::string&) const;
  const auto add = [&](const char* method, const std::string& pattern, Method handler) {
    router->Handle(
        method, pattern,
        [this, handler, language](const net::HttpRequest& request, net::ResponseWriter& writer) {
          (this->*handler)(request, writer, language);
        });
  };
  add("POST", path + "/{namespace}", &RulesApi::PutGroup);
  add("GET", path + "/{namespace}", &RulesApi::ListGroups);
  add("DELETE", path + "/{namespace}", &RulesApi::DeleteGroup);
  add("GET", path + "/{namespace}/{group}", &RulesApi::ListGroups);
  add("DELETE", path + "/{namespace}/{group}", &RulesApi::DeleteGroup);
}

void RulesApi::AddPrometheusRoutes(std::string_view prefix, net::Router* router) const {
  const std::string base = std::string(prefix) + "/api/v1";
  router->Handle("GET", base + "/rules",
                 [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                   Rules(request, writer, "");
                 });
  router->Handle(
      "GET", base + "/alerts",
      [this](const net::HttpRequest&, net::ResponseWriter& writer) { Alerts(writer, ""); });
  router->Handle(
      "GET", base + "/alertmanagers",
      [this](const net::HttpRequest&, net::ResponseWriter& writer) { Alertmanagers(writer); });
  // Prometheus' own list stands at /api/v1/rules, so that of the groups is Mimir's.
  AddRuler(base + "/rules", "promql", router);
  const std::string mimir = std::string(prefix) + "/config/v1/rules";
  AddRuler(mimir, "promql", router);
  router->Handle("GET", mimir,
                 [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                   ListGroups(request, writer, "promql");
                 });
}

void RulesApi::AddTempoRoutes(std::string_view prefix, net::Router* router) const {
  const std::string path = std::string(prefix) + "/config/v1/rules";
  AddRuler(path, "traceql", router);
  router->Handle("GET", path,
                 [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                   ListGroups(request, writer, "traceql");
                 });
}

void RulesApi::AddLokiRoutes(std::string_view prefix, net::Router* router) const {
  const std::string base(prefix);
  for (const char* path : {"/loki/api/v1/rules", "/api/prom/rules"}) {
    AddRuler(base + path, "logql", router);
    router->Handle("GET", base + path,
                   [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                     ListGroups(request, writer, "logql");
                   });
  }
  router->Handle("GET", base + "/prometheus/api/v1/rules",
                 [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
                   Rules(request, writer, "logql");
                 });
  router->Handle(
      "GET", base + "/prometheus/api/v1/alerts",
      [this](const net::HttpRequest&, net::ResponseWriter& writer) { Alerts(writer, "logql"); });
}

}  // namespace sb::api
