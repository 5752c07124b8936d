// SPDX-License-Identifier: Apache-2.0
//
// DnsDiscovery looks up names once per refresh_interval; every record is a target. A name whose
// lookup fails keeps the targets it last gave. Targets get `__meta_dns_name` and, by type,
// `__meta_dns_{srv,mx,ns}_record_target` and `__meta_dns_srv_record_port`.
#pragma once

#include <map>
#include <string>

#include "discovery/discoverer.h"
#include "discovery/dns_resolver.h"

namespace sb::discovery {

class DnsDiscovery : public Discoverer {
 public:
  DnsDiscovery(const DiscoveryContext& context, base::TaskRunner& runner, DnsSdConfig config,
               std::string job);
  ~DnsDiscovery() override;
  void Start(GroupsUpdate update) override;

 private:
  void Refresh();
  TargetGroup GroupOf(const std::string& name, const std::vector<DnsRecord>& records) const;

  DnsResolver& resolver_;
  base::TaskRunner& runner_;
  DnsSdConfig config_;
  std::string job_;
  DnsType type_;
  DiscoveryCounters counters_;
  GroupsUpdate update_;
  std::map<std::string, TargetGroup> groups_;  // by name
  bool published_ = false;
  base::TimerId timer_ = base::TimerId::kNone;
};

}  // namespace sb::discovery
