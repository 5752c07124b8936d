// SPDX-License-Identifier: Apache-2.0
#include "discovery/discovery_set.h"

#include <utility>

#include "base/check.h"
#include "discovery/dns_discovery.h"
#include "discovery/file_discovery.h"
#include "discovery/http_discovery.h"
#include "discovery/static_discovery.h"

namespace sb::discovery {

DiscoveryCounters::DiscoveryCounters(base::Registry& registry, const std::string& mechanism,
                                     const std::string& job)
    : refreshes(registry.AddCounter("prometheus_sd_refreshes_total",
                                    "Number of refreshes of a discovery mechanism.",
                                    {{"mechanism", mechanism}, {"config", job}})),
      failures(registry.AddCounter("prometheus_sd_refresh_failures_total",
                                   "Number of refresh failures for the given SD mechanism.",
                                   {{"mechanism", mechanism}, {"config", job}})) {}

DiscoverySet::DiscoverySet(const DiscoveryContext& context, base::ThreadPool& pool,
                           const DiscoveryConfigs& configs, const std::string& job,
                           GroupsUpdate update)
    : update_(std::move(update)), runner_(std::make_unique<base::TaskRunner>(pool)) {
  AddProviders(context, configs, job);
  SB_CHECK(runner_->Post([this] { StartAll(); }).ok());
}

DiscoverySet::~DiscoverySet() {
  // Discoverers are taken down after their runner: nothing of theirs runs any more then.
  runner_->Shutdown();
  providers_.clear();
}

void DiscoverySet::AddProviders(const DiscoveryContext& context, const DiscoveryConfigs& configs,
                                const std::string& job) {
  if (!configs.static_configs.empty()) {
    Add("static", std::make_unique<StaticDiscovery>(configs.static_configs));
  }
  for (const FileSdConfig& config : configs.file_sd_configs) {
    Add("file", std::make_unique<FileDiscovery>(
                    context, *runner_, FileDiscovery::Options{.config = config, .job = job}));
  }
  for (const HttpSdConfig& config : configs.http_sd_configs) {
    Add("http", std::make_unique<HttpDiscovery>(context, *runner_, config, job));
  }
  for (const DnsSdConfig& config : configs.dns_sd_configs) {
    Add("dns", std::make_unique<DnsDiscovery>(context, *runner_, config, job));
  }
}

void DiscoverySet::Add(const char* mechanism, std::unique_ptr<Discoverer> discoverer) {
  providers_.push_back({std::string(mechanism) + "/" + std::to_string(providers_.size()),
                        std::move(discoverer),
                        {}});
}

void DiscoverySet::StartAll() {
  for (size_t i = 0; i < providers_.size(); ++i) {
    providers_[i].discoverer->Start([this, i](std::vector<TargetGroup> groups) {
      providers_[i].groups = std::move(groups);
      Settle();
    });
  }
  if (providers_.empty()) {
    Publish();
  }
}

void DiscoverySet::Settle() {
  if (settling_) {
    return;
  }
  settling_ = true;
  runner_->PostDelayed(base::ToNs(kSettleInterval), [this] {
    settling_ = false;
    Publish();
  });
}

void DiscoverySet::Publish() {
  std::vector<TargetGroup> all;
  for (const Provider& provider : providers_) {
    for (TargetGroup group : provider.groups) {
      group.source = provider.name + "/" + group.source;
      all.push_back(std::move(group));
    }
  }
  update_(std::move(all));
}

}  // namespace sb::discovery
