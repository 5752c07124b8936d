// SPDX-License-Identifier: Apache-2.0
//
// What Signalbox adds to Alertmanager's API, below /api/signalbox/v1 (docs/alerting-api.md):
//
//   GET    /alerts, /alerts/{fingerprint}            with acknowledgement and escalation
//   PUT    /alerts/{fingerprint}/acknowledgement     DELETE takes it back
//   GET    /notifications                            who was told what, when, and why not
//   GET    /routes                                   the tree, time intervals, escalation policies
//   POST   /routes/test                              who would be told
#include <charconv>

#include "api/alertmanager/alert_json.h"
#include "api/alertmanager/alert_query.h"
#include "api/alertmanager/alertmanager_api.h"
#include "config/duration.h"
#include "config/json_reader.h"

namespace sb::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr uint64_t kNotificationsMax = 10'000;

HttpResponse Json(int status, std::string body) {
  HttpResponse reply(status, std::move(body) + "\n", "application/json");
  reply.headers.Set("Cache-Control", "no-store");
  return reply;
}

HttpResponse Coded(int status, std::string_view message) {
  JsonWriter json;
  json.BeginObject().Key("code").Int(status).Key("message").String(message).EndObject();
  return Json(status, std::move(json).Take());
}

HttpResponse Failed(const base::Status& status) {
  const bool missing = status.code() == base::StatusCode::kNotFound;
  const bool wrong = status.code() == base::StatusCode::kInvalidArgument;
  return Coded(missing ? 404 : wrong ? 400 : 500, status.message());
}

base::Result<uint64_t> ReadFingerprint(std::string_view text) {
  uint64_t fingerprint = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), fingerprint, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 16) {
    return base::InvalidArgument("fingerprint must be 16 hexadecimal digits: " + std::string(text));
  }
  return fingerprint;
}

// Absent: unchanged.
base::Status ReadTimeParameter(const HttpRequest& request, const char* name,
                               base::TimestampNs* time) {
  const std::string_view text = request.query.Get(name);
  if (!text.empty() && !ParseRfc3339Ns(text, time)) {
    return base::InvalidArgument(
        std::string(name) + " must be a time such as 2026-01-31T12:00:00Z: " + std::string(text));
  }
  return base::OkStatus();
}

base::Result<alert::HistoryQuery> ReadHistoryQuery(const HttpRequest& request) {
  alert::HistoryQuery query;
  query.receiver = request.query.Get("receiver");
  query.outcome = request.query.Get("outcome");
  if (const std::string_view text = request.query.Get("fingerprint"); !text.empty()) {
    SB_ASSIGN_OR_RETURN(query.fingerprint, ReadFingerprint(text));
  }
  SB_RETURN_IF_ERROR(ReadTimeParameter(request, "from", &query.from));
  base::TimestampNs to;
  SB_RETURN_IF_ERROR(ReadTimeParameter(request, "to", &to));
  if (to.Value() != 0) {
    query.to = to;
  }
  if (const std::string_view text = request.query.Get("limit"); !text.empty()) {
    uint64_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc() || end != text.data() + text.size() || limit > kNotificationsMax) {
      return base::InvalidArgument("limit must be a number up to " +
                                   std::to_string(kNotificationsMax) + ": " + std::string(text));
    }
    query.limit = limit;
  }
  return query;
}

void WriteStrings(const char* key, const std::vector<std::string>& texts, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : texts) {
    json->String(text);
  }
  json->EndArray();
}

void WriteLabelObject(const model::LabelSet& labels, JsonWriter* json) {
  json->BeginObject();
  for (const model::Label& label : labels) {
    json->Key(label.name).String(label.value);
  }
  json->EndObject();
}

void WriteFingerprints(const char* key, const std::vector<uint64_t>& fingerprints,
                       JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const uint64_t fingerprint : fingerprints) {
    json->String(notify::FingerprintText(fingerprint));
  }
  json->EndArray();
}

void WriteDuration(const char* key, base::DurationMs duration, JsonWriter* json) {
  json->Key(key).String(config::FormatDuration(duration));
}

// The entries, and the labels of alerts in them that are still known.
void WriteNotifications(const alert::Manager& manager, const alert::HistoryQuery& query,
                        JsonWriter* json) {
  std::vector<uint64_t> seen;
  json->Key("notifications").BeginArray();
  for (const alert::HistoryEntry& entry : manager.History(query)) {
    json->BeginObject().Key("at").String(FormatApiTime(entry.at));
    json->Key("outcome").String(alert::OutcomeText(entry.outcome));
    json->Key("receiver").String(entry.receiver);
    json->Key("integration").String(entry.integration);
    json->Key("reason").String(entry.reason);
    json->Key("error").String(entry.error);
    json->Key("groupKey").String(entry.group_key);
    WriteFingerprints("firing", entry.firing, json);
    WriteFingerprints("resolved", entry.resolved, json);
    json->Key("attempts").Int(entry.attempts).Key("durationMs").Int(entry.duration_ms);
    json->EndObject();
    seen.insert(seen.end(), entry.firing.begin(), entry.firing.end());
    seen.insert(seen.end(), entry.resolved.begin(), entry.resolved.end());
  }
  json->EndArray().Key("labels").BeginObject();
  for (const auto& [fingerprint, labels] : manager.LabelsOf(seen)) {
    json->Key(notify::FingerprintText(fingerprint));
    WriteLabelObject(labels, json);
  }
  json->EndObject();
}

