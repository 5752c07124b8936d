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
// kInvalidArgument with file, line and column of each mistake. Threads: pure functions.
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
  std::string unit;               // of the histogram: "s" or "ms"; empty: seconds
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
struct NativeWindow {
  double burn_rate = 0;  // 0: what the workbook says
  base::DurationMs long_window{0};
  base::DurationMs short_window{0};
  bool disabled = false;
};
struct NativeWindows {
  std::optional<NativeWindow> page_quick, page_slow, ticket_quick, ticket_slow;
};
struct NativeAlerting {
  std::string name;
  LabelMap labels;
  LabelMap annotations;
  NativeAlert page;
  NativeAlert ticket;
  NativeWindows windows;
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
const config::OptionTable<NativeWindow>& OptionsOf(const NativeWindow*);
const config::OptionTable<NativeWindows>& OptionsOf(const NativeWindows*);
const config::OptionTable<NativeAlerting>& OptionsOf(const NativeAlerting*);
const config::OptionTable<NativeSlo>& OptionsOf(const NativeSlo*);
const config::OptionTable<NativeFile>& OptionsOf(const NativeFile*);

bool IsNative(const config::Node& document);  // has the key `slos` and no version
// As it is written, with nothing checked but names and types.
base::Result<NativeFile> ReadNativeFile(const config::Node& document, const std::string& file);
base::Result<std::vector<Objective>> ReadNative(const config::Node& document,
                                                const std::string& file);

// Nominal length of "day", "week", "month", "quarter", "year"; nothing for other words.
std::optional<base::DurationMs> CalendarLength(std::string_view calendar);

}  // namespace sb::slo
