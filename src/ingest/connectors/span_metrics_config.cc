// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/span_metrics_config.h"

#include <algorithm>
#include <utility>

namespace sb::ingest {

using config::ErrorList;
using config::Node;
using config::OptionTable;
using Source = SpanDimension::Source;

namespace {

constexpr const char* kDelta = "AGGREGATION_TEMPORALITY_DELTA";
constexpr const char* kCumulative = "AGGREGATION_TEMPORALITY_CUMULATIVE";
constexpr size_t kDefaultExemplarsMax = 5;

const Node& PlaceOf(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? node : *found;
}

void CheckDimension(const Node& node, DimensionConfig* dimension, ErrorList& errors) {
  if (dimension->name.empty()) {
    errors.Add(node, "a dimension needs a name");
  }
}

void CheckHistogram(const Node& node, SpanHistogramConfig* histogram, ErrorList& errors) {
  if (histogram->unit != "ms" && histogram->unit != "s") {
    errors.Add(PlaceOf(node, "unit"), "unknown unit (ms, s): " + histogram->unit);
  }
  if (histogram->explicit_buckets.has_value() && histogram->exponential.has_value()) {
    errors.Add(node, "use either `explicit` or `exponential` buckets histogram");
  }
  if (histogram->exponential.has_value() && histogram->exponential->max_size < 1) {
    errors.Add(PlaceOf(node, "exponential"), "max_size must be positive");
  }
}

void CheckConnector(const Node& node, SpanMetricsConfig* config, ErrorList& errors) {
  if (config->metrics_flush_interval.ns < 0) {
    errors.Add(PlaceOf(node, "metrics_flush_interval"),
               "metrics_flush_interval must not be negative");
  }
  if (config->metrics_expiration.ns < 0) {
    errors.Add(PlaceOf(node, "metrics_expiration"), "metrics_expiration must not be negative");
  }
  if (config->series_expiration.ns < 0) {
    errors.Add(PlaceOf(node, "series_expiration"), "series_expiration must not be negative");
  }
  if (config->aggregation_temporality != kDelta && config->aggregation_temporality != kCumulative) {
    errors.Add(PlaceOf(node, "aggregation_temporality"),
               std::string("unknown temporality (") + kCumulative + ", " + kDelta +
                   "): " + config->aggregation_temporality);
  }
  if (config->aggregation_temporality == kDelta &&
      config->metric_timestamp_cache_size.value_or(1000) <= 0) {
    errors.Add(PlaceOf(node, "metric_timestamp_cache_size"),
               "metric_timestamp_cache_size must be positive with delta temporality");
  }
  if (config->aggregation_cardinality_limit < 0) {
    errors.Add(PlaceOf(node, "aggregation_cardinality_limit"),
               "aggregation_cardinality_limit must not be negative");
  }
}

SpanDimension FixedDimension(Source source, const std::string& attribute) {
  SpanDimension dimension;
  dimension.source = source;
  dimension.attribute = attribute;
  dimension.label = ConnectorLabelName(attribute);
  return dimension;
}

std::vector<SpanDimension> StandardDimensions(const SpanMetricsConfig& config) {
  static constexpr std::pair<Source, const char*> kStandard[] = {
      {Source::kServiceName, "service.name"},
      {Source::kSpanName, "span.name"},
      {Source::kSpanKind, "span.kind"},
      {Source::kStatusCode, "status.code"}};
  std::vector<SpanDimension> dimensions;
  for (const auto& [source, name] : kStandard) {
    const auto& excluded = config.exclude_dimensions;
    if (std::find(excluded.begin(), excluded.end(), name) == excluded.end()) {
      dimensions.push_back(FixedDimension(source, name));
    }
  }
  for (const std::string& part : config.include_instrumentation_scope) {
    (void)part;  // naming any scope adds both labels to its spans
    dimensions.push_back(FixedDimension(Source::kScopeName, "otel.scope.name"));
    dimensions.push_back(FixedDimension(Source::kScopeVersion, "otel.scope.version"));
    break;
  }
  return dimensions;
}

void AddDimensions(const std::vector<DimensionConfig>& configs,
                   std::vector<SpanDimension>* dimensions) {
  for (const DimensionConfig& config : configs) {
    SpanDimension dimension = FixedDimension(Source::kAttribute, config.name);
    dimension.has_fallback = config.fallback.has_value();
    dimension.fallback = config.fallback.value_or("");
    dimensions->push_back(std::move(dimension));
  }
}

LatencyShape ShapeOf(const SpanHistogramConfig& histogram, double unit_ns) {
  if (histogram.exponential.has_value()) {
    return LatencyShape::Exponential(static_cast<int>(histogram.exponential->max_size));
  }
  std::vector<double> bounds;
  if (histogram.explicit_buckets.has_value() && !histogram.explicit_buckets->buckets.empty()) {
    for (const config::GoDuration bucket : histogram.explicit_buckets->buckets) {
      bounds.push_back(static_cast<double>(bucket.ns) / unit_ns);
    }
  } else {
    for (const double ms : {2., 4., 6., 8., 10., 50., 100., 200., 400., 800., 1000., 1400., 2000.,
                            5000., 10000., 15000.}) {
      bounds.push_back(ms * 1e6 / unit_ns);
    }
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return LatencyShape::Explicit(std::move(bounds));
}

void AddNotices(const SpanMetricsConfig& config, std::vector<std::string>* notices) {
  if (config.aggregation_temporality == kDelta) {
    notices->push_back("aggregation_temporality: the local store is given cumulative counters");
  }
  if (config.enable_metrics_sampling_method) {
    notices->push_back("enable_metrics_sampling_method: spans count once; nothing is extrapolated");
  }
  if (config.add_resource_attributes || !config.resource_metrics_key_attributes.empty()) {
    notices->push_back(
        "resource attributes do not become labels; name them under dimensions if they should");
  }
}

}  // namespace

const OptionTable<DimensionConfig>& OptionsOf(const DimensionConfig*) {
  static const auto table = OptionTable<DimensionConfig>("spanmetrics.Dimension")
                                .Add("name", &DimensionConfig::name)
                                .Add("default", &DimensionConfig::fallback)
                                .Check(&CheckDimension);
  return table;
}

const OptionTable<ExplicitHistogramConfig>& OptionsOf(const ExplicitHistogramConfig*) {
  static const auto table = OptionTable<ExplicitHistogramConfig>("spanmetrics.explicit")
                                .Add("buckets", &ExplicitHistogramConfig::buckets);
  return table;
}

const OptionTable<ExponentialHistogramConfig>& OptionsOf(const ExponentialHistogramConfig*) {
  static const auto table = OptionTable<ExponentialHistogramConfig>("spanmetrics.exponential")
                                .Add("max_size", &ExponentialHistogramConfig::max_size);
  return table;
}

const OptionTable<SpanHistogramConfig>& OptionsOf(const SpanHistogramConfig*) {
  static const auto table = OptionTable<SpanHistogramConfig>("spanmetrics.histogram")
                                .Add("disable", &SpanHistogramConfig::disable)
                                .Add("unit", &SpanHistogramConfig::unit)
                                .Add("explicit", &SpanHistogramConfig::explicit_buckets)
                                .Add("exponential", &SpanHistogramConfig::exponential)
                                .Add("dimensions", &SpanHistogramConfig::dimensions)
                                .Check(&CheckHistogram);
  return table;
}

const OptionTable<SpanExemplarsConfig>& OptionsOf(const SpanExemplarsConfig*) {
  static const auto table =
      OptionTable<SpanExemplarsConfig>("spanmetrics.exemplars")
          .Add("enabled", &SpanExemplarsConfig::enabled)
          .Add("max_per_data_point", &SpanExemplarsConfig::max_per_data_point);
  return table;
}

const OptionTable<SpanEventsConfig>& OptionsOf(const SpanEventsConfig*) {
  static const auto table = OptionTable<SpanEventsConfig>("spanmetrics.events")
                                .Add("enabled", &SpanEventsConfig::enabled)
                                .Add("dimensions", &SpanEventsConfig::dimensions);
  return table;
}

const OptionTable<SpanMetricsConfig>& OptionsOf(const SpanMetricsConfig*) {
  using C = SpanMetricsConfig;
  static const auto table =
      OptionTable<C>("spanmetrics")
          .Add("namespace", &C::name_space)
          .Add("dimensions", &C::dimensions)
          .Add("calls_dimensions", &C::calls_dimensions)
          .Add("exclude_dimensions", &C::exclude_dimensions)
          .Add("histogram", &C::histogram)
          .Add("exemplars", &C::exemplars)
          .Add("events", &C::events)
          .Add("aggregation_temporality", &C::aggregation_temporality)
          .Add("metrics_flush_interval", &C::metrics_flush_interval)
          .Add("metrics_expiration", &C::metrics_expiration)
          .Add("series_expiration", &C::series_expiration)
          .Add("metric_timestamp_cache_size", &C::metric_timestamp_cache_size)
          .Add("dimensions_cache_size", &C::dimensions_cache_size)
          .Add("resource_metrics_cache_size", &C::resource_metrics_cache_size)
          .Add("resource_metrics_key_attributes", &C::resource_metrics_key_attributes)
          .Add("aggregation_cardinality_limit", &C::aggregation_cardinality_limit)
          .Add("include_instrumentation_scope", &C::include_instrumentation_scope)
          .Add("add_resource_attributes", &C::add_resource_attributes)
          .Add("enable_metrics_sampling_method", &C::enable_metrics_sampling_method)
          .Check(&CheckConnector);
  return table;
}

SpanMetricsOptions OptionsFrom(const SpanMetricsConfig& config, std::vector<std::string>* notices) {
  SpanMetricsOptions options;
  const std::string prefix =
      config.name_space.empty() ? "" : ConnectorLabelName(config.name_space) + "_";
  options.duration_unit_ns = config.histogram.unit == "s" ? 1e9 : 1e6;
  options.shape = ShapeOf(config.histogram, options.duration_unit_ns);
  SpanMetricsOptions::Group calls;
  calls.dimensions = StandardDimensions(config);
  AddDimensions(config.dimensions, &calls.dimensions);
  SpanMetricsOptions::Group duration = calls;
  SpanMetricsOptions::Group events = calls;
  AddDimensions(config.calls_dimensions, &calls.dimensions);
  AddDimensions(config.histogram.dimensions, &duration.dimensions);
  AddDimensions(config.events.dimensions, &events.dimensions);
  calls.calls = prefix + "calls_total";
  duration.duration =
      prefix + (config.histogram.unit == "s" ? "duration_seconds" : "duration_milliseconds");
  events.events = prefix + "events_total";
  const bool shares = config.calls_dimensions.empty() && config.histogram.dimensions.empty();
  if (!config.histogram.disable && shares) {
    calls.duration = duration.duration;
  }
  options.groups.push_back(std::move(calls));
  if (!config.histogram.disable && !shares) {
    options.groups.push_back(std::move(duration));
  }
  if (config.events.enabled) {
    options.groups.push_back(std::move(events));
  }
  options.has_exemplars = config.exemplars.enabled;
  options.exemplars_max = static_cast<size_t>(
      std::max<int64_t>(1, config.exemplars.max_per_data_point.value_or(kDefaultExemplarsMax)));
  if (config.aggregation_cardinality_limit > 0) {
    options.label_sets_max = static_cast<size_t>(config.aggregation_cardinality_limit);
  }
  options.expiration_ms = std::max(config.metrics_expiration.Ms(), config.series_expiration.Ms());
  AddNotices(config, notices);
  return options;
}

}  // namespace sb::ingest
