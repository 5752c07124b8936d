// SPDX-License-Identifier: Apache-2.0
#include "api/alertmanager/alertmanager_api.h"

#include <algorithm>

#include "api/alertmanager/alert_json.h"
#include "api/alertmanager/alert_query.h"

namespace sb::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr size_t kBodyBytesMax = 64 << 20;
constexpr std::string_view kJson = "application/json";

HttpResponse Json(int status, std::string body) {
  HttpResponse reply(status, std::move(body) + "\n", kJson);
  reply.headers.Set("Cache-Control", "no-store");
  return reply;
}

// What the reference's handlers answer: a string as JSON.
HttpResponse Text(int status, std::string_view message) {
  std::string body;
  JsonWriter::AppendQuoted(message, &body);
  return Json(status, std::move(body));
}

HttpResponse Coded(int status, int code, std::string_view message) {
  JsonWriter json;
  json.BeginObject().Key("code").Int(code).Key("message").String(message).EndObject();
  return Json(status, std::move(json).Take());
}

HttpResponse Empty(int status) {
  HttpResponse reply(status);
  reply.headers.Set("Cache-Control", "no-store");
  return reply;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = static_cast<char>(text[i] | 0x20);
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? text[i] != '-' : !hex) {
      return false;
    }
  }
  return true;
}

HttpResponse BadUuid(std::string_view id) {
  return Coded(422, 601, "silenceID in path must be of type uuid: \"" + std::string(id) + "\"");
}

// A silence has, for each matcher of the filter, one that says the same.
bool HasMatchers(const alert::Silence& silence, const alert::AlertMatchers& filter) {
  return std::all_of(filter.begin(), filter.end(), [&](const alert::AlertMatcher& wanted) {
    return std::any_of(silence.matcher_sets.begin(), silence.matcher_sets.end(),
                       [&](const alert::AlertMatchers& set) {
                         return std::find(set.begin(), set.end(), wanted) != set.end();
                       });
  });
}

void WriteTexts(std::string_view key, const std::map<std::string, std::string>& texts,
                JsonWriter* json) {
  json->Key(key).BeginObject();
  for (const auto& [name, value] : texts) {
    json->Key(name).String(value);
  }
  json->EndObject();
}

int StatusOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kInvalidArgument:
      return 400;
    case base::StatusCode::kNotFound:
      return 404;
    case base::StatusCode::kResourceExhausted:
      return 429;
    default:
      return 500;
  }
}

}  // namespace

