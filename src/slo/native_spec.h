// SPDX-License-Identifier: Apache-2.0
//
// Signalbox's own SLO files: strict, short, with counters instead of queries where that is enough.
//
//   slos:
//   - name: checkout-availability
//     service: shop
//     objective: 99.9
//     window: 30d                       # or calendar: month
//     sli:
//       ratio: {errors: 'http_requests_total{job="shop",code=~"5.."}',
//               total: 'http_requests_total{job="shop"}'}
//
// kInvalidArgument with file, line and column. Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "config/option_table.h"
#include "slo/objective.h"

namespace sb::slo {

struct NativeRatio {
  std::string errors;  // selectors of counters; one of errors and good
  std::string good;
  std::string total;
};
struct NativeLatency {
  std::string histogram;          // selector without _bucket: http_request_duration_seconds{…}
  base::DurationMs threshold{0};  // good is at most this
  bool native = false;            // a native histogram
};
struct NativeQuery {
  std::string errors;  // PromQL with {{.window}}
  std::string total;
  std::string error_ratio;
};
struct NativeSli {
  std::optional<NativeRatio> ratio;
  std::optional<NativeLatency> latency;
  std::optional<NativeQuery> query;
};
struct NativeAlert {
  bool disabled = false;
  LabelMap labels;
  LabelMap annotations;
};
struct NativeAlerting {
  std::string name;
  LabelMap labels;
  LabelMap annotations;
  NativeAlert page;
  NativeAlert ticket;
  double failures_min = 0;
};
struct NativeSlo {
  std::string name;
  std::string service;
  std::string description;
  std::string journey;
  double objective = 0;
  base::DurationMs window = base::Hours(24 * 30);
  std::string calendar;
  NativeSli sli;
  std::vector<std::string> group_by;
  LabelMap labels;
  NativeAlerting alerting;
};
struct NativeFile {
  std::vector<NativeSlo> slos;
};

const config::OptionTable<NativeRatio>& OptionsOf(const NativeRatio*);
const config::OptionTable<NativeLatency>& OptionsOf(const NativeLatency*);
const config::OptionTable<NativeQuery>& OptionsOf(const NativeQuery*);
const config::OptionTable<NativeSli>& OptionsOf(const NativeSli*);
const config::OptionTable<NativeAlert>& OptionsOf(const NativeAlert*);
const config::OptionTable<NativeAlerting>& OptionsOf(const NativeAlerting*);
const config::OptionTable<NativeSlo>& OptionsOf(const NativeSlo*);
const config::OptionTable<NativeFile>& OptionsOf(const NativeFile*);

bool IsNative(const config::Node& document);  // has the key `slos` and no version
base::Result<std::vector<Objective>> ReadNative(const config::Node& document,
                                                const std::string& file);

// Nominal length of "day", "week", "month", "quarter", "year"; nothing for other words.
std::optional<base::DurationMs> CalendarLength(std::string_view calendar);

}  // namespace sb::slo
