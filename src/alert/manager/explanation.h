// SPDX-License-Identifier: Apache-2.0
//
// Who would be told about an alert, and why not: the answer of a route test.
//
//   Explanation why = manager.Explain(labels, at);
//   for (const ExplainedRoute& route : why.routes) { … route.receiver … }
//
// The alert need not exist. Silences, inhibitions and time intervals are judged at `at`, with the
// alerts and silences of now.
//
// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/label_set.h"

namespace sb::alert {

// One step of an escalation policy, for one alert.
struct ExplainedStep {
  std::string policy;
  std::string receiver;
  base::DurationMs after;
  base::TimestampNs due;                   // the alert's start and `after`
  std::optional<base::TimestampNs> taken;  // when the receiver was told
};

struct ExplainedRoute {
  std::string key;           // of the route, as in group keys
  std::vector<size_t> path;  // indexes of the routes from the root down, in the file's order
  std::string receiver;
  std::vector<std::string> integrations;  // "slack[0]"
  model::LabelSet group_labels;
  std::string group_key;
  base::DurationMs group_wait;
  base::DurationMs group_interval;
  base::DurationMs repeat_interval;
  std::string muted_by;  // a time interval, or that none is active; "" if it would be told
};

struct Explanation {
  std::vector<ExplainedRoute> routes;
  std::vector<std::string> silenced_by;
  std::vector<std::string> inhibited_by;  // fingerprints
  std::vector<ExplainedStep> escalation;
};

}  // namespace sb::alert
