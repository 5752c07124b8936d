// SPDX-License-Identifier: Apache-2.0
//
// ScrapeManager runs all jobs of a configuration and says how their targets do.
//
//   ScrapeManager manager(environment);
//   SB_RETURN_IF_ERROR(manager.Apply(config.AllScrapeConfigs()));   // again at every reload
//   manager.ActiveTargets("")  …
//
// Apply leaves jobs that did not change alone; a changed job keeps its targets going until its new
// discovery has answered; series of jobs that are gone get stale markers. If a job cannot be built,
// nothing is changed and the reason is returned.
//
// The destructor stops everything and writes no stale markers: a server that restarts goes on with
// the same series.
//
// Threads: safe for concurrent use.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "ingest/scrape/scrape_pool.h"

namespace sb::scrape {

struct ScrapeManagerOptions {
  base::Env& env;
  base::ThreadPool& ingest;      // parsing and appending
  base::ThreadPool& background;  // discovery; may block on DNS
  net::HttpClient& http;
  discovery::DnsResolver& dns;
  store::AppenderFactory& store;
  base::Registry& registry;
  ingest::LossCounters& losses;
  std::string user_agent;  // "" leaves the client's
  uint64_t offset_seed =
      0;  // differs between the servers of a pair, so that they do not scrape at once
  ingest::Arrivals* arrivals = nullptr;  // may stay null
};

struct ActiveTargetInfo {
  std::string scrape_pool;
  std::shared_ptr<const Target> target;
  TargetState state;
};

struct DroppedTargetInfo {
  std::string scrape_pool;
  model::LabelSet discovered_labels;
};

struct TargetMetadataInfo {
  std::shared_ptr<const Target> target;
  FamilyMetadata family;
};

class ScrapeManager {
 public:
  explicit ScrapeManager(const ScrapeManagerOptions& options);
  ~ScrapeManager();
  ScrapeManager(const ScrapeManager&) = delete;
  ScrapeManager& operator=(const ScrapeManager&) = delete;

  base::Status Apply(const std::vector<std::shared_ptr<const ScrapeConfig>>& configs);

  std::vector<std::string> Pools() const;                                     // sorted
  std::shared_ptr<const ScrapeConfig> Config(const std::string& pool) const;  // null: unknown
  // `pool` empty: all of them.
  std::vector<ActiveTargetInfo> ActiveTargets(const std::string& pool) const;
  std::vector<DroppedTargetInfo> DroppedTargets(const std::string& pool) const;
  // All dropped ones, also those beyond what is kept.
  std::vector<std::pair<std::string, uint64_t>> DroppedTargetCounts() const;
  // `metric` empty: all families of all targets.
  std::vector<TargetMetadataInfo> Metadata(const std::string& metric) const;

 private:
  using PoolMap = std::map<std::string, std::shared_ptr<ScrapePool>>;
  PoolMap Snapshot() const;

  ScrapeCounters counters_;
  const PoolEnvironment environment_;
  base::Mutex apply_mutex_;  // one Apply at a time
  mutable base::Mutex mutex_;
  PoolMap pools_ SB_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<ScrapePool>> ended_ SB_GUARDED_BY(apply_mutex_);
};

// The stable number that ScrapeManagerOptions::offset_seed wants: of host name and external labels.
uint64_t OffsetSeedOf(const std::string& host,
                      const std::map<std::string, std::string>& external_labels);

}  // namespace sb::scrape
