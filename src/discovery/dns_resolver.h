// SPDX-License-Identifier: Apache-2.0
//
// DnsResolver looks up records of one name and type. SystemDnsResolver asks the servers of
// /etc/resolv.conf, with its search list, by libresolv, again over TCP when an answer was cut.
//
// A name that does not exist, or has no such records, is an empty list. kUnavailable when no server
// gave a usable answer; kDataLoss when an answer cannot be read.
//
// Threads: Lookup is safe for concurrent use and blocks, some seconds at most.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace sb::discovery {

enum class DnsType : uint8_t { kSrv, kA, kAaaa, kMx, kNs };

struct DnsRecord {
  std::string target;  // host name with its final dot, or address
  uint16_t port = 0;   // SRV only
  friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

class DnsResolver {
 public:
  virtual ~DnsResolver() = default;
  virtual base::Result<std::vector<DnsRecord>> Lookup(const std::string& name, DnsType type) = 0;
};

class SystemDnsResolver : public DnsResolver {
 public:
  base::Result<std::vector<DnsRecord>> Lookup(const std::string& name, DnsType type) override;
};

// The records of `type` in an answer message (RFC 1035); others, such as CNAME, are skipped.
base::Result<std::vector<DnsRecord>> ParseDnsAnswer(std::span<const uint8_t> message, DnsType type);

}  // namespace sb::discovery
