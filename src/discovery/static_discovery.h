// SPDX-License-Identifier: Apache-2.0
//
// StaticDiscovery gives the targets that stand in the configuration, once.
#pragma once

#include <vector>

#include "discovery/discoverer.h"

namespace sb::discovery {

class StaticDiscovery : public Discoverer {
 public:
  explicit StaticDiscovery(std::vector<StaticConfig> configs) : configs_(std::move(configs)) {}
  void Start(GroupsUpdate update) override;

 private:
  std::vector<StaticConfig> configs_;
};

}  // namespace sb::discovery