void WriteEscalation(const std::vector<alert::ExplainedStep>& steps, JsonWriter* json) {
  json->Key("escalation").BeginArray();
  for (const alert::ExplainedStep& step : steps) {
    json->BeginObject().Key("policy").String(step.policy);
    json->Key("receiver").String(step.receiver);
    WriteDuration("after", step.after, json);
    json->Key("dueAt").String(FormatApiTime(step.due)).Key("toldAt");
    if (step.taken.has_value()) {
      json->String(FormatApiTime(*step.taken));
    } else {
      json->Null();
    }
    json->EndObject();
  }
  json->EndArray();
}

void WriteExplanation(const alert::Explanation& why, JsonWriter* json) {
  json->Key("routes").BeginArray();
  for (const alert::ExplainedRoute& route : why.routes) {
    json->BeginObject().Key("receiver").String(route.receiver);
    WriteStrings("integrations", route.integrations, json);
    json->Key("key").String(route.key).Key("path").BeginArray();
    for (const size_t index : route.path) {
      json->Uint(index);
    }
    json->EndArray().Key("groupLabels");
    WriteLabelObject(route.group_labels, json);
    json->Key("groupKey").String(route.group_key);
    WriteDuration("groupWait", route.group_wait, json);
    WriteDuration("groupInterval", route.group_interval, json);
    WriteDuration("repeatInterval", route.repeat_interval, json);
    json->Key("mutedBy").String(route.muted_by).EndObject();
  }
  json->EndArray();
  WriteStrings("silencedBy", why.silenced_by, json);
  WriteStrings("inhibitedBy", why.inhibited_by, json);
}

// What the v2 API shows, and `acknowledgement` and `escalation`.
void WriteOwnAlert(const alert::Manager& manager, const alert::AlertView& view, JsonWriter* json) {
  json->BeginObject().Key("alert");
  WriteAlert(view, json);
  json->Key("acknowledgement");
  if (view.acknowledged_by.empty()) {
    json->Null();
  } else {
    json->BeginObject().Key("by").String(view.acknowledged_by);
    json->Key("comment").String(view.acknowledged_comment);
    json->Key("at").String(FormatApiTime(view.acknowledged_at)).EndObject();
  }
  WriteEscalation(manager.Escalation(view.alert->fingerprint), json);
}

void WriteRoute(const alert::Route& route, JsonWriter* json) {
  json->BeginObject().Key("index").Uint(route.index).Key("key").String(route.key);
  json->Key("receiver").String(route.receiver).Key("matchers").BeginArray();
  for (const alert::AlertMatcher& matcher : route.matchers) {
    json->String(matcher.ToString());
  }
  json->EndArray().Key("continue").Bool(route.goes_on);
  WriteStrings("groupBy", route.group_by_all ? std::vector<std::string>{"..."} : route.group_by,
               json);
  WriteDuration("groupWait", route.group_wait, json);
  WriteDuration("groupInterval", route.group_interval, json);
  WriteDuration("repeatInterval", route.repeat_interval, json);
  WriteStrings("muteTimeIntervals", route.mute_time_intervals, json);
  WriteStrings("activeTimeIntervals", route.active_time_intervals, json);
  json->Key("routes").BeginArray();
  for (const auto& child : route.routes) {
    WriteRoute(*child, json);
  }
  json->EndArray().EndObject();
}

