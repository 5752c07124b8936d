// SPDX-License-Identifier: Apache-2.0
#include "server/load_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/duration.h"
#include "server/environment.h"

namespace sb::server {

base::Result<std::shared_ptr<const scrape::PrometheusConfig>> LoadPrometheusConfig(
    base::FileSystem& files, const ServerConfig& config) {
  const scrape::LoadOptions options{ProcessEnvironment()};
  if (config.prometheus.config.empty()) {
    SB_ASSIGN_OR_RETURN(scrape::PrometheusConfig empty,
                        scrape::ParsePrometheusFile(files, "", "(no prometheus.yml)", options));
    return std::make_shared<const scrape::PrometheusConfig>(std::move(empty));
  }
  SB_ASSIGN_OR_RETURN(scrape::PrometheusConfig loaded,
                      scrape::LoadPrometheusFile(files, config.prometheus.config, options));
  return std::make_shared<const scrape::PrometheusConfig>(std::move(loaded));
}

base::Result<std::vector<std::shared_ptr<const scrape::ScrapeConfig>>> JobsToRun(
    base::FileSystem& files, const scrape::PrometheusConfig& prometheus,
    const SelfScrapeSection& self, const std::string& self_address, bool self_tls) {
  std::vector<std::shared_ptr<const scrape::ScrapeConfig>> jobs = prometheus.AllScrapeConfigs();
  const bool has_own = std::any_of(jobs.begin(), jobs.end(),
                                   [](const auto& job) { return job->job_name == kSelfJob; });
  if (!self.enabled || has_own) {
    return jobs;
  }
  // Written as a file, so that the job gets the same defaults and checks as any other. The
  // certificate is our own: there is nobody else to prove it to.
  const std::string text = fmt::format(
      "scrape_configs:\n- job_name: {}\n  scrape_interval: {}\n  scheme: {}\n{}"
      "  static_configs: [{{targets: ['{}']}}]\n",
      kSelfJob, config::FormatDuration(self.interval), self_tls ? "https" : "http",
      self_tls ? "  tls_config: {insecure_skip_verify: true}\n" : "", self_address);
  SB_ASSIGN_OR_RETURN(
      const scrape::PrometheusConfig own,
      scrape::ParsePrometheusFile(files, text, "(self_scrape)", {ProcessEnvironment()}));
  for (const auto& job : own.AllScrapeConfigs()) {
    jobs.push_back(job);
  }
  return jobs;
}

}  // namespace sb::server
