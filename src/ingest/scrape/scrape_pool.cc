// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_pool.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sb::scrape {
ScrapePool::ScrapePool(const PoolEnvironment& environment,
                       std::shared_ptr<const ScrapeConfig> config, model::RelabelRules target_rules,
                       model::RelabelRules metric_rules)
    : environment_(environment),
      config_(std::move(config)),
      target_rules_(std::move(target_rules)),
      loop_environment_{environment_.env,
                        environment_.ingest,
                        {environment_.store, environment_.counters, environment_.losses,
                         environment_.env.clock(), environment_.arrivals},
                        std::make_shared<net::ConfiguredClient>(environment_.http, config_->http,
                                                                environment_.env),
                        config_,
                        std::move(metric_rules),
                        environment_.user_agent,
                        environment_.offset_seed},
      sync_failures_(environment_.registry.AddCounter("prometheus_target_sync_failed_total",
                                                      "Total number of target sync failures.",
                                                      {{"scrape_job", config_->job_name}})),
      target_gauge_(environment_.registry.AddGauge("prometheus_target_scrape_pool_targets",
                                                   "Current number of targets in this scrape pool.",
                                                   {{"scrape_job", config_->job_name}})) {}

ScrapePool::~ScrapePool() = default;

void ScrapePool::Start(std::shared_ptr<ScrapePool> predecessor) {
  {
    base::MutexLock lock(mutex_);
    predecessor_ = std::move(predecessor);
  }
  const discovery::DiscoveryContext context{environment_.env, environment_.http, environment_.dns,
                                            environment_.registry};
  discovery_ = std::make_unique<discovery::DiscoverySet>(
      context, environment_.background, config_->discovery, config_->job_name,
      [this](std::vector<discovery::TargetGroup> groups) { Sync(groups); });
}

void ScrapePool::Stop(StaleMarkers markers) {
  discovery_.reset();  // no Sync any more
  std::shared_ptr<ScrapePool> predecessor;
  Loops loops;
  {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    predecessor = std::move(predecessor_);
    loops = loops_;
  }
  if (predecessor != nullptr) {
    predecessor->Stop(markers);
    base::MutexLock lock(mutex_);
    predecessor_ = std::move(predecessor);
  }
  for (const auto& [hash, loop] : loops) {
    loop->Stop(markers);
  }
  base::MutexLock lock(mutex_);
  for (const auto& [hash, loop] : loops_) {
    retired_.push_back(loop);
  }
  loops_.clear();
}

bool ScrapePool::IsOver() const {
  base::MutexLock lock(mutex_);
  return stopped_ && (predecessor_ == nullptr || predecessor_->IsOver()) &&
         std::all_of(retired_.begin(), retired_.end(),
                     [](const auto& retired) { return retired.expired(); });
}

void ScrapePool::Abandon() {
  std::shared_ptr<ScrapePool> predecessor;
  std::vector<std::shared_ptr<ScrapeLoop>> all;
  {
    base::MutexLock lock(mutex_);
    predecessor = std::move(predecessor_);
    for (const auto& retired : retired_) {
      if (auto loop = retired.lock()) {
        all.push_back(std::move(loop));
      }
    }
    retired_.clear();
    for (const auto& [hash, loop] : loops_) {
      all.push_back(loop);
    }
    loops_.clear();
  }
  for (const auto& loop : all) {
    loop->Abandon();
  }
  if (predecessor != nullptr) {
    predecessor->Abandon();
  }
}

ScrapePool::Built ScrapePool::Build(const std::vector<discovery::TargetGroup>& groups) {
  Built built;
  const uint64_t keep = config_->limits.keep_dropped_targets;
  for (const discovery::TargetGroup& group : groups) {
    for (size_t i = 0; i < group.targets.size(); ++i) {
      auto labels = BuildTargetLabels(*config_, target_rules_, group.targets[i], group.labels);
      if (!labels.ok()) {
        sync_failures_.Add();
        SB_LOG(kError, "creating target failed", {"job", config_->job_name},
               {"group", group.source}, {"instance", static_cast<uint64_t>(i)},
               {"error", labels.status().message()});
      } else if (labels->labels.empty()) {
        ++built.dropped_count;
        if (keep == 0 || built.dropped.size() < keep) {
          built.dropped.push_back(std::move(labels->discovered));
        }
      } else {
        built.active.push_back(std::make_shared<Target>(*config_, std::move(labels->labels),
                                                        std::move(labels->discovered)));
      }
    }
  }
  return built;
}

