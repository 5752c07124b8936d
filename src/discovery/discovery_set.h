// SPDX-License-Identifier: Apache-2.0
//
// DiscoverySet runs all discovery mechanisms of one job and gives their targets together.
//
//   DiscoverySet set(context, pool, configs, "node", [](std::vector<TargetGroup> groups) { … });
//
// The callback gets the whole list whenever a mechanism found a change; changes within
// kSettleInterval are given as one. It runs on the set's own TaskRunner, never two at once. Sources
// are unique: "file/0/targets.yml:3".
//
// Threads: create and destroy anywhere, but not destroy from the callback. No callback runs once
// the destructor returned.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "discovery/discoverer.h"

namespace sb::discovery {

class DiscoverySet {
 public:
  static constexpr base::DurationMs kSettleInterval{50};

  DiscoverySet(const DiscoveryContext& context, base::ThreadPool& pool,
               const DiscoveryConfigs& configs, const std::string& job, GroupsUpdate update);
  ~DiscoverySet();
  DiscoverySet(const DiscoverySet&) = delete;
  DiscoverySet& operator=(const DiscoverySet&) = delete;

 private:
  struct Provider {
    std::string name;  // "file/0"
    std::unique_ptr<Discoverer> discoverer;
    std::vector<TargetGroup> groups;
  };

  void AddProviders(const DiscoveryContext& context, const DiscoveryConfigs& configs,
                    const std::string& job);
  void Add(const char* mechanism, std::unique_ptr<Discoverer> discoverer);
  void StartAll();
  void Settle();
  void Publish();

  GroupsUpdate update_;
  std::vector<Provider> providers_;  // fixed after construction
  bool settling_ = false;            // on the runner
  std::unique_ptr<base::TaskRunner> runner_;
};

}  // namespace sb::discovery
