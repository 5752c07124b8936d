// SPDX-License-Identifier: Apache-2.0
//
// What `serve` does with prometheus.yml: reads it as it is, and adds the job that scrapes Signalbox
// itself unless the file has a job of that name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "ingest/scrape/prometheus_file.h"
#include "server/server_config.h"

namespace sb::server {

inline constexpr const char* kSelfJob = "signalbox";

// The file of `config.prometheus.config`, or an empty configuration if there is none.
base::Result<std::shared_ptr<const scrape::PrometheusConfig>> LoadPrometheusConfig(
    base::FileSystem& files, const ServerConfig& config);

// All jobs to run; `self_address` is a door of ours.
base::Result<std::vector<std::shared_ptr<const scrape::ScrapeConfig>>> JobsToRun(
    base::FileSystem& files, const scrape::PrometheusConfig& prometheus,
    const SelfScrapeSection& self, const std::string& self_address, bool self_tls);

}  // namespace sb::server
