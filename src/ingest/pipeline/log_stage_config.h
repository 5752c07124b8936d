// SPDX-License-Identifier: Apache-2.0
//
// What signalbox.yaml says about the stages that log records pass on their way in
// (`logs.pipeline`). Each entry does one thing, named by the key that is there:
//
//   - parse: json                       # or logfmt, or regex with `regex: '(?P<name>…)'`
//     message: msg                      # the field that becomes the line
//     time: ts                          # the field that becomes the time
//   - labels: {team: shop, tenant: $tenant}     # $name: the value of a field
//   - drop: 'GET /healthz'              # lines that the expression finds
//   - redact: '\b\d{16}\b'              # what it finds becomes `with`
//     with: '****'
//   - limit: 100                        # lines a second; the rest is dropped and counted
//     burst: 1000
//     by: app                           # one budget per value of this label
//   - metric: http_requests_total       # counts lines; with `value: field` and `buckets` a
//     by_labels: [app]                  # histogram
//     match: '{app="shop"} |= "paid"'   # of any stage: only for records that it selects
//   - match:                            # or several stages for these, as Promtail has it
//       selector: '{app="shop"} |= "debug"'
//       action: keep                    # or drop, then without stages
//       stages: [{parse: json}]
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/option_table.h"

namespace sb::ingest {

struct LogStageConfig;

struct LogMatchConfig {
  std::string selector;   // a stream selector with line filters; empty: all
  bool is_stage = false;  // a stage of its own
  std::string action = "keep";
  std::vector<LogStageConfig> stages;
  // Promtail's, for its own metrics; Signalbox counts drops as log_stage_dropped.
  std::string pipeline_name;
  std::string drop_counter_reason;
};

struct LogStageConfig {
  LogMatchConfig match;
  std::string parse;
  std::string regex;
  std::vector<std::string> fields;  // to keep; empty: all
  std::string message;
  std::string time;
  std::map<std::string, std::string> labels;
  std::string drop;
  std::string redact;
  std::string with = "***";
  double limit = 0;
  double burst = 0;
  std::string by;
  std::string metric;
  std::string help;
  std::string value;
  std::vector<double> buckets;
  std::vector<std::string> by_labels;
};

const config::OptionTable<LogStageConfig>& OptionsOf(const LogStageConfig*);

}  // namespace sb::ingest

namespace sb::config {
// The selector, or a mapping.
template <>
struct Codec<ingest::LogMatchConfig> {
  static void Read(const Node& node, const OptionInfo& info, ingest::LogMatchConfig* out,
                   ErrorList& errors);
  static NodePtr Write(const ingest::LogMatchConfig& value);
  static bool IsEmpty(const ingest::LogMatchConfig& value) {
    return value.selector.empty() && !value.is_stage;
  }
  static std::string TypeName() { return "selector or mapping"; }
};
}  // namespace sb::config
