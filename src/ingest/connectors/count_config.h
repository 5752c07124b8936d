// SPDX-License-Identifier: Apache-2.0
//
// The configuration of the Collector's count connector, as far as spans go: how many, and how many
// events they have, by attributes.
//
//   CountConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   SpanMetricsOptions options = OptionsFrom(config, &notices);
//
// Without configuration trace.span.count and trace.span.event.count are counted. Conditions are not
// executed: a metric that has some is named in `notices` and left out. Threads: values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "ingest/connectors/span_metrics.h"

namespace sb::ingest {

struct CountAttributeConfig {
  std::string key;
  std::optional<std::string> default_value;
};
struct CountMetricConfig {
  std::string description;
  std::vector<std::string> conditions;
  std::vector<CountAttributeConfig> attributes;
};
using CountMetrics = std::map<std::string, CountMetricConfig>;
struct CountConfig {
  std::optional<CountMetrics> spans;
  std::optional<CountMetrics> spanevents;
  std::optional<CountMetrics> metrics;
  std::optional<CountMetrics> datapoints;
  std::optional<CountMetrics> logs;
  std::optional<CountMetrics> profiles;
};

const config::OptionTable<CountConfig>& OptionsOf(const CountConfig*);
const config::OptionTable<CountMetricConfig>& OptionsOf(const CountMetricConfig*);
const config::OptionTable<CountAttributeConfig>& OptionsOf(const CountAttributeConfig*);

SpanMetricsOptions OptionsFrom(const CountConfig& config, std::vector<std::string>* notices);

}  // namespace sb::ingest
