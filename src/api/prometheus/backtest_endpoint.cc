// SPDX-License-Identifier: Apache-2.0
//
// POST /api/signalbox/v1/rules/backtest?start=&end=&step=   body: one rule group (YAML or JSON)
// POST /api/signalbox/v1/rules/backfill?start=&end=&step=   the same; stores recording rules
//      &language=logql or traceql: the group is not in PromQL
// GET  /api/signalbox/v1/rules/groups      all groups with origin and missed slots
#include "alert/rules/backtest.h"
#include "alert/rules/rule_file.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/rules_api.h"
#include "api/prometheus/value_json.h"

namespace sb::api {
namespace {

struct Wanted {
  rules::RuleGroupSpec group;
  rules::BacktestRange range;
};

base::Result<Wanted> Read(const net::HttpRequest& request,
                          const rules::ExpressionLanguage& language, int64_t now_ms) {
  Wanted wanted;
  SB_ASSIGN_OR_RETURN(wanted.group,
                      rules::ParseRuleGroup(request.body, "group", {.language = &language}));
  SB_ASSIGN_OR_RETURN(wanted.range.end_ms, TimeParameter(request.query, "end", now_ms));
  SB_ASSIGN_OR_RETURN(wanted.range.start_ms,
                      TimeParameter(request.query, "start", wanted.range.end_ms - 86'400'000));
  SB_ASSIGN_OR_RETURN(const auto step, DurationParameter(request.query, "step"));
  const int64_t interval = wanted.group.interval.Value();
  wanted.range.step_ms = step.value_or(interval > 0 ? interval : 60'000);
  return wanted;
}

void WriteTime(const char* key, int64_t time_ms, JsonWriter* json) {
  json->Key(key);
  if (time_ms == 0) {
    json->Null();
  } else {
    json->String(FormatRfc3339(time_ms));
  }
}

}  // namespace

base::Result<const rules::ExpressionLanguage*> RulesApi::LanguageOf(
    const net::HttpRequest& request) const {
  const std::string_view name = request.query.Get("language");
  if (name.empty() || name == with_.promql.Name()) {
    return &with_.promql;
  }
  for (const rules::ExpressionLanguage* const language : with_.more_languages) {
    if (language->Name() == name) {
      return language;
    }
  }
  return BadParameter("language", base::InvalidArgument("no language of rules has this name: " +
                                                        std::string(name)));
}

void RulesApi::Backtest(const net::HttpRequest& request, net::ResponseWriter& writer) const {
  const auto language = LanguageOf(request);
  if (!language.ok()) {
    return SendError(writer, language.status());
  }
  const auto wanted = Read(request, **language, with_.clock.NowMs().Value());
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto result = rules::Backtest(with_.clock, with_.metrics, **language, wanted->group,
                                      wanted->range, [&writer] { return writer.IsCancelled(); });
  if (!result.ok()) {
    return SendError(writer, result.status());
  }
  JsonWriter json;
  json.BeginObject().Key("evaluations").Uint(result->evaluations);
  json.Key("series").Uint(result->series).Key("samples").Uint(result->samples);
  json.Key("alerts").BeginArray();
  for (const rules::AlertEpisode& episode : result->episodes) {
    json.BeginObject().Key("labels");
    WriteLabels(episode.labels, &json);
    WriteTime("pendingAt", episode.pending_ms, &json);
    WriteTime("firingAt", episode.firing_ms, &json);
    WriteTime("endedAt", episode.ended_ms, &json);
    json.EndObject();
  }
  json.EndArray().Key("errors").BeginArray();
  for (const std::string& error : result->errors) {
    json.String(error);
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void RulesApi::Backfill(const net::HttpRequest& request, net::ResponseWriter& writer) const {
  const auto language = LanguageOf(request);
  if (!language.ok()) {
    return SendError(writer, language.status());
  }
  const auto wanted = Read(request, **language, with_.clock.NowMs().Value());
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto result =
      rules::Backfill(with_.clock, with_.metrics, **language, wanted->group, wanted->range,
                      with_.keep_history, [&writer] { return writer.IsCancelled(); });
  if (!result.ok()) {
    return SendError(writer, result.status());
  }
  JsonWriter json;
  json.BeginObject().Key("evaluations").Uint(result->evaluations);
  json.Key("series").Uint(result->series).Key("samples").Uint(result->samples);
  json.Key("errors").BeginArray();
  for (const std::string& error : result->errors) {
    json.String(error);
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void RulesApi::AddSignalboxRoutes(net::Router* router) const {
  net::RouteOptions slow;
  slow.pool = "query";
  router->Handle(
      "POST", "/api/signalbox/v1/rules/backtest",
      [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
        Backtest(request, writer);
      },
      slow);
  router->Handle(
      "POST", "/api/signalbox/v1/rules/backfill",
      [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
        Backfill(request, writer);
      },
      slow);
  router->Handle("GET", "/api/signalbox/v1/rules/groups",
                 [this](const net::HttpRequest&, net::ResponseWriter& writer) {
                   JsonWriter json;
                   json.BeginObject().Key("groups").BeginArray();
                   for (const rules::GroupView& group : with_.rules.Groups()) {
                     json.BeginObject().Key("name").String(group.name);
                     json.Key("file").String(group.file).Key("origin").String(group.origin);
                     json.Key("language").String(group.language);
                     json.Key("intervalMs").Int(group.interval_ms);
                     json.Key("missed").Uint(group.missed);
                     json.Key("rules").Uint(group.rules.size()).EndObject();
                   }
                   json.EndArray().EndObject();
                   SendSuccess(writer, std::move(json).Take());
                 });
}

}  // namespace sb::api
