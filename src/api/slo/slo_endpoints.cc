// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"
#include "api/slo/slo_api.h"
#include "api/slo/slo_json.h"
#include "config/duration.h"
#include "config/json_writer.h"
#include "config/yaml_reader.h"
#include "query/promql/parser.h"
#include "slo/event_alerts.h"
#include "slo/native_spec.h"
#include "slo/slo_report.h"

namespace sb::api {
namespace {

constexpr int64_t kDayMs = 86'400'000;

void WriteMap(const slo::LabelMap& map, JsonWriter* json) {
  json->BeginObject();
  for (const auto& [name, value] : map) {
    json->Key(name).String(value);
  }
  json->EndObject();
}

// "nodata", "ok", "burning" (faster than it may), "exhausted".
const char* StateOf(const slo::GroupStatus& group) {
  if (!(group.events.total > 0)) {
    return "nodata";
  }
  if (group.budget.remaining < 0) {
    return "exhausted";
  }
  return group.burn_rate_6h > 1 ? "burning" : "ok";
}

void WriteGroup(const slo::GroupStatus& group, JsonWriter* json) {
  json->BeginObject().Key("labels");
  WriteLabels(group.labels, json);
  json->Key("state").String(StateOf(group));
  json->Key("sli").Double(group.budget.sli);
  json->Key("remaining").Double(group.budget.remaining);
  json->Key("burnRate").Double(group.budget.burn_rate);
  json->Key("burnRate1h").Double(group.burn_rate_1h);
  json->Key("burnRate6h").Double(group.burn_rate_6h);
  json->Key("hoursToExhaustion");
  if (group.hours_to_exhaustion > 0) {
    json->Double(group.hours_to_exhaustion);
  } else {
    json->Null();
  }
  json->Key("total").Double(group.events.total).Key("errors").Double(group.events.errors);
  json->Key("met").Bool(group.budget.met).EndObject();
}

void WriteWindows(const slo::Objective& objective, JsonWriter* json) {
  json->Key("alertWindows").BeginArray();
  const slo::AlertWindows& w = objective.windows;
  const auto write = [&](const char* severity, const slo::SloAlert& kind,
                         const slo::AlertWindow& window) {
    if (kind.disabled || window.disabled) {
      return;
    }
    json->BeginObject().Key("severity").String(severity);
    json->Key("short").String(config::FormatDuration(window.short_window));
    json->Key("long").String(config::FormatDuration(window.long_window));
    json->Key("burnRate").Double(window.BurnRate(w.period)).EndObject();
  };
  write("page", objective.page, w.page_quick);
  write("page", objective.page, w.page_slow);
  write("ticket", objective.ticket, w.ticket_quick);
  write("ticket", objective.ticket, w.ticket_slow);
  json->EndArray();
}

// The keys of a status, without braces.
void WriteStatus(const slo::SloStatus& status, JsonWriter* json) {
  const slo::Objective& objective = status.objective;
  json->Key("id").String(objective.id).Key("name").String(objective.name);
  json->Key("service").String(objective.service);
  json->Key("description").String(objective.description);
  json->Key("origin").String(objective.origin).Key("file").String(objective.file);
  json->Key("objective").Double(objective.percent);
  json->Key("window").String(config::FormatDuration(objective.period.length));
  json->Key("calendar").String(objective.period.calendar);
  json->Key("periodStart").String(FormatRfc3339(status.period_start_ms));
  json->Key("labels");
  WriteMap(objective.labels, json);
  json->Key("groupBy").BeginArray();
  for (const std::string& label : objective.group_by) {
    json->String(label);
  }
  json->EndArray();
  json->Key("errorQuery").String(objective.error_query);
  json->Key("totalQuery").String(objective.total_query);
  json->Key("alertName").String(objective.alert_name);
  WriteWindows(objective, json);
  json->Key("error").String(status.error);
  json->Key("groups").BeginArray();
  for (const slo::GroupStatus& group : status.groups) {
    WriteGroup(group, json);
  }
  json->EndArray();
}

const char* RelationName(slo::AlertRelation relation) {
  switch (relation) {
    case slo::AlertRelation::kOwn:
      return "own";
    case slo::AlertRelation::kService:
      return "service";
    case slo::AlertRelation::kTime:
      break;
  }
  return "time";
}

void WriteAlerts(const std::vector<slo::EventAlert>& alerts, JsonWriter* json) {
  json->Key("alerts").BeginArray();
  for (const slo::EventAlert& alert : alerts) {
    json->BeginObject().Key("name").String(alert.labels.Get("alertname"));
    json->Key("relation").String(RelationName(alert.relation)).Key("labels");
    WriteLabels(alert.labels, json);
    json->Key("start").String(FormatRfc3339(alert.start_ms)).Key("end");
    WriteTimeOrNull(alert.end_ms, json);
    json->EndObject();
  }
  json->EndArray();
}

// `alerts` are those of the events; what else failed is told in their place.
void WriteDetail(const slo::SloDetail& detail,
                 const base::Result<std::vector<std::vector<slo::EventAlert>>>& alerts,
                 JsonWriter* json) {
  WriteStatus(detail.status, json);
  json->Key("alertsError").String(alerts.status().message());
  json->Key("burnDown");
  WriteBurnDown(detail.burn_down, json);
  json->Key("events").BeginArray();
  for (size_t i = 0; i < detail.events.size(); ++i) {
    const slo::BurnEvent& event = detail.events[i];
    json->BeginObject().Key("start").String(FormatRfc3339(event.start_ms));
    json->Key("end").String(FormatRfc3339(event.end_ms));
    json->Key("errors").Double(event.errors);
    json->Key("budgetShare").Double(event.budget_share);
    json->Key("peakBurnRate").Double(event.peak_burn_rate);
    WriteAlerts(alerts.ok() ? (*alerts)[i] : std::vector<slo::EventAlert>(), json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteReport(const std::vector<slo::ReportLine>& lines, JsonWriter* json) {
  json->BeginObject().Key("lines").BeginArray();
  for (const slo::ReportLine& line : lines) {
    json->BeginObject().Key("id").String(line.objective.id);
    json->Key("service").String(line.objective.service);
    json->Key("name").String(line.objective.name).Key("group");
    WriteLabels(line.labels, json);
    json->Key("objective").Double(line.objective.percent);
    json->Key("sli").Double(line.budget.sli).Key("met").Bool(line.budget.met);
    json->Key("total").Double(line.events.total).Key("errors").Double(line.events.errors);
    json->Key("remaining").Double(line.budget.remaining);
    json->Key("downtimeMinutes").Double(line.downtime_minutes).EndObject();
  }
  json->EndArray().EndObject();
}

// The id of the one SLO in a file; the mistake else.
base::Result<std::string> IdIn(const std::string& body) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseYaml(body, "slo"));
  SB_ASSIGN_OR_RETURN(const auto objectives, slo::ReadNative(*node, "slo"));
  if (objectives.size() != 1) {
    return base::InvalidArgument("exactly one SLO is expected");
  }
  return objectives[0].id;
}

// At the name in a body that is known to be right.
base::Status NameIsTaken(const std::string& body, const std::string& id) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseYaml(body, "slo"));
  const config::Node* const name = slo::At(node->Find("slos")->items[0].get(), {"name"});
  return slo::ErrorAt("slo", *name,
                      "there is an objective of this name and service already: " + id);
}

// As JSON, for forms; "" if it is none.
std::string SpecIn(const std::string& body) {
  const auto node = config::ParseYaml(body, "slo");
  if (!node.ok()) {
    return "";
  }
  const auto file = slo::ReadNativeFile(**node, "slo");
  return file.ok() && file->slos.size() == 1
             ? config::WriteJson(*config::Codec<slo::NativeSlo>::Write(file->slos[0]))
             : "";
}

}  // namespace

