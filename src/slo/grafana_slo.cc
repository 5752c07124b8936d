// SPDX-License-Identifier: Apache-2.0
#include "slo/grafana_slo.h"

#include <fmt/format.h>

#include "config/duration.h"
#include "query/promql/parser.h"

namespace sb::slo {
namespace {

using config::Node;
using config::NodePtr;

std::string ReplaceAll(std::string text, std::string_view what, std::string_view by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// Grafana's variables of the window.
std::string Windowed(std::string query) {
  for (const char* name :
       {"$__rate_interval", "${__rate_interval}", "$__interval", "${__interval}"}) {
    query = ReplaceAll(std::move(query), name, kWindow);
  }
  return query;
}

LabelMap Pairs(const Node* list) {
  LabelMap labels;
  if (list != nullptr) {
    for (const NodePtr& item : list->items) {
      labels[TextAt(item.get(), {"key"})] = TextAt(item.get(), {"value"});
    }
  }
  return labels;
}

std::string By(const std::vector<std::string>& labels) {
  return labels.empty() ? "" : fmt::format(" by ({}) ", fmt::join(labels, ", "));
}

// A counter (rate) or a gauge (average), as the metric's `type` says.
std::string MetricRate(const Node* metric, const std::vector<std::string>& by) {
  const std::string selector = TextAt(metric, {"prometheusMetric"});
  return fmt::format("sum{}(rate({}[{}]))", By(by), selector, kWindow);
}

base::Status ReadQuery(const Node& query, Objective* objective) {
  const std::string type = TextAt(&query, {"type"});
  if (type == "freeform") {
    objective->kind = SliKind::kSuccessRatio;
    objective->total_query = Windowed(TextAt(&query, {"freeform", "query"}));
  } else if (type == "ratio") {
    const Node* ratio = At(&query, {"ratio"});
    objective->group_by = ListAt(ratio, {"groupByLabels"});
    objective->total_query = MetricRate(At(ratio, {"totalMetric"}), objective->group_by);
    objective->error_query =
        fmt::format("{0} - ({1} or 0 * {0})", objective->total_query,
                    MetricRate(At(ratio, {"successMetric"}), objective->group_by));
  } else if (type == "failureRatio") {
    const Node* ratio = At(&query, {"failureRatio"});
    objective->group_by = ListAt(ratio, {"groupByLabels"});
    objective->total_query = MetricRate(At(ratio, {"totalMetric"}), objective->group_by);
    objective->error_query =
        fmt::format("{1} or 0 * {0}", objective->total_query,
                    MetricRate(At(ratio, {"failureMetric"}), objective->group_by));
  } else if (type == "threshold" || type == "failureThreshold") {
    const bool failure = type == "failureThreshold";
    const Node* part = At(&query, {failure ? "failureThreshold" : "threshold"});
    const Node* threshold = At(part, {"threshold"});
    const std::string expression =
        TextAt(part, {failure ? "failureThresholdExpression" : "thresholdExpression"});
    objective->group_by = ListAt(part, {"groupByLabels"});
    objective->kind = failure ? SliKind::kErrorRatio : SliKind::kSuccessRatio;
    (failure ? objective->error_query : objective->total_query) = fmt::format(
        "avg_over_time((({}) {} bool {})[{}:1m])", ReplaceAll(Windowed(expression), kWindow, "5m"),
        TextAt(threshold, {"operator"}), TextAt(threshold, {"value"}), kWindow);
  } else if (type != "grafanaQueries") {
    return base::InvalidArgument(
        "query.type must be freeform, ratio, failureRatio, threshold, "
        "failureThreshold or grafanaQueries: " +
        type);
  }
  for (const std::string* text : {&objective->error_query, &objective->total_query}) {
    const std::string expanded = WithWindow(*text, "5m");
    promql::ParseError error;
    if (!text->empty() && promql::ParseExpr(expanded, &error) == nullptr) {
      return base::InvalidArgument("query: " + error.ToString(expanded));
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Result<Objective> ReadGrafanaSlo(const Node& body, const std::string& uuid) {
  Objective objective;
  objective.id = uuid;
  objective.name = TextAt(&body, {"name"});
  objective.description = TextAt(&body, {"description"});
  objective.origin = "grafana";
  objective.file = "api";
  objective.labels = Pairs(At(&body, {"labels"}));
  const auto service = objective.labels.find("service_name");
  objective.service = service != objective.labels.end() ? service->second : "grafana";
  const Node* list = At(&body, {"objectives"});
  const Node* goal = list != nullptr && !list->items.empty() ? list->items[0].get() : nullptr;
  objective.ratio = NumberAt(goal, {"value"}).value_or(0);
  objective.percent = objective.ratio * 100;
  if (objective.name.empty()) {
    return base::InvalidArgument("name is required");
  }
  if (!(objective.ratio > 0 && objective.ratio < 1)) {
    return base::InvalidArgument("objectives needs one value above 0 and below 1");
  }
  const std::string window = TextAt(goal, {"window"});
  SB_ASSIGN_OR_RETURN(objective.period.length,
                      config::ParseDuration(window.empty() ? "28d" : window));
  if (objective.period.length < base::Hours(24 * 7)) {
    return base::InvalidArgument("the window must be at least 7d: " + window);
  }
  const Node* query = At(&body, {"query"});
  if (query == nullptr) {
    return base::InvalidArgument("query is required");
  }
  SB_RETURN_IF_ERROR(ReadQuery(*query, &objective));
  objective.windows = WorkbookWindows(objective.period.length);
  const Node* alerting = At(&body, {"alerting"});
  objective.alert_name = objective.name;
  const bool alerts = alerting != nullptr;
  const auto kind = [&](std::string_view key, const char* severity) {
    SloAlert alert;
    alert.disabled = !alerts;
    alert.labels = Over({{"severity", severity}}, Pairs(At(alerting, {key, "labels"})));
    alert.annotations = Pairs(At(alerting, {key, "annotations"}));
    return alert;
  };
  objective.page = kind("fastBurn", "critical");
  objective.ticket = kind("slowBurn", "warning");
  objective.alert = {false, Pairs(At(alerting, {"labels"})), Pairs(At(alerting, {"annotations"}))};
  objective.failures_min = NumberAt(alerting, {"advancedOptions", "minFailures"}).value_or(0);
  return objective;
}

NodePtr WithUuid(const Node& body, const std::string& uuid, std::string_view status) {
  auto copy = std::make_shared<Node>(body);
  std::erase_if(copy->entries, [](const Node::Entry& entry) {
    return entry.key->text == "uuid" || entry.key->text == "readOnly";
  });
  copy->entries.insert(copy->entries.begin(),
                       {config::MakeString("uuid"), config::MakeString(uuid)});
  if (!status.empty()) {
    copy->entries.push_back(
        {config::MakeString("readOnly"),
         config::MakeMapping(
             {{"status", config::MakeMapping({{"type", config::MakeString(std::string(status))},
                                              {"message", config::MakeString("")}})}})});
  }
  return copy;
}

}  // namespace sb::slo
