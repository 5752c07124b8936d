// SPDX-License-Identifier: Apache-2.0
//
// The prober icmp: one echo request. Wants net.ipv4.ping_group_range, or CAP_NET_RAW.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "collect/probe/datagram.h"
#include "collect/probe/probe_run.h"

namespace sb::probe {
namespace {

constexpr uint8_t kEchoV4 = 8;
constexpr uint8_t kEchoReplyV4 = 0;
constexpr uint8_t kEchoV6 = 128;
constexpr uint8_t kEchoReplyV6 = 129;
constexpr size_t kHeaderBytes = 8;
constexpr std::string_view kPayload = "Signalbox";

void SetPhase(const ProbeJob& job, const char* phase, double seconds) {
  job.out.metrics.Set("probe_icmp_duration_seconds", "Duration of icmp request by phase", seconds,
                      {{"phase", phase}});
}

// RFC 1071.
uint16_t Checksum(std::string_view bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    sum += static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
  }
  while (sum > 0xFFFF) {
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<uint16_t>(~sum);
}

std::string EchoRequest(bool v4, uint16_t id, const IcmpProbe& probe) {
  std::string out(kHeaderBytes, '\0');
  out[0] = static_cast<char>(v4 ? kEchoV4 : kEchoV6);
  out[4] = static_cast<char>(id >> 8);
  out[5] = static_cast<char>(id & 0xFF);
  out[7] = 1;  // sequence
  const auto payload = static_cast<size_t>(std::max<int64_t>(0, probe.payload_size));
  out += std::string(kPayload.substr(0, payload == 0 ? kPayload.size() : payload));
  out.resize(kHeaderBytes + (payload == 0 ? kPayload.size() : payload), '\0');
  if (v4) {  // of IPv6 the system makes it
    const uint16_t checksum = Checksum(out);
    out[2] = static_cast<char>(checksum >> 8);
    out[3] = static_cast<char>(checksum & 0xFF);
  }
  return out;
}

base::Status SetOptions(int fd, bool v4, const IcmpProbe& probe) {
  const int ttl = static_cast<int>(probe.ttl);
  if (ttl > 0 && setsockopt(fd, v4 ? static_cast<int>(IPPROTO_IP) : static_cast<int>(IPPROTO_IPV6),
                            v4 ? IP_TTL : IPV6_UNICAST_HOPS, &ttl, sizeof(ttl)) != 0) {
    return base::InvalidArgument("the time to live cannot be set: " + std::to_string(ttl));
  }
  const int discover = IP_PMTUDISC_DO;
  if (probe.dont_fragment && v4 &&
      setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) != 0) {
    return base::InvalidArgument("dont_fragment cannot be set");
  }
  return base::OkStatus();
}

// Without an IP header, which only a raw IPv4 socket hands over.
std::string_view IcmpOf(std::string_view packet, bool raw_v4) {
  if (!raw_v4 || packet.empty()) {
    return packet;
  }
  const size_t header = static_cast<size_t>(static_cast<uint8_t>(packet[0]) & 0xF) * 4;
  return packet.substr(std::min(packet.size(), header));
}

// An open socket to the address: unprivileged if the system lets us, raw else.
base::Result<std::unique_ptr<ProbeDatagram>> Open(const ProbeJob& job, const net::IpAddress& ip,
                                                  bool* raw) {
  const IcmpProbe& probe = job.request.module.icmp;
  const int protocol =
      ip.IsV4() ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6);
  base::Status status;
  for (const int type : {SOCK_DGRAM, SOCK_RAW}) {
    auto socket = std::make_unique<ProbeDatagram>(job);
    status = socket->Connect(ip, 0, probe.source_ip_address, type, protocol);
    if (status.ok()) {
      *raw = type == SOCK_RAW;
      SB_RETURN_IF_ERROR(SetOptions(socket->fd(), ip.IsV4(), probe));
      return socket;
    }
  }
  return base::Status(status.code(), "Error listening to socket: " +
                                         std::string(status.message()) +
                                         " (net.ipv4.ping_group_range or CAP_NET_RAW)");
}

}  // namespace

bool ProbeIcmp(const ProbeJob& job) {
  const IcmpProbe& probe = job.request.module.icmp;
  for (const char* phase : {"resolve", "setup", "rtt"}) {
    SetPhase(job, phase, 0);
  }
  const base::Result<ProbeAddress> address = ChooseAddress(job, probe.ip, job.request.target);
  if (!address.ok()) {
    return job.Fail(address.status().message());
  }
  SetPhase(job, "resolve", address->lookup_seconds);
  const bool v4 = address->ip.IsV4();
  const int64_t begun_ns = job.NowNs();
  bool raw = false;
  const auto socket = Open(job, address->ip, &raw);
  if (!socket.ok()) {
    return job.Fail(socket.status().message());
  }
  const auto id = static_cast<uint16_t>(job.source.env.random().Next64());
  const std::string request = EchoRequest(v4, id, probe);
  const int64_t sent_ns = job.NowNs();
  SetPhase(job, "setup", static_cast<double>(sent_ns - begun_ns) / 1e9);
  if (const base::Status sent = (*socket)->Send(request); !sent.ok()) {
    return job.Fail("Error writing to socket: " + std::string(sent.message()));
  }
  while (true) {
    const base::Result<std::string> packet = (*socket)->Receive();
    if (!packet.ok()) {
      return job.Fail(packet.status().message());
    }
    const std::string_view reply = IcmpOf(*packet, raw && v4);
    // The system puts its own identifier into unprivileged requests, and sorts the replies.
    const bool ours = reply.size() == request.size() &&
                      static_cast<uint8_t>(reply[0]) == (v4 ? kEchoReplyV4 : kEchoReplyV6) &&
                      reply.substr(6) == std::string_view(request).substr(6) &&
                      (!raw || reply.substr(4, 2) == std::string_view(request).substr(4, 2));
    if (ours) {
      SetPhase(job, "rtt", static_cast<double>(job.NowNs() - sent_ns) / 1e9);
      return true;
    }
  }
}

}  // namespace sb::probe
