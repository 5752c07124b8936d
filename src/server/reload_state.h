// SPDX-License-Identifier: Apache-2.0
//
// ReloadState holds the configuration in force and how the last attempt to change it ended.
//
// Threads: safe for concurrent use. Readers get a snapshot that stays valid while they hold it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "ingest/scrape/prometheus_file.h"

namespace sb::server {

class ReloadState {
 public:
  struct Outcome {
    bool ok = true;
    int64_t time_ms = 0;  // of the last success
    std::string error;    // of the last failure; empty after a success
  };

  // The configuration that holds from now on.
  void Applied(std::shared_ptr<const scrape::PrometheusConfig> config, int64_t now_ms);
  // The old configuration stays.
  void Refused(std::string error);

  Outcome outcome() const;
  // Never null after the first Applied().
  std::shared_ptr<const scrape::PrometheusConfig> config() const;

 private:
  mutable base::Mutex mutex_;
  Outcome outcome_ SB_GUARDED_BY(mutex_);
  std::shared_ptr<const scrape::PrometheusConfig> config_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::server
