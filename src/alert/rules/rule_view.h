// SPDX-License-Identifier: Apache-2.0
//
// What façades and the UI may know about rules: snapshots, and the interface that gives them.
//
// Threads: values; a RuleSource may be asked from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "alert/rules/rule_file.h"
#include "model/label_set.h"

namespace sb::rules {

enum class AlertState : uint8_t { kInactive, kPending, kFiring };
std::string_view AlertStateName(AlertState state);  // "inactive", "pending", "firing"

enum class RuleHealth : uint8_t { kUnknown, kOk, kError };
std::string_view RuleHealthName(RuleHealth health);  // "unknown", "ok", "err"

using Annotations = std::vector<std::pair<std::string, std::string>>;  // sorted by name

struct AlertView {
  model::LabelSet labels;
  Annotations annotations;
  AlertState state = AlertState::kInactive;
  int64_t active_at_ms = 0;
  int64_t fired_at_ms = 0;           // 0: not yet
  int64_t keep_firing_since_ms = 0;  // 0: the condition holds
  double value = 0;
};

struct RuleView {
  RuleSpec spec;
  std::string query;  // normalised
  model::LabelSet labels;
  RuleHealth health = RuleHealth::kUnknown;
  std::string last_error;
  int64_t evaluated_at_ms = 0;  // 0: never
  double evaluation_s = 0;
  AlertState state = AlertState::kInactive;  // of alerting rules: the gravest of their alerts
  std::vector<AlertView> alerts;             // pending and firing
};

struct GroupView {
  std::string name;
  std::string file;
  std::string origin;    // "files", "api", "slo", …
  std::string language;  // "promql", …
  int64_t interval_ms = 0;
  int64_t query_offset_ms = 0;
  int64_t limit = 0;
  int64_t evaluated_at_ms = 0;
  double evaluation_s = 0;
  uint64_t missed = 0;  // evaluations that were skipped because earlier ones took too long
  std::vector<RuleView> rules;
};

class RuleSource {
 public:
  virtual ~RuleSource() = default;
  // In the order of file name, then of the file.
  virtual std::vector<GroupView> Groups() const = 0;
};

// Where prometheus.yml sends alerts.
struct AlertmanagerList {
  std::vector<std::string> active;  // URLs
  std::vector<std::string> dropped;
};

}  // namespace sb::rules
