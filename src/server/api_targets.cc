// SPDX-License-Identifier: Apache-2.0
//
// The part of ApiSources that speaks of scrape targets.
#include "ingest/scrape/scrape_manager.h"
#include "server/api_sources.h"

namespace sb::server {

std::vector<std::string> ApiSources::ScrapePools() const {
  return with_.scrape.Pools();
}

std::vector<api::ActiveTarget> ApiSources::ActiveTargets(const std::string& pool) const {
  std::vector<api::ActiveTarget> out;
  for (const scrape::ActiveTargetInfo& info : with_.scrape.ActiveTargets(pool)) {
    api::ActiveTarget target;
    target.scrape_pool = info.scrape_pool;
    target.scrape_url = info.target->url();
    target.global_url = info.target->url();
    target.labels = info.target->public_labels();
    target.discovered_labels = info.target->discovered_labels();
    target.health = scrape::TargetHealthName(info.state.health);
    target.last_error = info.state.last_error;
    target.last_scrape_ms = info.state.last_scrape.Value();
    target.last_duration_s = info.state.last_duration_s;
    target.interval_ms = info.target->interval().Value();
    target.timeout_ms = info.target->timeout().Value();
    out.push_back(std::move(target));
  }
  return out;
}

std::vector<api::DroppedTarget> ApiSources::DroppedTargets(const std::string& pool) const {
  std::vector<api::DroppedTarget> out;
  for (const scrape::DroppedTargetInfo& info : with_.scrape.DroppedTargets(pool)) {
    out.push_back({info.scrape_pool, info.discovered_labels});
  }
  return out;
}

std::vector<std::pair<std::string, uint64_t>> ApiSources::DroppedTargetCounts() const {
  return with_.scrape.DroppedTargetCounts();
}

std::vector<api::TargetMetadata> ApiSources::Metadata(const std::string& metric) const {
  std::vector<api::TargetMetadata> out;
  for (const scrape::TargetMetadataInfo& info : with_.scrape.Metadata(metric)) {
    out.push_back({info.target->public_labels(), info.family.metric, info.family.metadata});
  }
  return out;
}

}  // namespace sb::server
