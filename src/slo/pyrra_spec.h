// SPDX-License-Identifier: Apache-2.0
//
// Pyrra's ServiceLevelObjective (pyrra.dev/v1alpha1).
//
// Source: https://github.com/pyrra-dev/pyrra/blob/main/README.md Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "config/node.h"
#include "model/matcher.h"
#include "slo/objective.h"

namespace sb::slo {

// A selector of the file: the metric and its other matchers, sorted by label.
struct PyrraMetric {
  std::string name;
  std::vector<model::Matcher> matchers;

  // name{a="b",c=~"d"} with `extra` (label, value) equalities among them.
  std::string Text(const LabelMap& extra = {}) const;
};

enum class PyrraKind : uint8_t { kRatio, kLatency, kLatencyNative, kBoolGauge };

struct PyrraSpec {
  std::string name;
  std::string name_space;
  std::string description;
  LabelMap labels;       // of metadata with the prefix pyrra.dev/, without it
  LabelMap annotations;  // likewise
  double target = 0;
  base::DurationMs window{0};
  PyrraKind kind = PyrraKind::kRatio;
  PyrraMetric errors;   // ratio; for latency: the bucket of good events
  PyrraMetric total;    // for a bool gauge: the gauge
  std::string latency;  // of native histograms: "1s" as a duration
  std::vector<std::string> grouping;
  std::string alert_name = "ErrorBudgetBurn";
  bool alerting = true;
  bool absent_alert = true;
  bool burnrate_alerts = true;
  bool performance_over_accuracy = false;
  std::string file;
};

bool IsPyrra(const config::Node& document);
base::Result<PyrraSpec> ReadPyrra(const config::Node& document, const std::string& file);

// The same objective in the terms of this program: budget, burn rates, report.
Objective PyrraObjective(const PyrraSpec& spec);

}  // namespace sb::slo
