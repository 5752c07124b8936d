// SPDX-License-Identifier: Apache-2.0
//
// Instruments of scraping, under the names that dashboards and alerts of the replaced product use.
//
// Threads: safe for concurrent use.
#pragma once

#include "base/instruments.h"

namespace sb::scrape {

struct ScrapeCounters {
  explicit ScrapeCounters(base::Registry& registry);

  base::Counter& scrapes;
  base::Counter& failed_scrapes;
  base::Counter& samples;
  base::Counter& exceeded_sample_limit;
  base::Counter& exceeded_body_size_limit;
  base::Counter& exceeded_bucket_limit;
  base::Counter& exceeded_label_limits;
  base::Counter& exceeded_target_limit;
  base::Counter& duplicate_timestamp;
  base::Counter& out_of_order;
  base::Counter& out_of_bounds;
  base::Counter& exemplar_out_of_order;
};

}  // namespace sb::scrape
