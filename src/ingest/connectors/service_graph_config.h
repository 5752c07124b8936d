// SPDX-License-Identifier: Apache-2.0
//
// The configuration of the Collector's service graph connector as options of ServiceGraph.
//
//   ServiceGraphConfig config;
//   OptionsOf(&config).Read(node, &config, errors);        // null node: defaults
//   ServiceGraphOptions options = OptionsFrom(config);
//
// Source: Collector contrib, connector/servicegraphconnector/config.go. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/go_duration.h"
#include "config/option_table.h"
#include "ingest/connectors/service_graph.h"

namespace sb::ingest {

struct ServiceGraphStoreConfig {
  config::GoDuration ttl{2'000'000'000};
  int64_t max_items = 1000;
};

struct ServiceGraphConfig {
  std::string metrics_exporter;  // of old versions: the pipeline says it now
  std::vector<config::GoDuration> latency_histogram_buckets;
  int64_t exponential_histogram_max_size = 0;
  std::vector<std::string> dimensions;
  ServiceGraphStoreConfig store;
  config::GoDuration cache_loop{60'000'000'000};
  config::GoDuration store_expiration_loop{2'000'000'000};
  std::vector<std::string> virtual_node_peer_attributes = {"peer.service", "db.name", "db.system"};
  bool virtual_node_extra_label = false;
  config::GoDuration metrics_flush_interval{60'000'000'000};
  config::GoDuration metrics_timestamp_offset;
  std::string database_name_attribute;
  std::vector<std::string> database_name_attributes = {"db.name"};
};

const config::OptionTable<ServiceGraphConfig>& OptionsOf(const ServiceGraphConfig*);
const config::OptionTable<ServiceGraphStoreConfig>& OptionsOf(const ServiceGraphStoreConfig*);

ServiceGraphOptions OptionsFrom(const ServiceGraphConfig& config);

}  // namespace sb::ingest
