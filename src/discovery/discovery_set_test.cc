// SPDX-License-Identifier: Apache-2.0
#include "discovery/discovery_set.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "base/mutex.h"
#include "discovery/testing/discovery_probe.h"

namespace sb::discovery {
namespace {

// Collects what a set publishes.
class Sink {
 public:
  GroupsUpdate Update() {
    return [this](std::vector<TargetGroup> groups) {
      base::MutexLock lock(mutex_);
      groups_ = std::move(groups);
      ++updates_;
      changed_.NotifyAll();
    };
  }
  bool WaitForGroups(size_t count) {
    base::MutexLock lock(mutex_);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (updates_ == 0 || groups_.size() != count) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      changed_.WaitFor(mutex_, std::chrono::milliseconds(50));
    }
    return true;
  }
  std::vector<TargetGroup> groups() {
    base::MutexLock lock(mutex_);
    return groups_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<TargetGroup> groups_ SB_GUARDED_BY(mutex_);
  size_t updates_ SB_GUARDED_BY(mutex_) = 0;
};

TEST(DiscoverySetTest, JoinsItsMechanismsUnderUniqueSources) {
  DiscoveryProbe probe;  // for its context
  probe.dns().Set("x", std::vector<DnsRecord>{{"10.0.0.1", 0}});
  DiscoveryConfigs configs;
  configs.static_configs = {{{"a:1"}, {{"k", "v"}}}, {{"b:1"}, {}}};
  DnsSdConfig dns;
  dns.names = {"x"};
  dns.type = "A";
  dns.port = 1;
  configs.dns_sd_configs = {dns, dns};
  Sink sink;
  const DiscoverySet set(probe.context(), probe.pool(), configs, "j", sink.Update());
  ASSERT_TRUE(sink.WaitForGroups(4));
  std::set<std::string> sources;
  for (const TargetGroup& group : sink.groups()) {
    sources.insert(group.source);
  }
  EXPECT_EQ(sources, (std::set<std::string>{"static/0/0", "static/0/1", "dns/1/x", "dns/2/x"}));
}

TEST(DiscoverySetTest, AJobWithoutDiscoveryPublishesNothingButDoesSo) {
  DiscoveryProbe probe;
  Sink sink;
  const DiscoverySet set(probe.context(), probe.pool(), {}, "j", sink.Update());
  EXPECT_TRUE(sink.WaitForGroups(0));
}

TEST(DiscoverySetTest, CanBeDestroyedAtOnce) {
  DiscoveryProbe probe;
  DiscoveryConfigs configs;
  configs.static_configs = {{{"a:1"}, {}}};
  HttpSdConfig http;
  http.url = "http://127.0.0.1:1/";
  configs.http_sd_configs = {http};
  for (int i = 0; i < 50; ++i) {
    Sink sink;
    const DiscoverySet set(probe.context(), probe.pool(), configs, "j", sink.Update());
  }
}

}  // namespace
}  // namespace sb::discovery
