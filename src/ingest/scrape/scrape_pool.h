// SPDX-License-Identifier: Apache-2.0
//
// ScrapePool is one job: it discovers targets and keeps one ScrapeLoop for each.
//
// A target that stays the same (labels and URL) keeps its loop over changes of discovery. With a
// new configuration the loops are replaced as soon as its discovery gave its first targets; until
// then the old ones go on. Targets beyond `target_limit` make every scrape of the job fail, as in
// the reference.
//
// Threads: safe for concurrent use. Destroy only after Stop().
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "discovery/discovery_set.h"
#include "ingest/scrape/scrape_loop.h"

namespace sb::scrape {

// What all pools stand on; everything outlives them.
struct PoolEnvironment {
  base::Env& env;
  base::ThreadPool& ingest;
  base::ThreadPool& background;
  net::HttpClient& http;
  discovery::DnsResolver& dns;
  store::AppenderFactory& store;
  base::Registry& registry;
  ingest::LossCounters& losses;
  ScrapeCounters& counters;
  std::string user_agent;
  uint64_t offset_seed = 0;
  ingest::Arrivals* arrivals = nullptr;  // may stay null
};

struct PoolTargets {
  std::vector<std::shared_ptr<Target>> active;
  std::vector<model::LabelSet> dropped;  // discovered labels, at most keep_dropped_targets
  uint64_t dropped_count = 0;
};

class ScrapePool {
 public:
  ScrapePool(const PoolEnvironment& environment, std::shared_ptr<const ScrapeConfig> config,
             model::RelabelRules target_rules, model::RelabelRules metric_rules);
  ~ScrapePool();
  ScrapePool(const ScrapePool&) = delete;
  ScrapePool& operator=(const ScrapePool&) = delete;

  const std::shared_ptr<const ScrapeConfig>& config() const { return config_; }
  // Starts discovery. `predecessor` (may be null) is the pool that this one replaces; its loops are
  // taken over with the first targets.
  void Start(std::shared_ptr<ScrapePool> predecessor);
  void Stop(StaleMarkers markers);
  // Ends also what Stop() left to be written.
  void Abandon();
  // Stopped, and all stale markers written.
  bool IsOver() const;
  PoolTargets Targets() const;

 private:
  using Loops = std::map<uint64_t, std::shared_ptr<ScrapeLoop>>;
  struct Built {
    std::vector<std::shared_ptr<Target>> active;
    std::vector<model::LabelSet> dropped;
    uint64_t dropped_count = 0;
  };

  void Sync(const std::vector<discovery::TargetGroup>& groups);
  Built Build(const std::vector<discovery::TargetGroup>& groups);
  void ReplaceLoops(const Built& built);
  void Retire(const std::shared_ptr<ScrapeLoop>& loop) SB_REQUIRES(mutex_);
  std::string TargetLimitError(size_t active) const;
  // The loops of the predecessor, which is over then.
  Loops TakeOver();
  void StartFresh(const std::vector<std::shared_ptr<ScrapeLoop>>& fresh, const Loops& inherited)
      SB_REQUIRES(mutex_);

  const PoolEnvironment environment_;
  const std::shared_ptr<const ScrapeConfig> config_;
  const model::RelabelRules target_rules_;
  const LoopEnvironment loop_environment_;
  base::Counter& sync_failures_;
  base::Gauge& target_gauge_;

  mutable base::Mutex mutex_;
  bool stopped_ SB_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ScrapePool> predecessor_ SB_GUARDED_BY(mutex_);
  Loops loops_ SB_GUARDED_BY(mutex_);
  // Stopped, with stale markers yet to be written; their timers own them.
  std::vector<std::weak_ptr<ScrapeLoop>> retired_ SB_GUARDED_BY(mutex_);
  std::vector<model::LabelSet> dropped_ SB_GUARDED_BY(mutex_);
  uint64_t dropped_count_ SB_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<discovery::DiscoverySet> discovery_;  // last: its callbacks use the rest
};

}  // namespace sb::scrape
