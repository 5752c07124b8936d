// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_counters.h"

namespace sb::scrape {

ScrapeCounters::ScrapeCounters(base::Registry& registry)
    : scrapes(registry.AddCounter("signalbox_scrapes_total", "Scrapes that ended, well or badly.")),
      failed_scrapes(registry.AddCounter("signalbox_scrapes_failed_total", "Scrapes that failed.")),
      samples(registry.AddCounter("signalbox_scrape_samples_total", "Samples stored by scrapes.")),
      exceeded_sample_limit(registry.AddCounter(
          "prometheus_target_scrapes_exceeded_sample_limit_total",
          "Total number of scrapes that hit the sample limit and were rejected.")),
      exceeded_body_size_limit(
          registry.AddCounter("prometheus_target_scrapes_exceeded_body_size_limit_total",
                              "Total number of scrapes that hit the body size limit")),
      exceeded_bucket_limit(registry.AddCounter(
          "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
          "Total number of scrapes that hit the native histogram bucket limit and were "
          "rejected.")),
      exceeded_label_limits(registry.AddCounter(
          "prometheus_target_scrape_pool_exceeded_label_limits_total",
          "Total number of times scrape pools hit the label limits, during sync or config "
          "reload.")),
      exceeded_target_limit(registry.AddCounter(
          "prometheus_target_scrape_pool_exceeded_target_limit_total",
          "Total number of times scrape pools hit the target limit, during sync or config "
          "reload.")),
      duplicate_timestamp(registry.AddCounter(
          "prometheus_target_scrapes_sample_duplicate_timestamp_total",
          "Total number of samples rejected due to duplicate timestamps but different values.")),
      out_of_order(registry.AddCounter(
          "prometheus_target_scrapes_sample_out_of_order_total",
          "Total number of samples rejected due to not being out of the expected order.")),
      out_of_bounds(registry.AddCounter(
          "prometheus_target_scrapes_sample_out_of_bounds_total",
          "Total number of samples rejected due to timestamp falling outside of the time "
          "bounds.")),
      exemplar_out_of_order(registry.AddCounter(
          "prometheus_target_scrapes_exemplar_out_of_order_total",
          "Total number of exemplar rejected due to not being out of the expected order.")) {}

}  // namespace sb::scrape
