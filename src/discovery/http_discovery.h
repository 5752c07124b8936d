// SPDX-License-Identifier: Apache-2.0
//
// HttpDiscovery asks a URL for a JSON list of target groups, once per refresh_interval. An answer
// that is not 200, not application/json or not a list of groups leaves the last targets in place.
// Targets get `__meta_url`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "discovery/discoverer.h"
#include "net/http_client_config.h"

namespace sb::discovery {

class HttpDiscovery : public Discoverer {
 public:
  HttpDiscovery(const DiscoveryContext& context, base::TaskRunner& runner, HttpSdConfig config,
                std::string job);
  ~HttpDiscovery() override;
  void Start(GroupsUpdate update) override;

 private:
  struct Link;  // lets an answer that comes late find that its asker is gone

  void Ask();
  void Take(const base::Result<net::ClientResponse>& response);

  base::TaskRunner& runner_;
  HttpSdConfig config_;
  std::string job_;
  DiscoveryCounters counters_;
  net::ConfiguredClient client_;
  std::shared_ptr<Link> link_;
  net::RequestHandle request_;
  GroupsUpdate update_;
  std::vector<TargetGroup> groups_;
  bool asking_ = false;
  bool published_ = false;
  base::TimerId timer_ = base::TimerId::kNone;
};

// The groups in an answer of `url`, or why there are none.
base::Result<std::vector<TargetGroup>> ParseHttpTargets(const std::string& url,
                                                        const net::ClientResponse& response);

}  // namespace sb::discovery
