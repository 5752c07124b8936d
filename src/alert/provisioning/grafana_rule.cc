// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/grafana_rule.h"

#include "alert/provisioning/node_read.h"
#include "alert/provisioning/pipeline.h"
#include "config/duration.h"

namespace sb::provisioning {
namespace {

using config::Node;

OutcomeState ReadState(const std::string& text) {
  return text == "Alerting"                                   ? OutcomeState::kAlerting
         : text == "OK" || text == "Ok" || text == "KeepLast" ? OutcomeState::kOk
                                                              : OutcomeState::kState;
}

// "2m0s" and the like, as Go prints durations, or a number of seconds.
base::Result<base::DurationMs> ReadDuration(const std::string& text) {
  if (text.empty()) {
    return base::DurationMs(0);
  }
  return config::ParseDuration(text);
}

std::string Either(const Node& node, std::string_view a, std::string_view b) {
  const std::string text = TextAt(node, a);
  return text.empty() ? TextAt(node, b) : text;
}

}  // namespace

base::Result<GrafanaRule> ReadGrafanaRule(const Node& node) {
  GrafanaRule rule;
  rule.uid = TextAt(node, "uid");
  rule.title = TextAt(node, "title");
  rule.folder = Either(node, "folderUID", "folder");
  rule.group = TextAt(node, "ruleGroup");
  rule.condition = TextAt(node, "condition");
  rule.no_data = ReadState(TextAt(node, "noDataState"));
  rule.on_error = ReadState(TextAt(node, "execErrState"));
  rule.labels = MapAt(node, "labels");
  rule.annotations = MapAt(node, "annotations");
  rule.paused = TextAt(node, "isPaused") == "true";
  if (const Node* settings = node.Find("notification_settings")) {
    rule.receiver = TextAt(*settings, "receiver");
  }
  SB_ASSIGN_OR_RETURN(rule.hold, ReadDuration(TextAt(node, "for")));
  SB_ASSIGN_OR_RETURN(rule.keep_firing_for,
                      ReadDuration(Either(node, "keep_firing_for", "keepFiringFor")));
  const Node* data = node.Find("data");
  if (rule.title.empty() || data == nullptr || data->items.empty()) {
    return base::InvalidArgument("an alert rule needs a title and data: " + rule.title);
  }
  bool found = false;
  for (const config::NodePtr& item : data->items) {
    GrafanaQuery query;
    query.ref = TextAt(*item, "refId");
    query.datasource = TextAt(*item, "datasourceUid");
    if (const Node* range = item->Find("relativeTimeRange")) {
      query.from_s = IntAt(*range, "from", 600);
      query.to_s = IntAt(*range, "to", 0);
    }
    for (const Node::Entry& entry : item->entries) {
      if (entry.key->text == "model") {
        query.model = entry.value;
      }
    }
    if (query.ref.empty() || query.model == nullptr) {
      return base::InvalidArgument("a query needs refId and model: " + rule.title);
    }
    found = found || query.ref == rule.condition;
    rule.queries.push_back(std::move(query));
  }
  if (!found) {
    return base::InvalidArgument("the condition is no refId of the rule's data: " + rule.condition);
  }
  return rule;
}

base::Result<rules::GroupDefinition> CompileGrafanaGroup(
    const std::string& folder, const std::string& group, base::DurationMs interval,
    const std::vector<GrafanaRule>& rules, const promql::Engine& engine, const base::Clock& clock) {
  rules::GroupDefinition definition;
  definition.file = folder;
  definition.origin = "grafana";
  definition.language = "grafana";
  definition.spec.name = group;
  definition.spec.interval = interval;
  for (const GrafanaRule& rule : rules) {
    if (rule.paused) {
      continue;
    }
    rules::RuleSpec spec;
    spec.alert = rule.title;
    spec.hold = rule.hold;
    spec.keep_firing_for = rule.keep_firing_for;
    spec.labels = rule.labels;
    spec.labels.emplace("grafana_folder", folder);
    if (!rule.receiver.empty()) {
      spec.labels["__grafana_receiver__"] = rule.receiver;
    }
    spec.annotations = rule.annotations;
    SB_ASSIGN_OR_RETURN(auto expression, CompileRule(rule, engine, clock));
    spec.expr = expression->Text();
    definition.spec.rules.push_back(spec);
    definition.rules.push_back({std::move(spec), std::move(expression)});
  }
  return definition;
}

}  // namespace sb::provisioning