void SloApi::List(const Request&, Writer& writer) const {
  JsonWriter json;
  json.BeginObject().Key("slos").BeginArray();
  for (const slo::SloStatus& status : with_.slos.Statuses()) {
    json.BeginObject();
    WriteStatus(status, &json);
    json.EndObject();
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void SloApi::Get(const Request& request, Writer& writer) const {
  model::LabelSet group;
  if (const std::string_view text = request.query.Get("group"); !text.empty()) {
    const auto parsed = promql::ParseMetric(text);
    if (!parsed.ok()) {
      return SendError(writer, BadParameter("group", parsed.status()));
    }
    group = *parsed;
  }
  const std::string id(request.path_params.Get("id"));
  const auto detail = with_.slos.Detail(id, group);
  if (!detail.ok()) {
    return SendError(writer, ErrorType::kNotFound, detail.status().message());
  }
  const auto alerts =
      slo::AlertsDuring(with_.slos.measuring(), detail->status.objective, group, detail->events);
  JsonWriter json;
  json.BeginObject();
  WriteDetail(*detail, alerts, &json);
  if (const auto body = with_.slos.Body("native", id); body.ok()) {
    json.Key("source").String(*body);
    if (const std::string spec = SpecIn(*body); !spec.empty()) {
      json.Key("spec").Raw(spec);
    }
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void SloApi::Put(const Request& request, Writer& writer) const {
  const auto own = IdIn(request.body);
  if (!own.ok()) {
    return SendError(writer, own.status());
  }
  const std::string in_path(request.path_params.Get("id"));
  const std::string id = in_path.empty() ? *own : in_path;
  const auto known = with_.slos.Objectives();
  const bool is_known = std::any_of(known.begin(), known.end(),
                                    [&](const slo::Objective& one) { return one.id == id; });
  if (in_path.empty() && is_known) {
    return SendError(writer, NameIsTaken(request.body, id));
  }
  if (const base::Status put = with_.slos.Put("native", id, request.body); !put.ok()) {
    return SendError(writer, put);
  }
  with_.changed();
  SendSuccess(writer, JsonWriter().BeginObject().Key("id").String(id).EndObject().buffer());
}

void SloApi::Delete(const Request& request, Writer& writer) const {
  const std::string id(request.path_params.Get("id"));
  const base::Status deleted = with_.slos.Delete("native", id);
  if (!deleted.ok()) {
    return SendError(
        writer,
        deleted.code() == base::StatusCode::kNotFound ? ErrorType::kNotFound : ErrorType::kInternal,
        "no SLO of the API has this id: " + id);
  }
  with_.changed();
  SendSuccess(writer, "");
}

void SloApi::Preview(const Request& request, Writer& writer) const {
  const auto node = config::ParseYaml(request.body, "slo");
  if (!node.ok()) {
    return SendError(writer, node.status());
  }
  const auto objectives = slo::ReadNative(**node, "slo");
  if (!objectives.ok()) {
    return SendError(writer, objectives.status());
  }
  JsonWriter json;
  json.BeginObject().Key("groups").BeginArray();
  for (const slo::Objective& objective : *objectives) {
    for (const rules::RuleGroupSpec& group : slo::RulesOf(objective)) {
      json.String(rules::PrintRuleGroup(group));
    }
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void SloApi::Report(const Request& request, Writer& writer) const {
  const int64_t now_ms = with_.env.clock().NowMs().Value();
  const auto to = TimeParameter(request.query, "to", now_ms);
  const auto from = to.ok() ? TimeParameter(request.query, "from", *to - 30 * kDayMs) : to.status();
  if (!from.ok()) {
    return SendError(writer, from.status());
  }
  if (*from >= *to) {
    return SendError(writer, ErrorType::kBadData, "the period is empty: from is not before to");
  }
  const auto lines = with_.slos.Report(*from, *to);
  const std::string_view format = request.query.Get("format");
  if (format == "csv" || format == "pdf") {
    net::HttpResponse reply(
        200, format == "csv" ? slo::ReportCsv(lines) : slo::ReportPdf(lines, *from, *to),
        format == "csv" ? "text/csv; charset=utf-8" : "application/pdf");
    reply.headers.Set("Content-Disposition",
                      fmt::format("attachment; filename=\"slo-report.{}\"", format));
    return writer.Send(std::move(reply));
  }
  JsonWriter json;
  WriteReport(lines, &json);
  SendSuccess(writer, std::move(json).Take());
}

void SloApi::AddRoutes(net::Router* router) const {
  using Method = void (SloApi::*)(const Request&, Writer&) const;
  const std::string base = "/api/signalbox/v1";
  const auto add = [&](const char* method, const char* path, Method handler) {
    net::RouteOptions options;
    options.pool = "query";
    router->Handle(
        method, base + path,
        [this, handler](const Request& request, Writer& writer) {
          (this->*handler)(request, writer);
        },
        options);
  };
  add("GET", "/slos", &SloApi::List);
  add("POST", "/slos", &SloApi::Put);
  add("POST", "/slos/preview", &SloApi::Preview);
  add("POST", "/slos/trial", &SloApi::Try);
  add("GET", "/slos/{id}", &SloApi::Get);
  add("PUT", "/slos/{id}", &SloApi::Put);
  add("DELETE", "/slos/{id}", &SloApi::Delete);
  add("GET", "/slo-report", &SloApi::Report);
  add("GET", "/slo-suggestions", &SloApi::Suggest);
  AddGrafanaRoutes(router);
}

}  // namespace sb::api
