// SPDX-License-Identifier: Apache-2.0
//
// Which address of a target is probed, and the metrics that tell.
#pragma once

#include <netinet/in.h>

#include <string>
#include <string_view>

#include "base/status.h"
#include "collect/probe/probe_run.h"

namespace sb::probe {

struct ProbeAddress {
  net::IpAddress ip;
  double lookup_seconds = 0;
};

struct HostPort {
  std::string host;  // without brackets
  std::string port;
};

// "host:port", "[::1]:port". kInvalidArgument as Go's net.SplitHostPort.
base::Result<HostPort> SplitHostPort(std::string_view target);

// Resolves `host` and chooses; sets probe_dns_lookup_time_seconds, probe_ip_protocol and
// probe_ip_addr_hash in any case. kUnavailable when there is no address of the wanted kind,
// kPermissionDenied when `probes.allow_targets` refuses it.
base::Result<ProbeAddress> ChooseAddress(const ProbeJob& job, const IpChoice& choice,
                                         const std::string& host);

// For connect() and bind(); the length.
socklen_t ToSockaddr(const net::IpAddress& ip, uint16_t port, sockaddr_storage* out);

}  // namespace sb::probe
