// SPDX-License-Identifier: Apache-2.0
//
// The rules that Sloth makes of an objective: error ratios over all windows, what is known about
// the SLO, and a page and a ticket alert on two burn rates each. Public dashboards read these
// names, so objectives from other sources get them too.
//
//   for (auto& group : SlothRules(objective, options)) …
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "alert/rules/rule_file.h"
#include "slo/objective.h"
#include "slo/sloth_spec.h"

namespace sb::slo {

struct SlothRuleOptions {
  std::string mode = "cli-gen-prom";  // of sloth_slo_info
  std::string spec = "prometheus/v1";
  std::string version = "dev";
  bool recordings = true;
  bool alerts = true;
};

std::vector<rules::RuleGroupSpec> SlothRules(const Objective& objective,
                                             const SlothRuleOptions& options);

// A whole file: rule groups, or a PrometheusRule object for specifications of that form.
std::string SlothFile(const std::vector<SlothSpec>& specs, const SlothRuleOptions& options);

}  // namespace sb::slo
