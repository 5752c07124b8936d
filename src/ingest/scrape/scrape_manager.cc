// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_manager.h"

#include "config/quote.h"
#include "encoding/hash.h"

namespace sb::scrape {
namespace {

base::Result<std::shared_ptr<ScrapePool>> MakePool(const PoolEnvironment& environment,
                                                   std::shared_ptr<const ScrapeConfig> config) {
  const auto validation = NameValidationOf(config->metric_name_validation_scheme);
  const std::string prefix = "job " + config::GoQuote(config->job_name);
  auto targets = model::RelabelRules::Create(config->relabel_configs, validation);
  if (!targets.ok()) {
    return targets.status().WithPrefix(prefix);
  }
  auto metrics = model::RelabelRules::Create(config->metric_relabel_configs, validation);
  if (!metrics.ok()) {
    return metrics.status().WithPrefix(prefix);
  }
  return std::make_shared<ScrapePool>(environment, std::move(config), std::move(*targets),
                                      std::move(*metrics));
}

}  // namespace

ScrapeManager::ScrapeManager(const ScrapeManagerOptions& options)
    : counters_(options.registry), environment_{options.env,         options.ingest,
                                                options.background,  options.http,
                                                options.dns,         options.store,
                                                options.registry,    options.losses,
                                                counters_,           options.user_agent,
                                                options.offset_seed, options.arrivals} {}

ScrapeManager::~ScrapeManager() {
  base::MutexLock apply_lock(apply_mutex_);
  for (const auto& [name, pool] : Snapshot()) {
    pool->Stop(StaleMarkers::kNone);
    pool->Abandon();
  }
  for (const auto& pool : ended_) {
    pool->Abandon();
  }
}

base::Status ScrapeManager::Apply(const std::vector<std::shared_ptr<const ScrapeConfig>>& configs) {
  base::MutexLock apply_lock(apply_mutex_);
  std::erase_if(ended_, [](const auto& pool) { return pool->IsOver(); });
  const PoolMap before = Snapshot();
  PoolMap after;
  std::vector<std::string> changed;
  for (const auto& config : configs) {
    const auto old = before.find(config->job_name);
    const bool same = old != before.end() && config->fingerprint != 0 &&
                      old->second->config()->fingerprint == config->fingerprint;
    if (same) {
      after.insert(*old);
      continue;
    }
    SB_ASSIGN_OR_RETURN(auto pool, MakePool(environment_, config));
    after.emplace(config->job_name, std::move(pool));
    changed.push_back(config->job_name);
  }
  for (const std::string& name : changed) {
    const auto old = before.find(name);
    after[name]->Start(old == before.end() ? nullptr : old->second);
  }
  for (const auto& [name, pool] : before) {
    if (!after.contains(name)) {
      pool->Stop(StaleMarkers::kWrite);
      ended_.push_back(pool);
    }
  }
  base::MutexLock lock(mutex_);
  pools_ = std::move(after);
  return base::OkStatus();
}

ScrapeManager::PoolMap ScrapeManager::Snapshot() const {
  base::MutexLock lock(mutex_);
  return pools_;
}

std::vector<std::string> ScrapeManager::Pools() const {
  std::vector<std::string> names;
  for (const auto& [name, pool] : Snapshot()) {
    names.push_back(name);
  }
  return names;
}

std::shared_ptr<const ScrapeConfig> ScrapeManager::Config(const std::string& pool) const {
  const PoolMap pools = Snapshot();
  const auto found = pools.find(pool);
  return found == pools.end() ? nullptr : found->second->config();
}

std::vector<ActiveTargetInfo> ScrapeManager::ActiveTargets(const std::string& pool) const {
  std::vector<ActiveTargetInfo> infos;
  for (const auto& [name, scrape_pool] : Snapshot()) {
    if (!pool.empty() && pool != name) {
      continue;
    }
    for (const auto& target : scrape_pool->Targets().active) {
      infos.push_back({name, target, target->state()});
    }
  }
  return infos;
}

std::vector<DroppedTargetInfo> ScrapeManager::DroppedTargets(const std::string& pool) const {
  std::vector<DroppedTargetInfo> infos;
  for (const auto& [name, scrape_pool] : Snapshot()) {
    if (!pool.empty() && pool != name) {
      continue;
    }
    for (model::LabelSet& labels : scrape_pool->Targets().dropped) {
      infos.push_back({name, std::move(labels)});
    }
  }
  return infos;
}

std::vector<std::pair<std::string, uint64_t>> ScrapeManager::DroppedTargetCounts() const {
  std::vector<std::pair<std::string, uint64_t>> counts;
  for (const auto& [name, pool] : Snapshot()) {
    counts.emplace_back(name, pool->Targets().dropped_count);
  }
  return counts;
}

std::vector<TargetMetadataInfo> ScrapeManager::Metadata(const std::string& metric) const {
  std::vector<TargetMetadataInfo> infos;
  for (const ActiveTargetInfo& info : ActiveTargets("")) {
    if (info.state.metadata == nullptr) {
      continue;
    }
    for (const FamilyMetadata& family : *info.state.metadata) {
      if (metric.empty() || family.metric == metric) {
        infos.push_back({info.target, family});
      }
    }
  }
  return infos;
}

uint64_t OffsetSeedOf(const std::string& host,
                      const std::map<std::string, std::string>& external_labels) {
  std::string text = host;
  for (const auto& [name, value] : external_labels) {
    text += '\0' + name + '\0' + value;
  }
  return encoding::Hash64Of(text);
}

}  // namespace sb::scrape
