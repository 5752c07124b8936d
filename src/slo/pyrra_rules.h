// SPDX-License-Identifier: Apache-2.0
//
// The rules that Pyrra makes of an objective: burn rates with their alerts, increases over the
// whole window with alerts for absent metrics, and the generic pyrra_* metrics of its dashboards.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rules/rule_file.h"
#include "slo/pyrra_spec.h"

namespace sb::slo {

struct PyrraWindow {
  const char* severity = "";
  base::DurationMs hold{0};
  base::DurationMs long_window{0};
  base::DurationMs short_window{0};
  double factor = 0;
};
// The four alerts, scaled to the objective's window.
std::vector<PyrraWindow> PyrraWindows(base::DurationMs window);

rules::RuleGroupSpec PyrraBurnRates(const PyrraSpec& spec, const std::string& external_url);
rules::RuleGroupSpec PyrraIncreases(const PyrraSpec& spec);
// Nothing for an objective with grouping, for which one number says nothing.
std::optional<rules::RuleGroupSpec> PyrraGeneric(const PyrraSpec& spec);

// Rates (for gauges: counts) of failed and of all events over `window`.
std::string PyrraErrors(const PyrraSpec& spec, std::string_view window);
std::string PyrraTotal(const PyrraSpec& spec, std::string_view window);

}  // namespace sb::slo
