// SPDX-License-Identifier: Apache-2.0
//
// The prober dns: one question over UDP, TCP or TLS, and what the records of the reply must be.
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "collect/probe/datagram.h"
#include "collect/probe/dns_message.h"
#include "collect/probe/probe_run.h"
#include "collect/probe/probe_stream.h"

namespace sb::probe {
namespace {

constexpr const char* kDurationHelp = "Duration of DNS request by phase";

void SetPhase(const ProbeJob& job, const char* phase, double seconds) {
  job.out.metrics.Set("probe_dns_duration_seconds", kDurationHelp, seconds, {{"phase", phase}});
}

void SetCounts(const ProbeJob& job, const DnsReply& reply, bool succeeded) {
  ProbeMetrics& metrics = job.out.metrics;
  metrics.Set("probe_dns_answer_rrs",
              "Returns number of entries in the answer resource record list",
              static_cast<double>(reply.answers.size()));
  metrics.Set("probe_dns_authority_rrs",
              "Returns number of entries in the authority resource record list",
              static_cast<double>(reply.authorities.size()));
  metrics.Set("probe_dns_additional_rrs",
              "Returns number of entries in the additional resource record list",
              static_cast<double>(reply.additionals.size()));
  metrics.Set("probe_dns_query_succeeded",
              "Displays whether or not the query was executed successfully", succeeded ? 1 : 0);
}

bool AnyMatches(const std::vector<Pattern>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& pattern) { return pattern.Matches(text); });
}
bool AllMatch(const std::vector<Pattern>& patterns, const std::string& text) {
  return std::all_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& pattern) { return pattern.Matches(text); });
}

bool Holds(const ProbeJob& job, const char* section, const RecordCheck& check,
           const std::vector<DnsRecord>& records) {
  const auto fail = [&](const std::string& why) {
    return job.Fail(std::string(section) + " RRs: " + why);
  };
  if (records.empty() &&
      !(check.fail_if_not_matches.empty() && check.fail_if_none_matches.empty())) {
    return fail("there are none, but a match is required");
  }
  bool any = false;
  bool all = true;
  for (const DnsRecord& record : records) {
    job.out.log.Add("debug", std::string(section) + " RR: " + record.text);
    if (AnyMatches(check.fail_if_matches, record.text)) {
      return fail("must not match: " + record.text);
    }
    if (!AllMatch(check.fail_if_not_matches, record.text)) {
      return fail("does not match: " + record.text);
    }
    all = all && AllMatch(check.fail_if_all_match, record.text);
    any = any || AnyMatches(check.fail_if_none_matches, record.text);
  }
  if (!check.fail_if_all_match.empty() && all) {
    return fail("all match");
  }
  return check.fail_if_none_matches.empty() || any || fail("none matches");
}

struct Way {
  net::IpAddress ip;
  uint16_t port = 53;
  std::string host;
};

base::Result<std::string> AskByStream(const ProbeJob& job, const Way& way, std::string_view query,
                                      int64_t* connected_ns) {
  const DnsProbe& probe = job.request.module.dns;
  ProbeStream stream(job);
  SB_RETURN_IF_ERROR(stream.ConnectTcp(way.ip, way.port, probe.source_ip_address));
  if (probe.dns_over_tls) {
    SB_RETURN_IF_ERROR(stream.StartTls(probe.tls_config, way.host));
    if (stream.tls_facts().is_known) {
      SetCertificateMetrics(stream.tls_facts(), &job.out.metrics);
    }
  }
  *connected_ns = job.NowNs();
  std::string framed{static_cast<char>(query.size() >> 8), static_cast<char>(query.size() & 0xFF)};
  framed += query;
  SB_RETURN_IF_ERROR(stream.Write(framed));
  SB_ASSIGN_OR_RETURN(const std::string size, stream.ReadBytes(2));
  return stream.ReadBytes(static_cast<size_t>(static_cast<uint8_t>(size[0])) << 8 |
                          static_cast<uint8_t>(size[1]));
}

