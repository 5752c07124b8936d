// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/count_config.h"

#include <utility>

namespace sb::ingest {

using config::OptionTable;

namespace {

void AddMetrics(const std::optional<CountMetrics>& configured, const char* standard, bool of_events,
                SpanMetricsOptions* options, std::vector<std::string>* notices) {
  CountMetrics metrics;
  if (configured.has_value()) {
    metrics = *configured;
  } else {
    metrics[standard] = CountMetricConfig();
  }
  for (const auto& [name, metric] : metrics) {
    if (!metric.conditions.empty()) {
      notices->push_back(name + " has conditions and is not counted");
      continue;
    }
    SpanMetricsOptions::Group group;
    for (const CountAttributeConfig& attribute : metric.attributes) {
      SpanDimension dimension;
      dimension.attribute = attribute.key;
      dimension.label = ConnectorLabelName(attribute.key);
      dimension.has_fallback = attribute.default_value.has_value();
      dimension.fallback = attribute.default_value.value_or("");
      group.dimensions.push_back(std::move(dimension));
    }
    (of_events ? group.events : group.calls) = ConnectorLabelName(name) + "_total";
    options->groups.push_back(std::move(group));
  }
}

}  // namespace

const OptionTable<CountAttributeConfig>& OptionsOf(const CountAttributeConfig*) {
  static const auto table = OptionTable<CountAttributeConfig>("count.attribute")
                                .Add("key", &CountAttributeConfig::key)
                                .Add("default_value", &CountAttributeConfig::default_value);
  return table;
}

const OptionTable<CountMetricConfig>& OptionsOf(const CountMetricConfig*) {
  static const auto table = OptionTable<CountMetricConfig>("count.metric")
                                .Add("description", &CountMetricConfig::description)
                                .Add("conditions", &CountMetricConfig::conditions)
                                .Add("attributes", &CountMetricConfig::attributes);
  return table;
}

const OptionTable<CountConfig>& OptionsOf(const CountConfig*) {
  using C = CountConfig;
  static const auto table = OptionTable<C>("count")
                                .Add("spans", &C::spans)
                                .Add("spanevents", &C::spanevents)
                                .Add("metrics", &C::metrics)
                                .Add("datapoints", &C::datapoints)
                                .Add("logs", &C::logs)
                                .Add("profiles", &C::profiles);
  return table;
}

SpanMetricsOptions OptionsFrom(const CountConfig& config, std::vector<std::string>* notices) {
  SpanMetricsOptions options;
  options.needs_service_name = false;
  options.has_exemplars = false;
  AddMetrics(config.spans, "trace.span.count", false, &options, notices);
  AddMetrics(config.spanevents, "trace.span.event.count", true, &options, notices);
  return options;
}

}  // namespace sb::ingest
