// SPDX-License-Identifier: Apache-2.0
//
// Discoverer finds targets by one mechanism and keeps looking.
//
//   discoverer.Start(update);   // update(groups) is called with the whole list whenever it changed
//
// Everything happens on the TaskRunner that it was given: Start is called there, and update runs
// there. When looking fails, the last good groups stay, and the failure is counted and logged. The
// first update comes as soon as the first look has ended, even if it found nothing.
//
// Destroying one (on its runner, or after the runner was shut down) ends it; no update comes
// afterwards.
//
// How to add one: a class here, its config in discovery_configs.h, a line in discovery_set.cc.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/task_runner.h"
#include "discovery/target_group.h"
#include "net/http_client.h"

namespace sb::discovery {

class DnsResolver;

using GroupsUpdate = std::function<void(std::vector<TargetGroup> groups)>;

class Discoverer {
 public:
  virtual ~Discoverer() = default;
  virtual void Start(GroupsUpdate update) = 0;
};

// What discoverers stand on; everything outlives them.
struct DiscoveryContext {
  base::Env& env;
  net::HttpClient& http;
  DnsResolver& dns;
  base::Registry& registry;
};

// Counters of one mechanism in one job.
struct DiscoveryCounters {
  DiscoveryCounters(base::Registry& registry, const std::string& mechanism, const std::string& job);
  base::Counter& refreshes;
  base::Counter& failures;
};

}  // namespace sb::discovery
