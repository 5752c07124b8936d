// SPDX-License-Identifier: Apache-2.0
#include "slo/pyrra_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/duration.h"
#include "model/label_name.h"
#include "query/promql/parser.h"
#include "slo/pyrra_rules.h"

namespace sb::slo {
namespace {

using config::Node;

base::Result<PyrraMetric> MetricAt(const Node& node, const std::string& file,
                                   std::initializer_list<std::string_view> path) {
  const std::string text = TextAt(&node, path);
  auto matchers = promql::ParseMetricSelector(text);
  if (!matchers.ok()) {
    return ErrorAt(
        file, node,
        fmt::format("metric {}: {}", model::QuoteString(text), matchers.status().message()));
  }
  PyrraMetric metric;
  for (model::Matcher& matcher : *matchers) {
    if (matcher.name() == model::kMetricName && matcher.type() == model::MatchType::kEqual) {
      metric.name = matcher.value();
    } else {
      metric.matchers.push_back(std::move(matcher));
    }
  }
  if (metric.name.empty()) {
    return ErrorAt(file, node, "a metric needs a name: " + text);
  }
  std::sort(metric.matchers.begin(), metric.matchers.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return metric;
}

base::Status ReadIndicator(const Node& indicator, const std::string& file, PyrraSpec* spec) {
  if (const Node* ratio = indicator.Find("ratio")) {
    spec->kind = PyrraKind::kRatio;
    spec->grouping = ListAt(ratio, {"grouping"});
    SB_ASSIGN_OR_RETURN(spec->errors, MetricAt(*ratio, file, {"errors", "metric"}));
    SB_ASSIGN_OR_RETURN(spec->total, MetricAt(*ratio, file, {"total", "metric"}));
  } else if (const Node* latency = indicator.Find("latency")) {
    spec->kind = PyrraKind::kLatency;
    spec->grouping = ListAt(latency, {"grouping"});
    SB_ASSIGN_OR_RETURN(spec->errors, MetricAt(*latency, file, {"success", "metric"}));
    SB_ASSIGN_OR_RETURN(spec->total, MetricAt(*latency, file, {"total", "metric"}));
    const bool has_le = std::any_of(spec->errors.matchers.begin(), spec->errors.matchers.end(),
                                    [](const auto& matcher) { return matcher.name() == "le"; });
    if (!has_le) {
      return ErrorAt(file, *latency, "the success metric of a latency indicator needs a label le");
    }
  } else if (const Node* native = indicator.Find("latencyNative")) {
    spec->kind = PyrraKind::kLatencyNative;
    spec->grouping = ListAt(native, {"grouping"});
    spec->latency = TextAt(native, {"latency"});
    SB_ASSIGN_OR_RETURN(spec->total, MetricAt(*native, file, {"total", "metric"}));
    spec->errors = spec->total;
  } else if (const Node* gauge = indicator.Find("bool_gauge")) {
    spec->kind = PyrraKind::kBoolGauge;
    spec->grouping = ListAt(gauge, {"grouping"});
    SB_ASSIGN_OR_RETURN(spec->total, MetricAt(*gauge, file, {"metric"}));
    spec->errors = spec->total;
  } else {
    return ErrorAt(file, indicator,
                   "indicator must be one of ratio, latency, latencyNative, bool_gauge");
  }
  return base::OkStatus();
}

// Entries whose key starts with pyrra.dev/, without that.
LabelMap Own(const LabelMap& all) {
  LabelMap own;
  for (const auto& [name, value] : all) {
    if (name.starts_with("pyrra.dev/")) {
      own[name.substr(10)] = value;
    }
  }
  return own;
}

bool Enabled(const Node* body, std::string_view key) {
  const Node* flag = At(body, {"alerting", key});
  return flag == nullptr || FlagAt(body, {"alerting", key});
}

}  // namespace

std::string PyrraMetric::Text(const LabelMap& extra) const {
  std::map<std::string, std::string> parts;
  for (const model::Matcher& matcher : matchers) {
    parts[matcher.name()] = matcher.ToString();
  }
  for (const auto& [label, value] : extra) {
    parts[label] = label + "=" + model::QuoteString(value);
  }
  if (parts.empty()) {
    return name;
  }
  std::string text = name + "{";
  for (const auto& [label, part] : parts) {
    text += (text.back() == '{' ? "" : ",") + part;
  }
  return text + "}";
}

bool IsPyrra(const Node& document) {
  return TextAt(&document, {"kind"}) == "ServiceLevelObjective" &&
         TextAt(&document, {"apiVersion"}).starts_with("pyrra.dev/");
}

base::Result<PyrraSpec> ReadPyrra(const Node& document, const std::string& file) {
  PyrraSpec spec;
  spec.file = file;
  spec.name = TextAt(&document, {"metadata", "name"});
  spec.name_space = TextAt(&document, {"metadata", "namespace"});
  spec.labels = Own(LabelsAt(&document, {"metadata", "labels"}));
  spec.annotations = Own(LabelsAt(&document, {"metadata", "annotations"}));
  const Node* body = document.Find("spec");
  if (spec.name.empty() || body == nullptr) {
    return ErrorAt(file, document, "a ServiceLevelObjective needs metadata.name and spec");
  }
  spec.description = TextAt(body, {"description"});
  const auto target = RatioOfPercent(TextAt(body, {"target"}));
  if (!target || *target <= 0 || *target >= 1) {
    return ErrorAt(file, *body,
                   "target must be above 0 and below 100: " + TextAt(body, {"target"}));
  }
  spec.target = *target;
  auto window = config::ParseDuration(TextAt(body, {"window"}));
  if (!window.ok() || window->Value() <= 0) {
    return ErrorAt(file, *body, "window: " + TextAt(body, {"window"}));
  }
  spec.window = *window;
  if (const std::string name = TextAt(body, {"alerting", "name"}); !name.empty()) {
    spec.alert_name = name;
  }
  spec.alerting = !FlagAt(body, {"alerting", "disabled"});
  spec.burnrate_alerts = Enabled(body, "burnrates");
  spec.absent_alert = Enabled(body, "absent");
  spec.performance_over_accuracy = FlagAt(body, {"performanceOverAccuracy"});
  const Node* indicator = body->Find("indicator");
  if (indicator == nullptr) {
    return ErrorAt(file, *body, "indicator is missing");
  }
  SB_RETURN_IF_ERROR(ReadIndicator(*indicator, file, &spec));
  return spec;
}

Objective PyrraObjective(const PyrraSpec& spec) {
  Objective objective;
  objective.name = spec.name;
  objective.service = spec.name_space;
  objective.id = spec.name_space.empty() ? spec.name : spec.name_space + "-" + spec.name;
  objective.description = spec.description;
  objective.origin = "pyrra";
  objective.file = spec.file;
  objective.labels = spec.labels;
  objective.ratio = spec.target;
  objective.percent = spec.target * 100;
  objective.period.length = spec.window;
  objective.group_by = spec.grouping;
  objective.error_query = PyrraErrors(spec, kWindow);
  objective.total_query = PyrraTotal(spec, kWindow);
  objective.alert_name = spec.alert_name;
  objective.page.disabled = !spec.alerting;
  objective.ticket.disabled = !spec.alerting;
  const std::vector<PyrraWindow> windows = PyrraWindows(spec.window);
  const auto as_window = [&](const PyrraWindow& w) {
    const double percent = 100 * w.factor * static_cast<double>(w.long_window.Value()) /
                           static_cast<double>(spec.window.Value());
    return AlertWindow{percent, w.short_window, w.long_window};
  };
  objective.windows = {spec.window, as_window(windows[0]), as_window(windows[1]),
                       as_window(windows[2]), as_window(windows[3])};
  return objective;
}

}  // namespace sb::slo
