// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"
#include "api/slo/slo_api.h"
#include "api/slo/slo_json.h"
#include "config/duration.h"
#include "config/yaml_reader.h"
#include "slo/native_spec.h"
#include "slo/slo_trial.h"

namespace sb::api {
namespace {

constexpr int64_t kWeekMs = 7 * 86'400'000;
// Of one alert, the newest; their number is told whole.
constexpr size_t kFiringsShown = 50;

base::Result<int64_t> DaysIn(const net::HttpRequest& request) {
  const std::string_view text = request.query.Get("days");
  int64_t days = slo::TrialOptions().days;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
    return BadParameter("days", base::InvalidArgument("not a number: " + std::string(text)));
  }
  return days;
}

base::Result<slo::Objective> ObjectiveIn(const std::string& body) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseYaml(body, "slo"));
  SB_ASSIGN_OR_RETURN(auto objectives, slo::ReadNative(*node, "slo"));
  if (objectives.size() != 1) {
    return base::InvalidArgument("exactly one SLO is expected");
  }
  return std::move(objectives[0]);
}

void WritePeriod(const char* key, const slo::Events& events, const slo::Objective& objective,
                 JsonWriter* json) {
  const slo::BudgetState budget =
      slo::BudgetOf(events.total - events.errors, events.total, objective.ratio);
  json->Key(key).BeginObject();
  json->Key("total").Double(events.total).Key("errors").Double(events.errors);
  json->Key("sli").Double(budget.sli).Key("remaining").Double(budget.remaining);
  json->Key("met").Bool(budget.met).EndObject();
}

void WriteAlert(const slo::TrialAlert& alert, const slo::Objective& objective, int64_t end_ms,
                JsonWriter* json) {
  size_t week = 0;
  int64_t firing_ms = 0;
  for (const slo::TrialFiring& firing : alert.firings) {
    const int64_t until_ms = firing.end_ms > 0 ? firing.end_ms : end_ms;
    week += until_ms > end_ms - kWeekMs ? 1 : 0;
    firing_ms += until_ms - firing.start_ms;
  }
  json->BeginObject().Key("severity").String(alert.severity);
  json->Key("short").String(config::FormatDuration(alert.window.short_window));
  json->Key("long").String(config::FormatDuration(alert.window.long_window));
  json->Key("burnRate").Double(alert.window.BurnRate(objective.windows.period));
  json->Key("fired").Uint(alert.firings.size()).Key("firedInWeek").Uint(week);
  json->Key("firingMinutes").Int(firing_ms / 60'000).Key("firings").BeginArray();
  const size_t skipped = alert.firings.size() - std::min(alert.firings.size(), kFiringsShown);
  for (size_t i = skipped; i < alert.firings.size(); ++i) {
    json->BeginObject().Key("start").String(FormatRfc3339(alert.firings[i].start_ms)).Key("end");
    WriteTimeOrNull(alert.firings[i].end_ms, json);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

void WriteGroup(const slo::TrialGroup& group, const slo::Objective& objective, int64_t end_ms,
                JsonWriter* json) {
  json->BeginObject().Key("labels");
  WriteLabels(group.labels, json);
  WritePeriod("week", group.week, objective, json);
  WritePeriod("whole", group.whole, objective, json);
  json->Key("burnDown");
  WriteBurnDown(group.burn_down, json);
  json->Key("alerts").BeginArray();
  for (const slo::TrialAlert& alert : group.alerts) {
    WriteAlert(alert, objective, end_ms, json);
  }
  json->EndArray().EndObject();
}

}  // namespace

void SloApi::Try(const Request& request, Writer& writer) const {
  const auto days = DaysIn(request);
  const auto objective = days.ok() ? ObjectiveIn(request.body) : days.status();
  if (!objective.ok()) {
    return SendError(writer, objective.status());
  }
  const auto trial = slo::TryOnHistory(
      with_.slos.measuring(), *objective,
      {.days = *days, .is_cancelled = [&writer] { return writer.IsCancelled(); }});
  if (!trial.ok()) {
    return SendQueryError(writer, trial.status());
  }
  JsonWriter json;
  json.BeginObject().Key("id").String(objective->id).Key("days").Int(*days);
  json.Key("start").String(FormatRfc3339(trial->start_ms));
  json.Key("end").String(FormatRfc3339(trial->end_ms)).Key("firstEvent");
  WriteTimeOrNull(trial->first_event_ms, &json);
  json.Key("groups").BeginArray();
  for (const slo::TrialGroup& group : trial->groups) {
    WriteGroup(group, *objective, trial->end_ms, &json);
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take(), {.warnings = trial->warnings, .infos = {}});
}

}  // namespace sb::api
