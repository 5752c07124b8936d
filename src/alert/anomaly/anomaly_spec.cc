// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/anomaly_spec.h"

#include <fmt/format.h>

#include <set>

#include "config/duration.h"
#include "config/json_writer.h"
#include "config/node.h"
#include "model/label_name.h"
#include "query/promql/parser.h"

namespace sb::anomaly {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;

void CheckAlert(const Node& node, AnomalyAlert* alert, ErrorList& errors) {
  if (alert->direction != "both" && alert->direction != "above" && alert->direction != "below" &&
      alert->direction != "none") {
    errors.Add(node, "unknown direction (both, above, below, none): " + alert->direction);
  }
  for (const auto& [name, value] : alert->labels) {
    if (!model::IsLegacyLabelName(name)) {
      errors.Add(node, "invalid label name: " + name);
    }
  }
}

void CheckSpec(const Node& node, AnomalySpec* spec, ErrorList& errors) {
  if (spec->name.empty() || spec->query.empty()) {
    errors.Add(node, "an anomaly job needs name and query");
    return;
  }
  if (spec->season != "week" && spec->season != "day" && spec->season != "none") {
    errors.Add(node, "unknown season (week, day, none): " + spec->season);
  }
  if (!(spec->sensitivity > 0)) {
    errors.Add(node, fmt::format("sensitivity must be above 0: {}", spec->sensitivity));
  }
  if (spec->interval < base::Seconds(1) || spec->interval > base::Hours(1)) {
    errors.Add(node, "interval must be from 1s to 1h: " + config::FormatDuration(spec->interval));
  }
  promql::ParseError error;
  if (promql::ParseExpr(spec->query, &error) == nullptr) {
    errors.Add(node, "invalid query: " + error.ToString(spec->query));
  }
}

std::string Quoted(const std::string& text) {
  return config::WriteJson(*config::MakeString(text));
}

void AddMap(const char* key, const std::map<std::string, std::string>& map, std::string* out) {
  *out += fmt::format("    {}:\n", key);
  for (const auto& [name, value] : map) {
    *out += fmt::format("      {}: {}\n", Quoted(name), Quoted(value));
  }
}

std::string AlertExpression(const AnomalySpec& spec) {
  const std::string of =
      fmt::format("{{anomaly_name={},anomaly_strategy=\"seasonal\"}}", Quoted(spec.name));
  const std::string above = fmt::format("anomaly:level{0} > anomaly:upper_band{0}", of);
  const std::string below = fmt::format("anomaly:level{0} < anomaly:lower_band{0}", of);
  return spec.alert.direction == "above"   ? above
         : spec.alert.direction == "below" ? below
                                           : above + " or " + below;
}

}  // namespace

Season SeasonOf(std::string_view text) {
  return text == "none" ? Season::kNone : text == "day" ? Season::kDay : Season::kWeek;
}

SeasonalOptions AnomalySpec::Options() const {
  return {.season = SeasonOf(season),
          .sensitivity = sensitivity,
          .floor = floor,
          .margin = margin,
          .hours_min = history_min.Value() / kHourMs};
}

base::Status CheckNames(const std::vector<AnomalySpec>& specs) {
  std::set<std::string> names;
  for (const AnomalySpec& spec : specs) {
    if (!names.insert(spec.name).second) {
      return base::InvalidArgument("two entries of anomalies have this name: " + spec.name);
    }
  }
  return base::OkStatus();
}

std::string AlertRules(const std::vector<AnomalySpec>& specs) {
  std::string rules;
  for (const AnomalySpec& spec : specs) {
    const AnomalyAlert& alert = spec.alert;
    if (alert.direction == "none") {
      continue;
    }
    std::map<std::string, std::string> labels = alert.labels;
    labels.emplace("severity", "info");
    std::map<std::string, std::string> annotations = alert.annotations;
    annotations.emplace("summary", spec.name + " is not what it usually is at this hour");
    annotations.emplace("description", "It is {{ $value | humanize }}.");
    rules += fmt::format("  - alert: AnomalyDetected\n    expr: {}\n    for: {}\n",
                         Quoted(AlertExpression(spec)), config::FormatDuration(alert.hold));
    AddMap("labels", labels, &rules);
    AddMap("annotations", annotations, &rules);
  }
  return rules.empty() ? "" : "groups:\n- name: anomalies\n  rules:\n" + rules;
}

const OptionTable<AnomalyAlert>& OptionsOf(const AnomalyAlert*) {
  static const auto table =
      OptionTable<AnomalyAlert>("anomalies.alert")
          .Add("direction", &AnomalyAlert::direction,
               {.sentence = "AnomalyDetected fires above the band, below it, on both sides or "
                            "(none) never.",
                .default_text = "both"})
          .Add("for", &AnomalyAlert::hold,
               {.sentence = "How long it must be outside.", .default_text = "5m"})
          .Add("labels", &AnomalyAlert::labels,
               {.sentence = "Labels of the alert; severity is info unless it is here."})
          .Add("annotations", &AnomalyAlert::annotations,
               {.sentence = "Annotations of the alert (templates as in rule files)."})
          .Check(&CheckAlert);
  return table;
}

const OptionTable<AnomalySpec>& OptionsOf(const AnomalySpec*) {
  static const auto table =
      OptionTable<AnomalySpec>("anomalies")
          .Add("name", &AnomalySpec::name, {.sentence = "Label anomaly_name of what it writes."})
          .Add("query", &AnomalySpec::query,
               {.sentence = "PromQL; each series of its result gets a band."})
          .Add("type", &AnomalySpec::type,
               {.sentence = "Label anomaly_type (requests, latency, errors, resource); empty: "
                            "none."})
          .Add("interval", &AnomalySpec::interval,
               {.sentence = "How often it is evaluated.", .default_text = "1m"})
          .Add("season", &AnomalySpec::season,
               {.sentence = "What repeats: week (hours of the week), day (hours of the day), "
                            "none.",
                .default_text = "week"})
          .Add("sensitivity", &AnomalySpec::sensitivity,
               {.sentence = "Half of the band in robust standard deviations.", .default_text = "3"})
          .Add("floor", &AnomalySpec::floor,
               {.sentence = "Half of the band is at least this share of the expected value.",
                .default_text = "0.05",
                .min = 0})
          .Add("margin", &AnomalySpec::margin,
               {.sentence = "And at least this much.", .default_text = "0", .min = 0})
          .Add("history_min", &AnomalySpec::history_min,
               {.sentence = "No band before so much was seen.", .default_text = "1d"})
          .Add("series_max", &AnomalySpec::series_max,
               {.sentence = "Series beyond get no band.",
                .default_text = "100",
                .min = 1,
                .max = 10'000})
          .Add("alert", &AnomalySpec::alert, {.sentence = "The alert AnomalyDetected."})
          .Check(&CheckSpec);
  return table;
}

}  // namespace sb::anomaly
