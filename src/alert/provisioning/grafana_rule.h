// SPDX-License-Identifier: Apache-2.0
//
// A Grafana-managed alert rule: queries and expressions, one of which is the condition.
//
// The same struct is read from provisioning files (YAML) and from the HTTP API (JSON), which spell
// some keys differently. The document itself is kept, so that it is given back as it was sent.
//
// Source: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/
// Threads: values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alert/rules/expression.h"
#include "alert/rules/rule_file.h"
#include "alert/rules/rule_group.h"
#include "base/env.h"
#include "config/node.h"
#include "query/promql/engine.h"

namespace sb::provisioning {

enum class OutcomeState : uint8_t { kState, kAlerting, kOk };  // kState: NoData or Error

struct GrafanaQuery {
  std::string ref;
  std::string datasource;  // "__expr__" for an expression
  int64_t from_s = 600;
  int64_t to_s = 0;
  config::NodePtr model;
};

struct GrafanaRule {
  std::string uid;
  std::string title;
  std::string folder;
  std::string group;
  std::string condition;
  std::vector<GrafanaQuery> queries;
  base::DurationMs hold{0};
  base::DurationMs keep_firing_for{0};
  OutcomeState no_data = OutcomeState::kState;
  OutcomeState on_error = OutcomeState::kState;
  rules::LabelMap labels;
  rules::LabelMap annotations;
  bool paused = false;
  std::string receiver;  // of notification_settings
};

// kInvalidArgument names what is missing or not understood.
base::Result<GrafanaRule> ReadGrafanaRule(const config::Node& node);

// What an alert of a rule runs on; engine and clock outlive it.
base::Result<std::unique_ptr<rules::Expression>> CompileRule(const GrafanaRule& rule,
                                                             const promql::Engine& engine,
                                                             const base::Clock& clock);

// One group, ready to run; paused rules are left out.
base::Result<rules::GroupDefinition> CompileGrafanaGroup(
    const std::string& folder, const std::string& group, base::DurationMs interval,
    const std::vector<GrafanaRule>& rules, const promql::Engine& engine, const base::Clock& clock);

}  // namespace sb::provisioning
