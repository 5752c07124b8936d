// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/service_graph_config.h"

#include <algorithm>
#include <utility>

namespace sb::ingest {

using config::OptionTable;

namespace {

void CheckStore(const config::Node& node, ServiceGraphStoreConfig* store,
                config::ErrorList& errors) {
  if (store->ttl.ns <= 0 || store->max_items <= 0) {
    errors.Add(node, "ttl and max_items must be positive");
  }
}

}  // namespace

const OptionTable<ServiceGraphStoreConfig>& OptionsOf(const ServiceGraphStoreConfig*) {
  static const auto table = OptionTable<ServiceGraphStoreConfig>("servicegraph.store")
                                .Add("ttl", &ServiceGraphStoreConfig::ttl)
                                .Add("max_items", &ServiceGraphStoreConfig::max_items)
                                .Check(&CheckStore);
  return table;
}

const OptionTable<ServiceGraphConfig>& OptionsOf(const ServiceGraphConfig*) {
  using C = ServiceGraphConfig;
  static const auto table =
      OptionTable<C>("servicegraph")
          .Add("metrics_exporter", &C::metrics_exporter)
          .Add("latency_histogram_buckets", &C::latency_histogram_buckets)
          .Add("exponential_histogram_max_size", &C::exponential_histogram_max_size)
          .Add("dimensions", &C::dimensions)
          .Add("store", &C::store)
          .Add("cache_loop", &C::cache_loop)
          .Add("store_expiration_loop", &C::store_expiration_loop)
          .Add("virtual_node_peer_attributes", &C::virtual_node_peer_attributes)
          .Add("virtual_node_extra_label", &C::virtual_node_extra_label)
          .Add("metrics_flush_interval", &C::metrics_flush_interval)
          .Add("metrics_timestamp_offset", &C::metrics_timestamp_offset)
          .Add("database_name_attribute", &C::database_name_attribute)
          .Add("database_name_attributes", &C::database_name_attributes);
  return table;
}

ServiceGraphOptions OptionsFrom(const ServiceGraphConfig& config) {
  ServiceGraphOptions options;
  if (config.exponential_histogram_max_size > 0) {
    options.shape =
        LatencyShape::Exponential(static_cast<int>(config.exponential_histogram_max_size));
  } else if (!config.latency_histogram_buckets.empty()) {
    std::vector<double> bounds;
    for (const config::GoDuration bucket : config.latency_histogram_buckets) {
      bounds.push_back(static_cast<double>(bucket.ns) / 1e9);
    }
    std::sort(bounds.begin(), bounds.end());
    options.shape = LatencyShape::Explicit(std::move(bounds));
  }
  options.dimensions = config.dimensions;
  options.peer_attributes = config.virtual_node_peer_attributes;
  options.database_attributes = config.database_name_attributes;
  if (!config.database_name_attribute.empty()) {
    options.database_attributes = {config.database_name_attribute};
  }
  options.has_virtual_node_label = config.virtual_node_extra_label;
  options.ttl_ms = config.store.ttl.Ms();
  options.items_max = static_cast<size_t>(config.store.max_items);
  return options;
}

}  // namespace sb::ingest
