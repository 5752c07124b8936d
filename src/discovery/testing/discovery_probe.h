// SPDX-License-Identifier: Apache-2.0
//
// DiscoveryProbe runs one Discoverer in a test and waits for what it finds. FakeDns answers
// look-ups from a table.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "discovery/discoverer.h"
#include "discovery/dns_resolver.h"
#include "net/http_client.h"

namespace sb::discovery {

class FakeDns : public DnsResolver {
 public:
  base::Result<std::vector<DnsRecord>> Lookup(const std::string& name, DnsType type) override;
  void Set(const std::string& name, base::Result<std::vector<DnsRecord>> answer);
  DnsType last_type() const;

 private:
  mutable base::Mutex mutex_;
  std::map<std::string, base::Result<std::vector<DnsRecord>>> answers_ SB_GUARDED_BY(mutex_);
  DnsType last_type_ SB_GUARDED_BY(mutex_) = DnsType::kA;
};

class DiscoveryProbe {
 public:
  using Factory =
      std::function<std::unique_ptr<Discoverer>(const DiscoveryContext&, base::TaskRunner&)>;
  DiscoveryProbe();
  ~DiscoveryProbe() { Stop(); }

  void Start(const Factory& factory);
  void Stop();

  // False after 20 s.
  bool WaitForAddresses(const std::vector<std::string>& sorted);
  bool WaitForUpdates(size_t count);
  bool WaitForCounter(const std::string& name, double at_least);

  std::vector<TargetGroup> groups() const;
  DiscoveryContext context() { return {base::Env::Real(), http_, dns_, registry_}; }
  FakeDns& dns() { return dns_; }
  base::ThreadPool& pool() { return pool_; }

 private:
  bool WaitUntil(const std::function<bool()>& condition);
  std::vector<std::string> Addresses() const;

  FakeDns dns_;
  base::Registry registry_;
  base::ThreadPool pool_{{.name = "probe", .threads = 1}};
  net::HttpClient http_;
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<TargetGroup> groups_ SB_GUARDED_BY(mutex_);
  size_t updates_ SB_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<base::TaskRunner> runner_;
  std::unique_ptr<Discoverer> discoverer_;
};

}  // namespace sb::discovery
