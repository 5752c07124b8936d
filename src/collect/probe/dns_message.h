// SPDX-License-Identifier: Apache-2.0
//
// DNS messages (RFC 1035): a question out, records in, as text of zone files.
//
//   SB_ASSIGN_OR_RETURN(std::string bytes, DnsQuery(id, "example.org", "A", "IN", true));
//   SB_ASSIGN_OR_RETURN(DnsReply reply, ParseDnsReply(received));
//   reply.answers[0].text        // "example.org.\t60\tIN\tA\t192.0.2.1"
//
// kInvalidArgument for a name or type that cannot be asked for, and for a reply that is no DNS
// message or ends too early. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::probe {

struct DnsRecord {
  std::string text;  // name, TTL, class, type, data; by tabs
  bool is_soa = false;
  uint32_t serial = 0;  // of a SOA record
};

struct DnsReply {
  uint16_t id = 0;
  std::string rcode;  // "NOERROR", "NXDOMAIN", …
  std::vector<DnsRecord> answers;
  std::vector<DnsRecord> authorities;
  std::vector<DnsRecord> additionals;
};

// Type and class by name: "A", "MX", "ANY", "TYPE65"; "IN", "CH", "HS", "ANY".
base::Result<std::string> DnsQuery(uint16_t id, std::string_view name, std::string_view type,
                                   std::string_view query_class, bool recursion_desired);
base::Result<DnsReply> ParseDnsReply(std::string_view bytes);

}  // namespace sb::probe
