// SPDX-License-Identifier: Apache-2.0
//
// What the manager shows: alerts with their state, groups, counts. Threads: values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/manager/alert_table.h"
#include "alert/manager/history.h"
#include "alert/manager/matcher.h"
#include "base/time.h"

namespace sb::alert {

struct AlertView {
  AlertPtr alert;
  std::vector<std::string> receivers;  // sorted
  std::vector<std::string> silenced_by;
  std::vector<std::string> inhibited_by;
  std::vector<std::string> muted_by;
  std::string acknowledged_by;
  std::string acknowledged_comment;
  base::TimestampNs acknowledged_at;
  bool suppressed() const { return !silenced_by.empty() || !inhibited_by.empty(); }
};

struct GroupView {
  model::LabelSet labels;
  std::string receiver;
  std::string key;
  std::vector<AlertView> alerts;
  std::map<std::string, std::string> route_labels = {};
};

struct AlertQuery {
  AlertMatchers matchers;
  std::optional<AlertMatcher> receiver;  // on the receiver's name
  AlertMatchers receiver_matchers = {};  // on the receiver's labels
  bool active = true;
  bool silenced = true;
  bool inhibited = true;
  bool unprocessed = true;
  bool muted = true;
};

// As the reference's API filters by labels: `a=""` holds for what lacks a, `a!=""` for what has it.
bool PassesFilter(const AlertMatchers& filter, const std::map<std::string, std::string>& labels);

struct HistoryQuery {
  std::optional<uint64_t> fingerprint;
  std::string receiver;
  base::TimestampNs from;
  std::optional<base::TimestampNs> to;  // exclusive
  std::string outcome;                  // OutcomeText; "" for all
  size_t limit = 500;
};

struct ManagerStats {
  uint64_t received_firing = 0;
  uint64_t received_resolved = 0;
  uint64_t invalid = 0;
  uint64_t refused = 0;  // at the limit of alerts
  uint64_t groups = 0;
  uint64_t silences = 0;
  uint64_t journal_bytes = 0;
  uint64_t journal_errors = 0;
  uint64_t journal_unreadable = 0;
  uint64_t in_flight = 0;
  std::map<std::string, uint64_t> sent;    // by integration type
  std::map<std::string, uint64_t> failed;  // by integration type
  // Attempts, of which a notification may need several.
  std::map<std::string, uint64_t> requests;
  std::map<std::string, uint64_t> requests_failed;
  uint64_t resent = 0;  // notifications that were on their way when the process before died
  std::map<Outcome, uint64_t> suppressed;  // alerts held back at a flush
};

struct AlertCounts {
  uint64_t active = 0;
  uint64_t suppressed = 0;  // as of their groups' last flush
};

// By size, then by name and value: the reference's order of label sets.
bool LabelsBefore(const model::LabelSet& a, const model::LabelSet& b);

}  // namespace sb::alert
