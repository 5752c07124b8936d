// SPDX-License-Identifier: Apache-2.0
//
// The probers tcp and unix: connect, then the conversation of query_response.
#include <charconv>

#include "collect/probe/probe_run.h"
#include "collect/probe/probe_stream.h"

namespace sb::probe {
namespace {

class Conversation {
 public:
  Conversation(const ProbeJob& job, const StreamProbe& probe, std::string host)
      : job_(job), probe_(probe), host_(std::move(host)), stream_(job) {}

  ProbeStream& stream() { return stream_; }
  bool StartTls() {
    const base::Status status = stream_.StartTls(probe_.tls_config, host_);
    if (!status.ok()) {
      return job_.Fail(status.message());
    }
    if (stream_.tls_facts().is_known) {
      SetCertificateMetrics(stream_.tls_facts(), &job_.out.metrics);
    }
    return true;
  }

  bool Run() {
    for (const QueryResponse& step : probe_.query_response) {
      std::string send = step.send;
      if ((!step.expect.empty() && !Expect(step, &send)) ||
          (!step.expect_bytes.empty() && !ExpectBytes(step.expect_bytes))) {
        return false;
      }
      if (!send.empty()) {
        if (const base::Status status = stream_.Write(send + "\n"); !status.ok()) {
          return job_.Fail(status.message());
        }
      }
      if (step.starttls && !StartTls()) {
        return false;
      }
    }
    return true;
  }

 private:
  // Reads lines until one matches; fills in `*send` and the labels from it.
  bool Expect(const QueryResponse& step, std::string* send) {
    while (true) {
      const base::Result<std::string> line = stream_.ReadLine();
      if (!line.ok()) {
        // Only a peer that said all it had to say did not match.
        if (line.status().code() == base::StatusCode::kOutOfRange) {
          job_.SetFailedDueToRegex(true);
          return job_.Fail("Regexp did not match: " + step.expect.text());
        }
        return job_.Fail("Error reading from connection: " + std::string(line.status().message()));
      }
      job_.out.log.Add("debug", "Read line: " + *line);
      if (!step.expect.Matches(*line)) {
        continue;
      }
      job_.SetFailedDueToRegex(false);
      if (std::string sent; step.expect.Expand(*line, step.send, &sent)) {
        *send = sent;
      }
      SetLabels(step, *line);
      return true;
    }
  }

  void SetLabels(const QueryResponse& step, const std::string& line) {
    if (step.labels.empty()) {
      return;
    }
    std::map<std::string, std::string> values;
    for (const ExpectLabel& label : step.labels) {
      step.expect.Expand(line, label.value, &values[label.name]);
    }
    job_.out.metrics.Set("probe_expect_info", "Explicit content matched", 1,
                         ProbeMetrics::Labels(values.begin(), values.end()));
  }

  bool ExpectBytes(const std::string& wanted) {
    const base::Result<std::string> bytes = stream_.ReadBytes(wanted.size());
    if (!bytes.ok()) {
      return job_.Fail("Error reading from connection: " + std::string(bytes.status().message()));
    }
    return *bytes == wanted || job_.Fail("Read bytes did not match expect_bytes");
  }

  const ProbeJob& job_;
  const StreamProbe& probe_;
  const std::string host_;
  ProbeStream stream_;
};

base::Result<uint16_t> PortOf(const std::string& text) {
  uint16_t port = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), port);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return base::InvalidArgument("not a port: " + text);
  }
  return port;
}

}  // namespace

bool ProbeTcp(const ProbeJob& job) {
  const StreamProbe& probe = job.request.module.tcp;
  job.SetFailedDueToRegex(false);
  const base::Result<HostPort> target = SplitHostPort(job.request.target);
  if (!target.ok()) {
    return job.Fail(target.status().message());
  }
  const base::Result<ProbeAddress> address = ChooseAddress(job, probe.ip, target->host);
  if (!address.ok()) {
    return job.Fail(address.status().message());
  }
  const base::Result<uint16_t> port = PortOf(target->port);
  if (!port.ok()) {
    return job.Fail(port.status().message());
  }
  const std::string& name = job.request.hostname.empty() ? target->host : job.request.hostname;
  Conversation conversation(job, probe, name);
  const base::Status status =
      conversation.stream().ConnectTcp(address->ip, *port, probe.source_ip_address);
  if (!status.ok()) {
    return job.Fail("Error dialing TCP: " + std::string(status.message()));
  }
  return (!probe.tls || conversation.StartTls()) && conversation.Run();
}

bool ProbeUnix(const ProbeJob& job) {
  const StreamProbe& probe = job.request.module.unix_socket;
  job.SetFailedDueToRegex(false);
  if (job.request.filter != nullptr) {
    return job.Fail("probes.allow_targets does not allow Unix sockets");
  }
  Conversation conversation(job, probe, job.request.hostname);
  const base::Status status = conversation.stream().ConnectUnix(job.request.target);
  if (!status.ok()) {
    return job.Fail("Error dialing Unix: " + std::string(status.message()));
  }
  return (!probe.tls || conversation.StartTls()) && conversation.Run();
}

}  // namespace sb::probe
