// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_address.h"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

namespace sb::probe {
namespace {

void SetGauges(const ProbeJob& job, double lookup_seconds, double protocol, double hash) {
  ProbeMetrics& metrics = job.out.metrics;
  metrics.Set("probe_dns_lookup_time_seconds",
              "Returns the time taken for probe dns lookup in seconds", lookup_seconds);
  metrics.Set("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6", protocol);
  metrics.Set("probe_ip_addr_hash",
              "Specifies the hash of IP address. It's useful to detect if the IP address changes.",
              hash);
}

// FNV-1a, 32 bits, of the 4 or 16 bytes.
uint32_t HashOf(const net::IpAddress& ip) {
  uint32_t hash = 2'166'136'261U;
  for (size_t i = ip.IsV4() ? 12 : 0; i < ip.bytes.size(); ++i) {
    hash = (hash ^ ip.bytes[i]) * 16'777'619U;
  }
  return hash;
}

base::Result<std::vector<net::IpAddress>> Resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
    return base::Unavailable(std::string(gai_strerror(error)) + ": " + host);
  }
  std::vector<net::IpAddress> found;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    net::IpAddress ip;
    if (entry->ai_family == AF_INET) {
      std::array<uint8_t, 4> v4;
      std::memcpy(v4.data(), &reinterpret_cast<const sockaddr_in*>(entry->ai_addr)->sin_addr, 4);
      ip = net::IpAddress::FromV4(v4);
    } else if (entry->ai_family == AF_INET6) {
      std::memcpy(ip.bytes.data(),
                  &reinterpret_cast<const sockaddr_in6*>(entry->ai_addr)->sin6_addr, 16);
    } else {
      continue;
    }
    found.push_back(ip);
  }
  freeaddrinfo(list);
  return found;
}

std::optional<net::IpAddress> Choose(const std::vector<net::IpAddress>& found,
                                     const IpChoice& choice) {
  const bool wants_v4 = choice.preferred == "ip4";
  for (const net::IpAddress& ip : found) {
    if (ip.IsV4() == wants_v4) {
      return ip;
    }
  }
  if (choice.fallback && !found.empty()) {
    return found.front();
  }
  return std::nullopt;
}

}  // namespace

base::Result<HostPort> SplitHostPort(std::string_view target) {
  const size_t colon = target.rfind(':');
  if (colon == target.npos || target.ends_with(']')) {
    return base::InvalidArgument("missing port in address: " + std::string(target));
  }
  std::string_view host = target.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return base::InvalidArgument("too many colons in address: " + std::string(target));
  }
  return HostPort{std::string(host), std::string(target.substr(colon + 1))};
}

base::Result<ProbeAddress> ChooseAddress(const ProbeJob& job, const IpChoice& choice,
                                         const std::string& host) {
  const int64_t start_ns = job.NowNs();
  SetGauges(job, 0, 0, 0);
  // Go's resolver takes no host for this machine.
  const base::Result<std::vector<net::IpAddress>> found =
      Resolve(host.empty() ? "localhost" : host);
  const double seconds = static_cast<double>(job.NowNs() - start_ns) / 1e9;
  SetGauges(job, seconds, 0, 0);
  if (!found.ok()) {
    return found.status();
  }
  const std::optional<net::IpAddress> ip = Choose(*found, choice);
  if (!ip.has_value()) {
    return base::Unavailable("unable to find ip; no fallback: " + host);
  }
  SetGauges(job, seconds, ip->IsV4() ? 4 : 6, HashOf(*ip));
  if (job.request.filter != nullptr && !job.request.filter->IsAllowed(*ip)) {
    return base::PermissionDenied("probes.allow_targets does not allow " + ip->ToString());
  }
  return ProbeAddress{*ip, seconds};
}

socklen_t ToSockaddr(const net::IpAddress& ip, uint16_t port, sockaddr_storage* out) {
  *out = {};
  if (ip.IsV4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(out);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    std::memcpy(&v4->sin_addr, ip.bytes.data() + 12, 4);
    return sizeof(*v4);
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(out);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  std::memcpy(&v6->sin6_addr, ip.bytes.data(), 16);
  return sizeof(*v6);
}

}  // namespace sb::probe