base::Result<std::string> AskByUdp(const ProbeJob& job, const Way& way, std::string_view query,
                                   int64_t* connected_ns) {
  ProbeDatagram socket(job);
  SB_RETURN_IF_ERROR(socket.Connect(way.ip, way.port, job.request.module.dns.source_ip_address,
                                    SOCK_DGRAM, 0));
  *connected_ns = job.NowNs();
  SB_RETURN_IF_ERROR(socket.Send(query));
  while (true) {
    SB_ASSIGN_OR_RETURN(const std::string bytes, socket.Receive());
    // What answers another question is late or forged.
    if (bytes.size() >= 2 && bytes.compare(0, 2, query.substr(0, 2)) == 0) {
      return bytes;
    }
  }
}

base::Result<Way> WayTo(const ProbeJob& job, ProbeAddress* address) {
  const DnsProbe& probe = job.request.module.dns;
  Way way;
  way.port = probe.dns_over_tls ? 853 : 53;
  way.host = job.request.target;
  if (const auto split = SplitHostPort(job.request.target); split.ok()) {
    way.host = split->host;
    const char* const end = split->port.data() + split->port.size();
    const auto parsed = std::from_chars(split->port.data(), end, way.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      return base::InvalidArgument("not a port: " + split->port);
    }
  }
  SB_ASSIGN_OR_RETURN(*address, ChooseAddress(job, probe.ip, way.host));
  way.ip = address->ip;
  return way;
}

}  // namespace

bool ProbeDns(const ProbeJob& job) {
  const DnsProbe& probe = job.request.module.dns;
  SetCounts(job, DnsReply(), false);
  for (const char* phase : {"resolve", "connect", "request"}) {
    SetPhase(job, phase, 0);
  }
  ProbeAddress address;
  const base::Result<Way> way = WayTo(job, &address);
  if (!way.ok()) {
    return job.Fail(way.status().message());
  }
  SetPhase(job, "resolve", address.lookup_seconds);
  const auto id = static_cast<uint16_t>(job.source.env.random().Next64());
  const base::Result<std::string> query = DnsQuery(
      id, probe.query_name, probe.query_type, probe.query_class, probe.recursion_desired);
  if (!query.ok()) {
    return job.Fail(query.status().message());
  }
  const int64_t begun_ns = job.NowNs();
  int64_t connected_ns = begun_ns;
  const bool stream = probe.transport_protocol == "tcp" || probe.dns_over_tls;
  const base::Result<std::string> bytes = stream
                                              ? AskByStream(job, *way, *query, &connected_ns)
                                              : AskByUdp(job, *way, *query, &connected_ns);
  SetPhase(job, "connect", static_cast<double>(connected_ns - begun_ns) / 1e9);
  SetPhase(job, "request", static_cast<double>(job.NowNs() - connected_ns) / 1e9);
  if (!bytes.ok()) {
    return job.Fail("Error while sending a DNS query: " + std::string(bytes.status().message()));
  }
  const base::Result<DnsReply> reply = ParseDnsReply(*bytes);
  if (!reply.ok() || reply->id != id) {
    return job.Fail(reply.ok() ? "the reply is to another question" : reply.status().message());
  }
  SetCounts(job, *reply, true);
  for (const DnsRecord& record : reply->answers) {
    if (probe.query_type == "SOA" && record.is_soa) {
      job.out.metrics.Set("probe_dns_serial", "Returns the serial number of the zone",
                          record.serial);
    }
  }
  const std::vector<std::string> usual = {"NOERROR"};
  const auto& valid = probe.valid_rcodes.empty() ? usual : probe.valid_rcodes;
  if (std::find(valid.begin(), valid.end(), reply->rcode) == valid.end()) {
    return job.Fail(reply->rcode + " is not one of the valid rcodes");
  }
  return Holds(job, "Answer", probe.answers, reply->answers) &&
         Holds(job, "Authority", probe.authorities, reply->authorities) &&
         Holds(job, "Additional", probe.additionals, reply->additionals);
}

}  // namespace sb::probe