HttpResponse AlertmanagerApi::Status(const Request&) const {
  JsonWriter json;
  json.BeginObject();
  json.Key("cluster").BeginObject().Key("peers").BeginArray().EndArray();
  json.Key("status").String("disabled").EndObject();
  json.Key("config").BeginObject().Key("original").String(manager_->config()->ToYaml());
  json.EndObject();
  json.Key("uptime").String(FormatApiTime(started_));
  json.Key("versionInfo").BeginObject();
  for (const char* key : {"branch", "buildDate", "buildUser", "goVersion", "revision"}) {
    json.Key(key).String("");
  }
  json.Key("version").String(options_.version).EndObject().EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::Receivers(const Request& request) const {
  const base::Result<alert::AlertMatchers> filter = ReadReceiverMatchers(request, manager_->mode());
  if (!filter.ok()) {
    return Text(400, filter.status().message());
  }
  JsonWriter json;
  json.BeginArray();
  const auto config = manager_->config();
  for (const alert::Receiver& receiver : config->receivers) {
    if (!alert::PassesFilter(*filter, receiver.labels)) {
      continue;
    }
    json.BeginObject().Key("name").String(receiver.name);
    if (!receiver.labels.empty()) {
      WriteTexts("labels", receiver.labels, &json);
    }
    json.EndObject();
  }
  json.EndArray();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::GetAlerts(const Request& request) const {
  const base::Result<alert::AlertQuery> query = ReadAlertQuery(request, manager_->mode());
  if (!query.ok()) {
    return Text(400, query.status().message());
  }
  JsonWriter json;
  json.BeginArray();
  for (const alert::AlertView& view : manager_->Alerts(*query)) {
    WriteAlert(view, &json);
  }
  json.EndArray();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::PostAlerts(const Request& request) const {
  base::Result<std::vector<notify::PostedAlert>> alerts = ParsePostedAlerts(request.body);
  if (!alerts.ok()) {
    return Coded(400, 400, alerts.status().message());
  }
  const base::Status status = manager_->Put(std::move(alerts).value());
  return status.ok() ? Empty(200) : Text(StatusOf(status), status.message());
}

HttpResponse AlertmanagerApi::Groups(const Request& request) const {
  const base::Result<alert::AlertQuery> query = ReadAlertQuery(request, manager_->mode());
  if (!query.ok()) {
    return Text(400, query.status().message());
  }
  JsonWriter json;
  json.BeginArray();
  for (const alert::GroupView& group : manager_->Groups(*query)) {
    json.BeginObject().Key("alerts").BeginArray();
    for (const alert::AlertView& view : group.alerts) {
      WriteAlert(view, &json);
    }
    json.EndArray().Key("labels").BeginObject();
    for (const model::Label& label : group.labels) {
      json.Key(label.name).String(label.value);
    }
    json.EndObject();
    json.Key("receiver").BeginObject().Key("name").String(group.receiver).EndObject();
    if (!group.route_labels.empty()) {
      WriteTexts("routeLabels", group.route_labels, &json);
    }
    json.EndObject();
  }
  json.EndArray();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::GetSilences(const Request& request) const {
  alert::AlertMatchers filter;
  for (const std::string_view text : request.query.GetAll("filter")) {
    base::Result<alert::AlertMatcher> matcher = alert::ParseMatcher(text, manager_->mode());
    if (!matcher.ok()) {
      return Text(400, matcher.status().message());
    }
    filter.push_back(std::move(matcher).value());
  }
  const base::TimestampNs now = manager_->now();
  JsonWriter json;
  json.BeginArray();
  for (const alert::Silence& silence : manager_->ListSilences()) {
    const std::string_view state = alert::SilenceStateText(silence.StateAt(now));
    if (HasMatchers(silence, filter) && TrueUnlessSaid(request, state)) {
      WriteSilence(silence, now, &json);
    }
  }
  json.EndArray();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::PostSilence(const Request& request) const {
  base::Result<SilenceBody> body = ParseSilence(request.body);
  if (!body.ok()) {
    const std::string_view message = body.status().message();
    return message.starts_with("invalid silence") ? Text(400, message) : Coded(400, 400, message);
  }
  if (body->schema_code != 0) {
    return Coded(422, body->schema_code, body->schema_message);
  }
  const base::Result<std::string> id = manager_->SetSilence(std::move(body->silence));
  if (!id.ok()) {
    return Text(StatusOf(id.status()), id.status().message());
  }
  JsonWriter json;
  json.BeginObject().Key("silenceID").String(*id).EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::GetSilence(const Request& request) const {
  const std::string_view id = request.path_params.Get("id");
  if (!IsUuid(id)) {
    return BadUuid(id);
  }
  const base::Result<alert::Silence> silence = manager_->GetSilence(id);
  if (!silence.ok()) {
    return Empty(404);
  }
  JsonWriter json;
  WriteSilence(*silence, manager_->now(), &json);
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::DeleteSilence(const Request& request) const {
  const std::string_view id = request.path_params.Get("id");
  if (!IsUuid(id)) {
    return BadUuid(id);
  }
  const base::Status status = manager_->ExpireSilence(id);
  if (status.ok() || status.code() == base::StatusCode::kNotFound) {
    return Empty(status.ok() ? 200 : 404);
  }
  return Text(StatusOf(status), status.message());
}

void AlertmanagerApi::Handle(net::Router* router, std::string_view method, std::string_view path,
                             Endpoint endpoint, const net::RouteOptions& options) const {
  router->Handle(
      method, path,
      [this, endpoint](const Request& request, net::ResponseWriter& writer) {
        writer.Send((this->*endpoint)(request));
      },
      options);
}

void AlertmanagerApi::AddRoutes(net::Router* router) const {
  const net::RouteOptions options{.max_body_bytes = kBodyBytesMax,
                                  .max_decoded_body_bytes = kBodyBytesMax,
                                  .pool = options_.pool};
  const auto handle = [&](std::string_view method, std::string_view path, Endpoint endpoint) {
    Handle(router, method, path, endpoint, options);
  };
  handle("GET", "/api/v2/status", &AlertmanagerApi::Status);
  handle("GET", "/api/v2/receivers", &AlertmanagerApi::Receivers);
  handle("GET", "/api/v2/alerts", &AlertmanagerApi::GetAlerts);
  handle("POST", "/api/v2/alerts", &AlertmanagerApi::PostAlerts);
  handle("GET", "/api/v2/alerts/groups", &AlertmanagerApi::Groups);
  handle("GET", "/api/v2/silences", &AlertmanagerApi::GetSilences);
  handle("POST", "/api/v2/silences", &AlertmanagerApi::PostSilence);
  handle("GET", "/api/v2/silence/{id}", &AlertmanagerApi::GetSilence);
  handle("DELETE", "/api/v2/silence/{id}", &AlertmanagerApi::DeleteSilence);
  for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
    router->Handle(method, "/api/v1/*rest", [](const Request&, net::ResponseWriter& writer) {
      writer.Send(Json(410, R"({"status":"deprecated","error":"The Alertmanager v1 API was )"
                            R"(deprecated in version 0.16.0 and is removed as of version )"
                            R"(0.27.0 - please use the equivalent route in the v2 API"})"));
    });
    router->Handle(
        method, "/api/v2/*rest", [](const Request& request, net::ResponseWriter& writer) {
          const size_t at = request.path.find("/api/v2");
          writer.Send(Coded(404, 404, "path " + request.path.substr(at) + " was not found"));
        });
  }
  for (const char* method : {"PUT", "DELETE", "PATCH"}) {
    router->Handle(
        method, "/api/v2/alerts", [](const Request& request, net::ResponseWriter& writer) {
          writer.Send(
              Coded(405, 405, "method " + request.method + " is not allowed, but [GET,POST] are"));
        });
  }
}

}  // namespace sb::api
