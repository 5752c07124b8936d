// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/external_source.h"
#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

using Lookup = base::Result<Datasource> (*)(Parts&, const net::HttpRequest&);

base::Result<Datasource> ByUid(Parts& parts, const net::HttpRequest& request) {
  return parts.datasources.Get(request.path_params.Get("uid"));
}

base::Result<Datasource> ByName(Parts& parts, const net::HttpRequest& request) {
  return parts.datasources.GetByName(request.path_params.Get("name"));
}

base::Result<Datasource> ById(Parts& parts, const net::HttpRequest& request) {
  const base::Result<JsonDocument> id = ParseJsonText(request.path_params.Get("id"));
  return parts.datasources.GetById(id.ok() && id->IsInt64() ? id->GetInt64() : 0);
}

std::string Changed(const Datasource& source, std::string_view message) {
  api::JsonWriter json;
  json.BeginObject().Key("datasource").Raw(ToApiJson(source)).Key("id").Int(source.id);
  json.Key("message").String(message).Key("name").String(source.name).EndObject();
  return std::move(json).Take();
}

base::Result<net::HttpResponse> ListSources(Parts& parts, const net::HttpRequest&) {
  SB_ASSIGN_OR_RETURN(const std::vector<Datasource> sources, parts.datasources.List());
  std::string out = "[";
  for (const Datasource& source : sources) {
    out += (out.size() > 1 ? "," : "") + ToApiJson(source);
  }
  return JsonReply(out + "]");
}

base::Result<net::HttpResponse> CreateSource(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(JsonDocument body, ParseJsonObject(request.body));
  SB_ASSIGN_OR_RETURN(const Datasource source, parts.datasources.Create(std::move(body)));
  return JsonReply(Changed(source, "Datasource added"));
}

net::HttpResponse Health(std::string_view status, std::string_view message) {
  api::JsonWriter json;
  json.BeginObject().Key("status").String(status).Key("message").String(message).EndObject();
  return JsonReply(std::move(json).Take(), status == "OK" ? 200 : 400);
}

std::string_view ProbePath(std::string_view type) {
  if (type == "prometheus") {
    return "/api/v1/query?query=1";
  }
  if (type == "loki") {
    return "/loki/api/v1/labels";
  }
  if (type == "alertmanager") {
    return "/api/v2/status";
  }
  if (type == "jaeger") {
    return "/api/services";
  }
  return type == "tempo" ? "/api/echo" : "/";
}

base::Result<net::HttpResponse> CheckHealth(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const Datasource source, ByUid(parts, request));
  if (source.mount.empty()) {
    SB_ASSIGN_OR_RETURN(net::ClientRequest probe,
                        ExternalRequest(parts, source, "GET", ProbePath(source.type)));
    probe.timeout_ms = 10'000;
    const base::Result<net::ClientResponse> got = parts.with.client.Fetch(std::move(probe));
    if (!got.ok()) {
      return Health("ERROR", got.status().message());
    }
    return got->status < 400 ? Health("OK", "The data source answers.")
                             : Health("ERROR", "The data source answers with HTTP " +
                                                   std::to_string(got->status));
  }
  net::HttpRequest probe;
  probe.method = "GET";
  probe.target = source.mount + std::string(ProbePath(source.type));
  const base::Result<net::HttpResponse> got = AskBuiltIn(parts, std::move(probe));
  if (!got.ok() || got->status == 404) {
    return Health("ERROR", "Signalbox does not serve " + source.type + " queries yet");
  }
  return Health("OK", "Answered by Signalbox's own store.");
}

// The same reads and writes under three kinds of address.
void AddByKey(Parts& parts, net::Router* router, const std::string& pattern, Lookup lookup) {
  Route(router, "GET", pattern,
        [&parts, lookup](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const Datasource source, lookup(parts, request));
          return JsonReply(ToApiJson(source));
        });
  Route(router, "PUT", pattern,
        [&parts, lookup](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const Datasource known, lookup(parts, request));
          SB_ASSIGN_OR_RETURN(JsonDocument body, ParseJsonObject(request.body));
          SB_ASSIGN_OR_RETURN(const Datasource source,
                              parts.datasources.Update(known.uid, std::move(body)));
          return JsonReply(Changed(source, "Datasource updated"));
        });
  Route(router, "DELETE", pattern,
        [&parts, lookup](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const Datasource source, lookup(parts, request));
          SB_RETURN_IF_ERROR(parts.datasources.Delete(source.uid));
          return JsonReply(R"({"message":"Data source deleted","id":)" + std::to_string(source.id) +
                           "}");
        });
}

}  // namespace

void AddDatasourceRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "GET", "/api/datasources", with(ListSources));
  Route(router, "POST", "/api/datasources", with(CreateSource));
  AddByKey(parts, router, "/api/datasources/uid/{uid}", ByUid);
  AddByKey(parts, router, "/api/datasources/name/{name}", ByName);
  AddByKey(parts, router, "/api/datasources/{id}", ById);
  Route(router, "GET", "/api/datasources/id/{name}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const Datasource source, ByName(parts, request));
          return JsonReply("{\"id\":" + std::to_string(source.id) + "}");
        });
  Route(router, "GET", "/api/datasources/uid/{uid}/health", with(CheckHealth));
  Route(router, "GET", "/api/datasources/correlations",
        [](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
          return JsonReply(R"({"correlations":[],"totalCount":0,"page":1,"limit":100})");
        });
}

}  // namespace sb::grafana
