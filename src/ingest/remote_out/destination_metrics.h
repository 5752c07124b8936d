// SPDX-License-Identifier: Apache-2.0
//
// The instruments of one destination, under Prometheus' names (prometheus_remote_storage_…) and
// labels (remote_name, url), so that its dashboards and alerts work unchanged.
//
// Threads: safe for concurrent use.
#pragma once

#include <string>

#include "base/instruments.h"
#include "ingest/remote_out/outgoing_batch.h"

namespace sb::remote_out {

// Counters that exist once for samples, histograms and exemplars each.
struct ItemCounters {
  ItemCounters(base::Registry& registry, const std::string& what, const std::string& help,
               const base::InstrumentLabels& labels);
  void Add(const ItemCounts& counts);
  base::Counter& samples;
  base::Counter& histograms;
  base::Counter& exemplars;
};

struct DestinationMetrics {
  DestinationMetrics(base::Registry& registry, const std::string& name, const std::string& url);

  ItemCounters sent;             // …_total, whether they arrive or not, as the reference counts
  ItemCounters failed;           // …_failed_total
  ItemCounters retried;          // …_retried_total
  ItemCounters dropped_series;   // …_dropped_total{reason="dropped_series"}
  ItemCounters dropped_too_old;  // …_dropped_total{reason="too_old"}
  ItemCounters dropped_nhcb;     // …_dropped_total{reason="nhcb_in_rw1"}
  base::Counter& metadata;
  base::Counter& metadata_failed;
  base::Counter& bytes;
  base::Counter& metadata_bytes;
  base::Histogram& batch_seconds;
  base::Gauge& highest_sent_seconds;
  base::Gauge& pending_samples;
  base::Gauge& pending_histograms;
  base::Gauge& pending_exemplars;
  base::Gauge& shards;
  base::Gauge& shards_desired;
  base::Gauge& shards_max;
  base::Gauge& shards_min;
  base::Gauge& shard_capacity;
  base::Gauge& samples_per_send_max;

  void SetPending(const ItemCounts& counts);
};

}  // namespace sb::remote_out
