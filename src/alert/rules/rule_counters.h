// SPDX-License-Identifier: Apache-2.0
//
// The rule engine's metrics about itself, under the names that Prometheus' dashboards and alerts
// know.
#pragma once

#include "base/instruments.h"

namespace sb::rules {

struct RuleCounters {
  explicit RuleCounters(base::Registry& registry);

  base::Counter& evaluations;       // prometheus_rule_evaluations_total
  base::Counter& failures;          // prometheus_rule_evaluation_failures_total
  base::Counter& iterations;        // prometheus_rule_group_iterations_total
  base::Counter& missed;            // prometheus_rule_group_iterations_missed_total
  base::Counter& samples;           // signalbox_rules_samples_total
  base::Counter& refused;           // signalbox_rules_refused_samples_total
  base::Counter& alerts_sent;       // signalbox_rules_alerts_sent_total
  base::Histogram& group_duration;  // prometheus_rule_group_duration_seconds
};

}  // namespace sb::rules
