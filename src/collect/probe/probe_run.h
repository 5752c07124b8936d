// SPDX-License-Identifier: Apache-2.0
//
// RunProbe probes one target by one module, on the calling thread, which it blocks until the probe
// is done or `timeout_ms` is over. (The system's name resolver has a limit of its own, see
// resolv.conf.) What goes wrong is no Status but probe_success 0, and a line in the log.
//
// Threads: safe for concurrent use with different outcomes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/env.h"
#include "collect/probe/probe_config.h"
#include "collect/probe/probe_metrics.h"
#include "net/address_filter.h"
#include "net/http_client.h"

namespace sb::probe {

struct ProbeSource {
  base::Env& env;
  net::HttpClient& client;
};

struct ProbeRequest {
  const ProbeModule& module;
  std::string target;
  std::string hostname;  // Host header and TLS name instead of the target's; empty: the target's
  int64_t timeout_ms = 120'000;
  // Asked for every address before it is connected to; null: all.
  std::shared_ptr<const net::AddressFilter> filter;
};

struct ProbeOutcome {
  bool success = false;
  ProbeMetrics metrics;
  ProbeLog log;
};

// What a prober works with.
struct ProbeJob {
  const ProbeSource& source;
  const ProbeRequest& request;
  int64_t deadline_ns;  // of the monotonic clock
  ProbeOutcome& out;

  int64_t NowNs() const { return source.env.clock().MonotonicNs(); }
  int64_t LeftMs() const { return (deadline_ns - NowNs()) / 1'000'000; }
  bool Fail(std::string_view why) const {
    out.log.Add("error", why);
    return false;
  }
  void SetFailedDueToRegex(bool failed) const {
    out.metrics.Set("probe_failed_due_to_regex", "Indicates if probe failed due to regex",
                    failed ? 1 : 0);
  }
};

void RunProbe(const ProbeSource& source, const ProbeRequest& request, ProbeOutcome* out);

// One prober each; true: success.
bool ProbeHttp(const ProbeJob& job);
bool ProbeTcp(const ProbeJob& job);
bool ProbeUnix(const ProbeJob& job);
bool ProbeDns(const ProbeJob& job);
bool ProbeIcmp(const ProbeJob& job);
bool ProbeGrpc(const ProbeJob& job);
bool ProbeWebsocket(const ProbeJob& job);

}  // namespace sb::probe