std::string ScrapePool::TargetLimitError(size_t active) const {
  const uint64_t limit = config_->limits.target_limit;
  if (limit == 0 || active <= limit) {
    return "";
  }
  environment_.counters.exceeded_target_limit.Add();
  return "target_limit exceeded (number of targets: " + std::to_string(active) +
         ", limit: " + std::to_string(limit) + ")";
}

ScrapePool::Loops ScrapePool::TakeOver() {
  std::shared_ptr<ScrapePool> predecessor;
  {
    base::MutexLock lock(mutex_);
    predecessor = std::move(predecessor_);
  }
  if (predecessor == nullptr) {
    return {};
  }
  predecessor->discovery_.reset();
  // A pool that was replaced before its first targets came still has a predecessor of its own.
  Loops loops = predecessor->TakeOver();
  base::MutexLock lock(mutex_);
  base::MutexLock other(predecessor->mutex_);
  predecessor->stopped_ = true;
  loops.merge(predecessor->loops_);
  predecessor->loops_.clear();
  retired_.insert(retired_.end(), predecessor->retired_.begin(), predecessor->retired_.end());
  return loops;
}

void ScrapePool::Sync(const std::vector<discovery::TargetGroup>& groups) {
  Built built = Build(groups);
  ReplaceLoops(built);
  target_gauge_.Set(static_cast<double>(Targets().active.size()));
  base::MutexLock lock(mutex_);
  dropped_ = std::move(built.dropped);
  dropped_count_ = built.dropped_count;
}

void ScrapePool::ReplaceLoops(const Built& built) {
  Loops inherited = TakeOver();
  base::MutexLock lock(mutex_);
  if (stopped_) {
    return;
  }
  Loops next;
  std::vector<std::shared_ptr<ScrapeLoop>> fresh;
  for (const auto& target : built.active) {
    if (next.contains(target->hash())) {
      continue;  // found twice
    }
    const auto old = loops_.find(target->hash());
    if (old != loops_.end()) {
      old->second->target()->set_discovered_labels(target->discovered_labels());
      next.emplace(target->hash(), old->second);
    } else {
      fresh.push_back(std::make_shared<ScrapeLoop>(loop_environment_, target));
      next.emplace(target->hash(), fresh.back());
    }
  }
  std::swap(loops_, next);
  for (const auto& [hash, loop] : next) {
    if (!loops_.contains(hash)) {
      Retire(loop);
    }
  }
  const std::string limit_error = TargetLimitError(loops_.size());
  for (const auto& [hash, loop] : loops_) {
    loop->SetForcedError(limit_error);
  }
  StartFresh(fresh, inherited);
}

void ScrapePool::StartFresh(const std::vector<std::shared_ptr<ScrapeLoop>>& fresh,
                            const Loops& inherited) {
  for (const auto& loop : fresh) {
    const auto old = inherited.find(loop->target()->hash());
    loop->Start(old == inherited.end() ? std::vector<store::SeriesRef>()
                                       : old->second->Stop(StaleMarkers::kNone));
  }
  for (const auto& [hash, loop] : inherited) {
    if (!loops_.contains(hash)) {
      Retire(loop);
    }
  }
}

void ScrapePool::Retire(const std::shared_ptr<ScrapeLoop>& loop) {
  loop->Stop(StaleMarkers::kWrite);
  std::erase_if(retired_, [](const auto& retired) { return retired.expired(); });
  retired_.push_back(loop);
}

PoolTargets ScrapePool::Targets() const {
  std::shared_ptr<ScrapePool> predecessor;
  PoolTargets targets;
  {
    base::MutexLock lock(mutex_);
    predecessor = predecessor_;
    for (const auto& [hash, loop] : loops_) {
      targets.active.push_back(loop->target());
    }
    targets.dropped = dropped_;
    targets.dropped_count = dropped_count_;
  }
  if (predecessor != nullptr) {
    return predecessor->Targets();  // its loops still run
  }
  std::sort(targets.active.begin(), targets.active.end(),
            [](const auto& a, const auto& b) { return a->url() < b->url(); });
  return targets;
}

}  // namespace sb::scrape
