// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_counters.h"

namespace sb::rules {

RuleCounters::RuleCounters(base::Registry& registry)
    : evaluations(registry.AddCounter("prometheus_rule_evaluations_total",
                                      "The total number of rule evaluations.")),
      failures(registry.AddCounter("prometheus_rule_evaluation_failures_total",
                                   "The total number of rule evaluation failures.")),
      iterations(registry.AddCounter(
          "prometheus_rule_group_iterations_total",
          "The total number of scheduled rule group evaluations, whether executed or missed.")),
      missed(registry.AddCounter("prometheus_rule_group_iterations_missed_total",
                                 "The total number of rule group evaluations missed due to slow "
                                 "rule group evaluation.")),
      samples(registry.AddCounter("signalbox_rules_samples_total",
                                  "Samples that rules wrote, stale markers included.")),
      refused(registry.AddCounter("signalbox_rules_refused_samples_total",
                                  "Samples of rules that the store refused.")),
      alerts_sent(registry.AddCounter("signalbox_rules_alerts_sent_total",
                                      "Alerts handed on, repetitions included.")),
      group_duration(registry.AddHistogram("prometheus_rule_group_duration_seconds",
                                           "The duration of rule group evaluations.",
                                           base::ExponentialBounds(0.001, 4, 9))) {}

}  // namespace sb::rules
