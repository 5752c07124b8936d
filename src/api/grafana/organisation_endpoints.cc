// SPDX-License-Identifier: Apache-2.0
//
// What clients ask before they do anything: health, versions, who they are, settings. There is one
// organisation and, until users exist, one administrator.
#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

// The API level that this façade speaks: clients switch features by it.
constexpr std::string_view kApiVersion = "12.0.0";

constexpr std::string_view kUser =
    R"({"id":1,"uid":"admin","login":"admin","name":"admin","email":"","theme":"","orgId":1,)"
    R"("isGrafanaAdmin":true,"isDisabled":false,"isExternal":false,"authLabels":[],"avatarUrl":""})";
constexpr std::string_view kOrg = R"({"id":1,"name":"Main Org.","address":{}})";

struct Fixed {
  std::string_view path;
  std::string_view json;
};
constexpr Fixed kFixed[] = {
    {"/api/org", kOrg},
    {"/api/orgs/{id}", kOrg},
    {"/api/orgs/name/{name}", kOrg},
    {"/api/orgs", R"([{"id":1,"name":"Main Org."}])"},
    {"/api/org/users", R"([{"orgId":1,"userId":1,"login":"admin","role":"Admin"}])"},
    {"/api/org/users/lookup", R"([{"userId":1,"login":"admin","avatarUrl":""}])"},
    {"/api/user", kUser},
    {"/api/users/lookup", kUser},
    {"/api/users/{id}", kUser},
    {"/api/user/orgs", R"([{"orgId":1,"name":"Main Org.","role":"Admin"}])"},
    {"/api/user/preferences", "{}"},
    {"/api/org/preferences", "{}"},
    {"/api/user/stars", "[]"},
    {"/api/teams/search", R"({"totalCount":0,"teams":[],"page":1,"perPage":1000})"},
    {"/api/serviceaccounts/search",
     R"({"totalCount":0,"serviceAccounts":[],"page":1,"perPage":1000})"},
    {"/api/plugins", "[]"},
    {"/api/login/ping", R"({"message":"Logged in"})"},
    {"/api/access-control/user/permissions", "{}"},
};

base::Result<net::HttpResponse> Settings(Parts& parts, const net::HttpRequest&) {
  SB_ASSIGN_OR_RETURN(const std::vector<Datasource> sources, parts.datasources.List());
  std::string default_name;
  api::JsonWriter json;
  json.BeginObject().Key("datasources").BeginObject();
  for (const Datasource& source : sources) {
    json.Key(source.name).BeginObject().Key("id").Int(source.id).Key("uid").String(source.uid);
    json.Key("name").String(source.name).Key("type").String(source.type);
    json.Key("url").String("/api/datasources/proxy/uid/" + source.uid);
    json.Key("access").String("proxy").Key("isDefault").Bool(source.is_default).EndObject();
    default_name = source.is_default ? source.name : default_name;
  }
  json.EndObject().Key("defaultDatasource").String(default_name).Key("appSubUrl").String("");
  json.Key("buildInfo").BeginObject().Key("version").String(kApiVersion);
  json.Key("edition").String("Signalbox").Key("env").String("production");
  json.Key("signalbox").String(parts.options.version).EndObject();
  json.Key("panels").Raw("{}").Key("featureToggles").Raw("{}").EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> ReloadFiles(Parts& parts, const net::HttpRequest& request) {
  const std::string_view what = request.path_params.Get("what");
  if (what != "dashboards" && what != "datasources" && what != "plugins") {
    return base::NotFound("nothing of this kind is provisioned here: " + std::string(what));
  }
  SB_ASSIGN_OR_RETURN(const Provisioning::Report report, parts.provisioning.Apply());
  if (!report.notices.empty()) {
    std::string all;
    for (const std::string& notice : report.notices) {
      all += (all.empty() ? "" : "; ") + notice;
    }
    return MessageReply(all, 500);
  }
  return MessageReply(what == "dashboards" ? "Dashboards config reloaded"
                                           : "Datasources config reloaded");
}

}  // namespace

void AddOrganisationRoutes(Parts& parts, net::Router* router) {
  for (const Fixed& fixed : kFixed) {
    Route(router, "GET", fixed.path,
          [json = fixed.json](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
            return JsonReply(std::string(json));
          });
  }
  const auto health = [&parts](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
    api::JsonWriter json;
    json.BeginObject().Key("database").String("ok").Key("version").String(kApiVersion);
    json.Key("commit").String("signalbox").Key("signalbox").String(parts.options.version);
    json.EndObject();
    return JsonReply(std::move(json).Take());
  };
  Route(router, "GET", "/api/health", health);
  Route(router, "GET", "/healthz", [](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
    return net::PlainTextResponse(200, "Ok");
  });
  // There are no accounts yet: said in words, so that a client does not look for a wrong path.
  for (const std::string_view path :
       {"/api/serviceaccounts", "/api/serviceaccounts/{id}/tokens", "/api/auth/keys",
        "/api/admin/users", "/api/teams", "/api/org/users"}) {
    Route(router, "POST", path,
          [](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
            return base::Unimplemented(
                "Signalbox has no accounts: every client that reaches this door may do everything, "
                "so none can be made. Put a proxy that asks who it is in front of the door.");
          });
  }
  Route(router, "GET", "/api/frontend/settings",
        [&parts](const net::HttpRequest& request) { return Settings(parts, request); });
  Route(router, "POST", "/api/admin/provisioning/{what}/reload",
        [&parts](const net::HttpRequest& request) { return ReloadFiles(parts, request); });
}

}  // namespace sb::grafana
