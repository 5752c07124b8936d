// SPDX-License-Identifier: Apache-2.0
//
// The configuration of the Collector's span metrics connector, all of it, as options of
// SpanMetrics.
//
//   SpanMetricsConfig config;
//   OptionsOf(&config).Read(node, &config, errors);        // null node: defaults
//   SpanMetricsOptions options = OptionsFrom(config, &notices);
//
// What has no meaning for a store that is beside the connector (delta temporality, cache sizes,
// flush intervals) is read, checked as the Collector checks it, and named in `notices`.
//
// Source: Collector contrib, connector/spanmetricsconnector/config.go. Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/go_duration.h"
#include "config/option_table.h"
#include "ingest/connectors/span_metrics.h"

namespace sb::ingest {

struct DimensionConfig {
  std::string name;
  std::optional<std::string> fallback;
};

struct ExplicitHistogramConfig {
  std::vector<config::GoDuration> buckets;
};
struct ExponentialHistogramConfig {
  int64_t max_size = 160;
};
struct SpanHistogramConfig {
  bool disable = false;
  std::string unit = "ms";
  std::optional<ExplicitHistogramConfig> explicit_buckets;
  std::optional<ExponentialHistogramConfig> exponential;
  std::vector<DimensionConfig> dimensions;
};
struct SpanExemplarsConfig {
  bool enabled = false;
  std::optional<int64_t> max_per_data_point;
};
struct SpanEventsConfig {
  bool enabled = false;
  std::vector<DimensionConfig> dimensions;
};

struct SpanMetricsConfig {
  std::string name_space = "traces.span.metrics";
  std::vector<DimensionConfig> dimensions;
  std::vector<DimensionConfig> calls_dimensions;
  std::vector<std::string> exclude_dimensions;
  SpanHistogramConfig histogram;
  SpanExemplarsConfig exemplars;
  SpanEventsConfig events;
  std::string aggregation_temporality = "AGGREGATION_TEMPORALITY_CUMULATIVE";
  config::GoDuration metrics_flush_interval{60'000'000'000};
  config::GoDuration metrics_expiration;
  config::GoDuration series_expiration;
  std::optional<int64_t> metric_timestamp_cache_size;
  int64_t dimensions_cache_size = 1000;
  int64_t resource_metrics_cache_size = 1000;
  std::vector<std::string> resource_metrics_key_attributes;
  int64_t aggregation_cardinality_limit = 0;
  std::vector<std::string> include_instrumentation_scope;
  bool add_resource_attributes = false;
  bool enable_metrics_sampling_method = false;
};

const config::OptionTable<SpanMetricsConfig>& OptionsOf(const SpanMetricsConfig*);
const config::OptionTable<DimensionConfig>& OptionsOf(const DimensionConfig*);
const config::OptionTable<SpanHistogramConfig>& OptionsOf(const SpanHistogramConfig*);
const config::OptionTable<ExplicitHistogramConfig>& OptionsOf(const ExplicitHistogramConfig*);
const config::OptionTable<ExponentialHistogramConfig>& OptionsOf(const ExponentialHistogramConfig*);
const config::OptionTable<SpanExemplarsConfig>& OptionsOf(const SpanExemplarsConfig*);
const config::OptionTable<SpanEventsConfig>& OptionsOf(const SpanEventsConfig*);

SpanMetricsOptions OptionsFrom(const SpanMetricsConfig& config, std::vector<std::string>* notices);

}  // namespace sb::ingest
