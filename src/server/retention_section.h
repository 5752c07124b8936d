// SPDX-License-Identifier: Apache-2.0
//
// Section `retention` of signalbox.yaml: how long each signal is kept, and rules for some series.
//
//   retention:
//     metrics: 30d
//     metrics_rules:
//       - {selector: '{job="debug"}', keep: 2d}
//       - {selector: '{__name__=~"slo:.*"}', keep: 400d}
//     downsample:
//       - {after: 30d, every: 5m}
//     logs_rules:
//       - {selector: '{app="audit"}', keep: 400d}
//
// Threads: values.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "config/option_table.h"
#include "store/tsdb/db/downsample_rules.h"
#include "store/tsdb/db/retention_rules.h"

namespace sb::server {

struct MetricsRetentionRule {
  std::string selector;
  base::DurationMs keep;
};

struct MetricsDownsampleRule {
  std::string selector;  // empty: all series
  base::DurationMs after;
  base::DurationMs every;
};

struct LogsRetentionRule {
  std::string selector;
  base::DurationMs keep;
};

struct RetentionSection {
  base::DurationMs metrics = base::Hours(24 * 30);
  std::vector<MetricsRetentionRule> metrics_rules;
  std::vector<MetricsDownsampleRule> downsample;
  base::DurationMs traces = base::Hours(24 * 7);
  base::DurationMs logs = base::Hours(24 * 14);
  std::vector<LogsRetentionRule> logs_rules;
  std::string disk;  // "80%" of the file system or "50GB"; empty: by time only
};

const config::OptionTable<MetricsRetentionRule>& OptionsOf(const MetricsRetentionRule*);
const config::OptionTable<MetricsDownsampleRule>& OptionsOf(const MetricsDownsampleRule*);
const config::OptionTable<LogsRetentionRule>& OptionsOf(const LogsRetentionRule*);
const config::OptionTable<RetentionSection>& OptionsOf(const RetentionSection*);

// What the store is to be told. The selectors of a section that was read are known to parse.
base::Result<std::vector<tsdb::RetentionRule>> RetentionRulesOf(const RetentionSection& section);
base::Result<std::vector<tsdb::DownsampleRule>> DownsampleRulesOf(const RetentionSection& section);

// What `retention.disk` says in bytes for a file system of this size; 0: no limit.
base::Result<uint64_t> DiskLimitBytes(const std::string& disk, uint64_t file_system_bytes);

}  // namespace sb::server
