// SPDX-License-Identifier: Apache-2.0
#include "discovery/dns_discovery.h"

#include <utility>

#include "base/log.h"

namespace sb::discovery {
namespace {

DnsType TypeOf(const std::string& name) {
  std::string upper = name;
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (upper == "A") {
    return DnsType::kA;
  }
  if (upper == "AAAA") {
    return DnsType::kAaaa;
  }
  if (upper == "MX") {
    return DnsType::kMx;
  }
  return upper == "NS" ? DnsType::kNs : DnsType::kSrv;
}

// IPv6 addresses need brackets before a port.
std::string HostPort(const std::string& host, uint64_t port) {
  const bool brackets = host.find(':') != host.npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

DnsDiscovery::DnsDiscovery(const DiscoveryContext& context, base::TaskRunner& runner,
                           DnsSdConfig config, std::string job)
    : resolver_(context.dns),
      runner_(runner),
      config_(std::move(config)),
      job_(std::move(job)),
      type_(TypeOf(config_.type)),
      counters_(context.registry, "dns", job_) {}

DnsDiscovery::~DnsDiscovery() {
  runner_.Cancel(timer_);
}

void DnsDiscovery::Start(GroupsUpdate update) {
  update_ = std::move(update);
  Refresh();
  timer_ = runner_.PostEvery(base::ToNs(config_.refresh_interval), [this] { Refresh(); });
}

void DnsDiscovery::Refresh() {
  bool changed = !published_;
  for (const std::string& name : config_.names) {
    counters_.refreshes.Add();
    const auto records = resolver_.Lookup(name, type_);
    if (!records.ok()) {
      counters_.failures.Add();
      SB_LOG(kError, "DNS discovery failed, keeping the last targets", {"job", job_},
             {"name", name}, {"error", records.status().message()});
      continue;
    }
    TargetGroup group = GroupOf(name, *records);
    if (group != groups_[name]) {
      groups_[name] = std::move(group);
      changed = true;
    }
  }
  if (!changed) {
    return;
  }
  published_ = true;
  std::vector<TargetGroup> all;
  for (const auto& [name, group] : groups_) {
    all.push_back(group);
  }
  update_(std::move(all));
}

TargetGroup DnsDiscovery::GroupOf(const std::string& name,
                                  const std::vector<DnsRecord>& records) const {
  TargetGroup group;
  group.source = name;
  for (const DnsRecord& record : records) {
    std::string host = record.target;
    while (host.ends_with('.')) {
      host.pop_back();
    }
    const uint64_t port = type_ == DnsType::kSrv ? record.port : config_.port;
    LabelMap labels = {{std::string(kAddressLabel), HostPort(host, port)},
                       {"__meta_dns_name", name}};
    if (type_ == DnsType::kSrv) {
      labels["__meta_dns_srv_record_target"] = record.target;
      labels["__meta_dns_srv_record_port"] = std::to_string(record.port);
    } else if (type_ == DnsType::kMx) {
      labels["__meta_dns_mx_record_target"] = record.target;
    } else if (type_ == DnsType::kNs) {
      labels["__meta_dns_ns_record_target"] = record.target;
    }
    group.targets.push_back(std::move(labels));
  }
  return group;
}

}  // namespace sb::discovery
