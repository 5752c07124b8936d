// SPDX-License-Identifier: Apache-2.0
#include "discovery/dns_resolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <cstring>

namespace sb::discovery {
namespace {

ns_type WireType(DnsType type) {
  switch (type) {
    case DnsType::kSrv:
      return ns_t_srv;
    case DnsType::kA:
      return ns_t_a;
    case DnsType::kAaaa:
      return ns_t_aaaa;
    case DnsType::kMx:
      return ns_t_mx;
    case DnsType::kNs:
      return ns_t_ns;
  }
  return ns_t_invalid;
}

uint16_t ReadU16(const uint8_t* at) {
  return static_cast<uint16_t>((at[0] << 8) | at[1]);
}

base::Status Broken(const char* what) {
  return base::DataLoss(std::string("malformed DNS answer: ") + what);
}

base::Result<std::string> ExpandName(const ns_msg& message, const uint8_t* at) {
  char name[NS_MAXDNAME];
  if (dn_expand(ns_msg_base(message), ns_msg_end(message), at, name, sizeof name) < 0) {
    return Broken("name");
  }
  return std::string(name) + ".";
}

base::Result<DnsRecord> ReadAddress(const ns_rr& record, int family, size_t bytes) {
  char text[INET6_ADDRSTRLEN];
  if (ns_rr_rdlen(record) != bytes ||
      inet_ntop(family, ns_rr_rdata(record), text, sizeof text) == nullptr) {
    return Broken("address");
  }
  return DnsRecord{text, 0};
}

base::Result<DnsRecord> ReadNamed(const ns_msg& message, const ns_rr& record, size_t prefix) {
  if (ns_rr_rdlen(record) <= prefix) {
    return Broken("short record");
  }
  DnsRecord out;
  SB_ASSIGN_OR_RETURN(out.target, ExpandName(message, ns_rr_rdata(record) + prefix));
  if (prefix == 6) {  // SRV: priority, weight, port
    out.port = ReadU16(ns_rr_rdata(record) + 4);
  }
  return out;
}

base::Result<DnsRecord> ReadRecord(const ns_msg& message, const ns_rr& record, DnsType type) {
  switch (type) {
    case DnsType::kA:
      return ReadAddress(record, AF_INET, 4);
    case DnsType::kAaaa:
      return ReadAddress(record, AF_INET6, 16);
    case DnsType::kSrv:
      return ReadNamed(message, record, 6);
    case DnsType::kMx:
      return ReadNamed(message, record, 2);
    case DnsType::kNs:
      return ReadNamed(message, record, 0);
  }
  return Broken("type");
}

// One resolver state for one lookup: libresolv's is not to be shared by threads.
class ResolverState {
 public:
  ResolverState() {
    std::memset(&state_, 0, sizeof state_);
    ready_ = res_ninit(&state_) == 0;
    state_.retrans = 3;  // seconds for an answer
    state_.retry = 2;
  }
  ~ResolverState() {
    if (ready_) {
      res_nclose(&state_);
    }
  }
  ResolverState(const ResolverState&) = delete;
  ResolverState& operator=(const ResolverState&) = delete;

  bool ready() const { return ready_; }
  res_state get() { return &state_; }

 private:
  struct __res_state state_;
  bool ready_ = false;
};

}  // namespace

base::Result<std::vector<DnsRecord>> ParseDnsAnswer(std::span<const uint8_t> message,
                                                    DnsType type) {
  ns_msg parsed;
  if (message.size() > NS_MAXMSG ||
      ns_initparse(message.data(), static_cast<int>(message.size()), &parsed) != 0) {
    return Broken("message");
  }
  std::vector<DnsRecord> records;
  const int count = ns_msg_count(parsed, ns_s_an);
  for (int i = 0; i < count; ++i) {
    ns_rr record;
    if (ns_parserr(&parsed, ns_s_an, i, &record) != 0) {
      return Broken("record");
    }
    if (ns_rr_type(record) != WireType(type)) {
      continue;
    }
    SB_ASSIGN_OR_RETURN(DnsRecord read, ReadRecord(parsed, record, type));
    records.push_back(std::move(read));
  }
  return records;
}

base::Result<std::vector<DnsRecord>> SystemDnsResolver::Lookup(const std::string& name,
                                                               DnsType type) {
  ResolverState state;
  if (!state.ready()) {
    return base::Unavailable("could not load resolv.conf");
  }
  std::vector<uint8_t> answer(NS_MAXMSG);
  const int length = res_nsearch(state.get(), name.c_str(), ns_c_in, WireType(type), answer.data(),
                                 static_cast<int>(answer.size()));
  if (length < 0) {
    const int reason = state.get()->res_h_errno;
    if (reason == HOST_NOT_FOUND || reason == NO_DATA) {
      return std::vector<DnsRecord>();
    }
    return base::Unavailable("could not resolve " + name + ": " + hstrerror(reason));
  }
  answer.resize(std::min(answer.size(), static_cast<size_t>(length)));
  return ParseDnsAnswer(answer, type);
}

}  // namespace sb::discovery
