// SPDX-License-Identifier: Apache-2.0
//
// Source: https://github.com/grafana/slo-openapi-client
#include <fmt/format.h>

#include "api/http/json_writer.h"
#include "api/slo/slo_api.h"
#include "config/json_reader.h"
#include "config/json_writer.h"
#include "slo/grafana_slo.h"

namespace sb::api {
namespace {

void SendJson(net::ResponseWriter& writer, int status, std::string json) {
  writer.Send(net::HttpResponse(status, std::move(json), "application/json"));
}

void SendProblem(net::ResponseWriter& writer, int status, std::string_view message) {
  JsonWriter json;
  json.BeginObject().Key("code").Int(status).Key("error").String(message).EndObject();
  SendJson(writer, status, std::move(json).Take());
}

void SendProblem(net::ResponseWriter& writer, const base::Status& status) {
  const bool missing = status.code() == base::StatusCode::kNotFound;
  const bool wrong = status.code() == base::StatusCode::kInvalidArgument;
  SendProblem(writer, missing ? 404 : wrong ? 400 : 500, status.message());
}

// The document as it was sent, with its uuid.
base::Result<std::string> Shown(const std::string& body, const std::string& id) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseJson(body, id));
  return config::WriteJson(*slo::WithUuid(*node, id, ""));
}

}  // namespace

void SloApi::GrafanaList(const std::string& kind, Writer& writer) const {
  const auto bodies = with_.slos.Bodies(kind);
  if (!bodies.ok()) {
    return SendProblem(writer, bodies.status());
  }
  std::string json = fmt::format("{{\"{}\":[", kind == "grafana" ? "slos" : "reports");
  for (const auto& [id, body] : *bodies) {
    const auto shown = Shown(body, id);
    if (shown.ok()) {
      json += (json.back() == '[' ? "" : ",") + *shown;
    }
  }
  SendJson(writer, 200, json + "]}");
}

void SloApi::GrafanaGet(const std::string& kind, const Request& request, Writer& writer) const {
  const std::string id(request.path_params.Get("id"));
  const auto body = with_.slos.Body(kind, id);
  if (!body.ok()) {
    return SendProblem(writer, body.status());
  }
  auto shown = Shown(*body, id);
  if (!shown.ok()) {
    return SendProblem(writer, shown.status());
  }
  SendJson(writer, 200, *std::move(shown));
}

void SloApi::GrafanaPut(const std::string& kind, const Request& request, Writer& writer) const {
  std::string id(request.path_params.Get("id"));
  const bool fresh = id.empty();
  if (fresh) {
    id = with_.slos.NewId();
  } else if (const auto known = with_.slos.Body(kind, id); !known.ok()) {
    return SendProblem(writer, known.status());
  }
  // Read as JSON first: what is kept has to be JSON.
  const auto node = config::ParseJson(request.body, "body");
  if (!node.ok() || !(*node)->IsMapping()) {
    return SendProblem(writer, 400,
                       node.ok() ? "a JSON object is expected" : node.status().message());
  }
  if (const base::Status put = with_.slos.Put(kind, id, config::WriteJson(**node)); !put.ok()) {
    return SendProblem(writer, put);
  }
  with_.changed();
  if (!fresh) {
    return SendJson(writer, 202, "{}");
  }
  JsonWriter json;
  json.BeginObject().Key("uuid").String(id);
  json.Key("message").String("SLO " + id + " created.").EndObject();
  SendJson(writer, 202, std::move(json).Take());
}

void SloApi::GrafanaDelete(const std::string& kind, const Request& request, Writer& writer) const {
  const base::Status deleted = with_.slos.Delete(kind, std::string(request.path_params.Get("id")));
  if (!deleted.ok()) {
    return SendProblem(writer, deleted);
  }
  with_.changed();
  writer.Send(net::HttpResponse(204));
}

void SloApi::AddGrafanaRoutes(net::Router* router) const {
  for (const auto& [path, kind] :
       {std::pair<std::string, std::string>("/slo", "grafana"), {"/report", "report"}}) {
    const std::string base = "/api/plugins/grafana-slo-app/resources/v1" + path;
    router->Handle("GET", base, [this, kind = kind](const Request&, Writer& writer) {
      GrafanaList(kind, writer);
    });
    const auto add = [&, kind = kind](const char* method, const std::string& pattern,
                                      auto handler) {
      router->Handle(method, pattern,
                     [this, kind, handler](const Request& request, Writer& writer) {
                       (this->*handler)(kind, request, writer);
                     });
    };
    add("POST", base, &SloApi::GrafanaPut);
    add("GET", base + "/{id}", &SloApi::GrafanaGet);
    add("PUT", base + "/{id}", &SloApi::GrafanaPut);
    add("DELETE", base + "/{id}", &SloApi::GrafanaDelete);
  }
}

}  // namespace sb::api
