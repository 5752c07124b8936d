// SPDX-License-Identifier: Apache-2.0
//
// Escalation: when nobody has acknowledged an alert some time after it began, the next receiver is
// told as well.
//
//   escalations:
//   - name: payments
//     matchers: ['team="payments"', 'severity="critical"']
//     steps:
//     - { after: 10m, receiver: second-line }
//     - { after: 30m, receiver: management }
//
// Receivers are those of alertmanager.yml. Silenced and inhibited alerts do not escalate; each step
// is taken once per firing of an alert.
//
// Threads: values.
#pragma once

#include <string>
#include <vector>

#include "alert/manager/manager_config.h"
#include "base/status.h"

namespace sb::alert {

struct EscalationStep {
  base::DurationMs after;
  std::string receiver;
};

struct EscalationPolicy {
  std::string name;
  AlertMatchers matchers;
  std::vector<EscalationStep> steps;  // by time
};

using EscalationPolicies = std::vector<EscalationPolicy>;

// kInvalidArgument names the line.
base::Result<EscalationPolicies> ParseEscalations(std::string_view text, const std::string& file,
                                                  const ManagerConfig& config);

}  // namespace sb::alert