void WritePolicies(const alert::EscalationPolicies& policies, JsonWriter* json) {
  json->Key("escalations").BeginArray();
  for (const alert::EscalationPolicy& policy : policies) {
    json->BeginObject().Key("name").String(policy.name).Key("matchers").BeginArray();
    for (const alert::AlertMatcher& matcher : policy.matchers) {
      json->String(matcher.ToString());
    }
    json->EndArray().Key("steps").BeginArray();
    for (const alert::EscalationStep& step : policy.steps) {
      json->BeginObject();
      WriteDuration("after", step.after, json);
      json->Key("receiver").String(step.receiver).EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

struct RouteTest {
  model::LabelSet labels;
  base::TimestampNs at;
};

base::Result<RouteTest> ReadRouteTest(const std::string& body, base::TimestampNs now) {
  RouteTest test{{}, now};
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseJson(body, "body"));
  const config::Node* labels = root->Find("labels");
  if (labels == nullptr || labels->entries.empty()) {
    return base::InvalidArgument(
        R"(the body must be {"labels": {"alertname": "X"}, "at": "2026-01-31T12:00:00Z"})");
  }
  std::vector<model::Label> list;
  for (const config::Node::Entry& entry : labels->entries) {
    list.push_back({entry.key->text, entry.value->text});
  }
  test.labels = model::LabelSet::FromLabels(std::move(list));
  const config::Node* at = root->Find("at");
  if (at != nullptr && !at->text.empty() && !ParseRfc3339Ns(at->text, &test.at)) {
    return base::InvalidArgument("at must be a time such as 2026-01-31T12:00:00Z: " + at->text);
  }
  return test;
}

}  // namespace

HttpResponse AlertmanagerApi::OwnAlerts(const HttpRequest& request) const {
  const base::Result<alert::AlertQuery> query = ReadAlertQuery(request, manager_->mode());
  if (!query.ok()) {
    return Coded(400, query.status().message());
  }
  JsonWriter json;
  json.BeginObject().Key("alerts").BeginArray();
  for (const alert::AlertView& view : manager_->Alerts(*query)) {
    WriteOwnAlert(*manager_, view, &json);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::OwnAlert(const HttpRequest& request) const {
  const auto fingerprint = ReadFingerprint(request.path_params.Get("fingerprint"));
  if (!fingerprint.ok()) {
    return Failed(fingerprint.status());
  }
  const std::optional<alert::AlertView> view = manager_->FindAlert(*fingerprint);
  if (!view.has_value()) {
    return Coded(404, "no alert with fingerprint " + notify::FingerprintText(*fingerprint));
  }
  JsonWriter json;
  WriteOwnAlert(*manager_, *view, &json);
  WriteExplanation(manager_->Explain(view->alert->labels, manager_->now()), &json);
  alert::HistoryQuery query;
  query.fingerprint = *fingerprint;
  WriteNotifications(*manager_, query, &json);
  json.EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::Notifications(const HttpRequest& request) const {
  const base::Result<alert::HistoryQuery> query = ReadHistoryQuery(request);
  if (!query.ok()) {
    return Failed(query.status());
  }
  JsonWriter json;
  json.BeginObject();
  WriteNotifications(*manager_, *query, &json);
  json.EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::Acknowledge(const HttpRequest& request) const {
  const auto fingerprint = ReadFingerprint(request.path_params.Get("fingerprint"));
  if (!fingerprint.ok()) {
    return Failed(fingerprint.status());
  }
  base::Status status;
  if (request.method == "DELETE") {
    status = manager_->Unacknowledge(*fingerprint);
  } else {
    const auto body = config::ParseJson(request.body, "body");
    const config::Node* by = body.ok() ? (*body)->Find("by") : nullptr;
    const config::Node* comment = body.ok() ? (*body)->Find("comment") : nullptr;
    if (by == nullptr || by->text.empty()) {
      return Coded(400, "the body must be {\"by\": \"who\", \"comment\": \"…\"}");
    }
    status = manager_->Acknowledge(*fingerprint, by->text, comment == nullptr ? "" : comment->text);
  }
  return status.ok() ? HttpResponse(204) : Failed(status);
}

HttpResponse AlertmanagerApi::Routes(const HttpRequest&) const {
  const auto config = manager_->config();
  JsonWriter json;
  json.BeginObject().Key("route");
  WriteRoute(*config->route, &json);
  json.Key("receivers").BeginArray();
  for (const alert::Receiver& receiver : config->receivers) {
    json.BeginObject().Key("name").String(receiver.name).Key("integrations").BeginArray();
    for (const alert::Integration& integration : receiver.integrations) {
      json.String(std::string(integration.type->name) + "[" + std::to_string(integration.index) +
                  "]");
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("timeIntervals").BeginArray();
  for (const alert::NamedTimeInterval& interval : config->time_intervals) {
    json.BeginObject().Key("name").String(interval.name);
    json.Key("activeNow").Bool(interval.Contains(manager_->now())).EndObject();
  }
  json.EndArray();
  WritePolicies(manager_->Policies(), &json);
  json.EndObject();
  return Json(200, std::move(json).Take());
}

HttpResponse AlertmanagerApi::TestRoutes(const HttpRequest& request) const {
  const base::Result<RouteTest> test = ReadRouteTest(request.body, manager_->now());
  if (!test.ok()) {
    return Failed(test.status());
  }
  const alert::Explanation why = manager_->Explain(test->labels, test->at);
  JsonWriter json;
  json.BeginObject();
  WriteExplanation(why, &json);
  WriteEscalation(why.escalation, &json);
  json.EndObject();
  return Json(200, std::move(json).Take());
}

void AlertmanagerApi::AddOwnRoutes(net::Router* router) const {
  net::RouteOptions options;
  options.pool = options_.pool;
  const auto handle = [&](std::string_view method, std::string_view path, Endpoint endpoint) {
    Handle(router, method, path, endpoint, options);
  };
  handle("GET", "/alerts", &AlertmanagerApi::OwnAlerts);
  handle("GET", "/alerts/{fingerprint}", &AlertmanagerApi::OwnAlert);
  handle("PUT", "/alerts/{fingerprint}/acknowledgement", &AlertmanagerApi::Acknowledge);
  handle("DELETE", "/alerts/{fingerprint}/acknowledgement", &AlertmanagerApi::Acknowledge);
  handle("GET", "/notifications", &AlertmanagerApi::Notifications);
  handle("GET", "/routes", &AlertmanagerApi::Routes);
  handle("POST", "/routes/test", &AlertmanagerApi::TestRoutes);
}

}  // namespace sb::api
