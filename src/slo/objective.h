// SPDX-License-Identifier: Apache-2.0
//
// Objective is one service level objective, whatever file or API it came from: what counts as an
// event and as an error, how many errors are allowed in which period, and the rules made for it.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alert/rules/rule_file.h"
#include "base/time.h"
#include "slo/burn_rate.h"
#include "slo/yaml_read.h"

namespace sb::slo {

// In queries: how far back they look. Replaced by a duration ("5m").
inline constexpr std::string_view kWindow = "{{.window}}";

enum class SliKind : uint8_t {
  kEvents,       // error_query and total_query, as rates or increases
  kErrorRatio,   // error_query gives a ratio by itself
  kSuccessRatio  // total_query gives the ratio of good events by itself
};

struct Period {
  base::DurationMs length = base::Hours(24 * 30);
  // Not rolling: a whole "day", "week", "month", "quarter" or "year" in UTC; `length` is its
  // nominal length.
  std::string calendar;
};

struct SloAlert {
  bool disabled = false;
  LabelMap labels;
  LabelMap annotations;
};

struct Objective {
  std::string id;  // unique: "service-name"
  std::string name;
  std::string service;
  std::string description;
  std::string origin;  // "sloth", "pyrra", "openslo", "native", "grafana"
  std::string file;    // or "api"
  LabelMap labels;
  double percent = 0;  // 99.9
  double ratio = 0;    // 0.999
  Period period;
  SliKind kind = SliKind::kEvents;
  std::string error_query;
  std::string total_query;
  // Of the histogram's bucket that holds the good events, where there is one: a bound that the
  // histogram does not have would make every event a good one.
  std::string bucket;
  std::vector<std::string> group_by;  // one budget for each combination of these labels
  AlertWindows windows;
  std::string alert_name;
  SloAlert alert;  // of both kinds
  SloAlert page;
  SloAlert ticket;
  double failures_min = 0;  // below so many errors in the long window nothing fires
};

// `query` with its window put in; durations as "5m", "1h", "30d".
std::string WithWindow(std::string_view query, std::string_view window);
// The error ratio over one window as PromQL; `by` may be empty.
std::string ErrorRatioQuery(const Objective& objective, std::string_view window);

}  // namespace sb::slo
