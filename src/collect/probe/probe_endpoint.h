// SPDX-License-Identifier: Apache-2.0
//
// ProbeEndpoint answers GET /probe?module=…&target=… as blackbox_exporter does: text exposition, or
// with debug=true the log and the metrics as text. `hostname` sets Host header and TLS name.
//
// Probes run on a pool of their own; when its queue is full the answer is 503. A probe takes at
// most the module's timeout and the scrape timeout that the scraper tells, less half a second.
//
// Threads: safe for concurrent use. SetConfig may be called while probes run.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "collect/probe/probe_config.h"
#include "collect/probe/probe_run.h"
#include "net/router.h"

namespace sb::probe {

class ProbeEndpoint {
 public:
  // What probes may reach. `filter` null: all.
  struct Settings {
    std::shared_ptr<const ProbeConfig> config;
    std::shared_ptr<const net::AddressFilter> filter;
  };
  // All outlive the endpoint.
  ProbeEndpoint(ProbeSource source, base::ThreadPool& pool) : source_(source), pool_(pool) {}

  void SetSettings(std::shared_ptr<const Settings> settings);
  void AddRoutes(net::Router* router);

  uint64_t probes() const { return probes_.load(std::memory_order_relaxed); }
  uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  void Handle(const net::HttpRequest& request, net::ResponseWriter& writer);

  const ProbeSource source_;
  base::ThreadPool& pool_;
  base::Mutex mutex_;
  std::shared_ptr<const Settings> settings_ SB_GUARDED_BY(mutex_);
  std::atomic<uint64_t> probes_{0};
  std::atomic<uint64_t> failures_{0};
};

}  // namespace sb::probe
