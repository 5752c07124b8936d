// SPDX-License-Identifier: Apache-2.0
#include "discovery/static_discovery.h"

#include <utility>

namespace sb::discovery {

void StaticDiscovery::Start(GroupsUpdate update) {
  std::vector<TargetGroup> groups;
  for (size_t i = 0; i < configs_.size(); ++i) {
    groups.push_back(MakeTargetGroup(std::to_string(i), configs_[i]));
  }
  update(std::move(groups));
}

}  // namespace sb::discovery
