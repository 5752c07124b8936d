// SPDX-License-Identifier: Apache-2.0
#include "discovery/testing/discovery_probe.h"

#include <algorithm>
#include <chrono>

namespace sb::discovery {

base::Result<std::vector<DnsRecord>> FakeDns::Lookup(const std::string& name, DnsType type) {
  base::MutexLock lock(mutex_);
  last_type_ = type;
  const auto found = answers_.find(name);
  return found == answers_.end() ? std::vector<DnsRecord>() : found->second;
}

void FakeDns::Set(const std::string& name, base::Result<std::vector<DnsRecord>> answer) {
  base::MutexLock lock(mutex_);
  answers_.insert_or_assign(name, std::move(answer));
}

DnsType FakeDns::last_type() const {
  base::MutexLock lock(mutex_);
  return last_type_;
}

DiscoveryProbe::DiscoveryProbe() : runner_(std::make_unique<base::TaskRunner>(pool_)) {}

void DiscoveryProbe::Start(const Factory& factory) {
  discoverer_ = factory(context(), *runner_);
  SB_CHECK(runner_
               ->Post([this] {
                 discoverer_->Start([this](std::vector<TargetGroup> groups) {
                   base::MutexLock lock(mutex_);
                   groups_ = std::move(groups);
                   ++updates_;
                   changed_.NotifyAll();
                 });
               })
               .ok());
}

void DiscoveryProbe::Stop() {
  if (runner_ != nullptr) {
    runner_->Shutdown();
    discoverer_.reset();
    runner_.reset();
  }
}

bool DiscoveryProbe::WaitUntil(const std::function<bool()>& condition) {
  const base::Clock& clock = base::Env::Real().clock();
  const int64_t end_ns = clock.MonotonicNs() + 20'000'000'000;
  while (clock.MonotonicNs() < end_ns) {
    if (condition()) {
      return true;
    }
    base::MutexLock lock(mutex_);
    changed_.WaitFor(mutex_, std::chrono::milliseconds(5));
  }
  return false;
}

std::vector<std::string> DiscoveryProbe::Addresses() const {
  std::vector<std::string> addresses;
  for (const TargetGroup& group : groups()) {
    for (const LabelMap& target : group.targets) {
      addresses.push_back(target.at(std::string(kAddressLabel)));
    }
  }
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

bool DiscoveryProbe::WaitForAddresses(const std::vector<std::string>& sorted) {
  return WaitUntil([&] { return Addresses() == sorted; });
}

bool DiscoveryProbe::WaitForUpdates(size_t count) {
  return WaitUntil([&] {
    base::MutexLock lock(mutex_);
    return updates_ >= count;
  });
}

bool DiscoveryProbe::WaitForCounter(const std::string& name, double at_least) {
  return WaitUntil([&] {
    for (const base::InstrumentFamily& family : registry_.Collect()) {
      if (family.name == name && family.points.at(0).value >= at_least) {
        return true;
      }
    }
    return false;
  });
}

std::vector<TargetGroup> DiscoveryProbe::groups() const {
  base::MutexLock lock(mutex_);
  return groups_;
}

}  // namespace sb::discovery
