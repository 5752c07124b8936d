// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_run.h"

namespace sb::probe {
namespace {

struct Prober {
  std::string_view name;
  bool (*run)(const ProbeJob& job);
};
constexpr Prober kProbers[] = {
    {"http", &ProbeHttp}, {"tcp", &ProbeTcp},   {"unix", &ProbeUnix},           {"dns", &ProbeDns},
    {"icmp", &ProbeIcmp}, {"grpc", &ProbeGrpc}, {"websocket", &ProbeWebsocket},
};

bool Dispatch(const ProbeJob& job) {
  for (const Prober& prober : kProbers) {
    if (prober.name == job.request.module.prober) {
      return prober.run(job);
    }
  }
  return job.Fail("prober '" + job.request.module.prober + "' is not valid");
}

}  // namespace

void RunProbe(const ProbeSource& source, const ProbeRequest& request, ProbeOutcome* out) {
  const int64_t start_ns = source.env.clock().MonotonicNs();
  const ProbeJob job{source, request, start_ns + request.timeout_ms * 1'000'000, *out};
  out->log.Add("info", "Beginning probe");
  out->success = Dispatch(job);
  const double seconds = static_cast<double>(job.NowNs() - start_ns) / 1e9;
  out->log.Add(out->success ? "info" : "error", out->success ? "Probe succeeded" : "Probe failed");
  out->metrics.Set("probe_success", "Displays whether or not the probe was a success",
                   out->success ? 1 : 0);
  out->metrics.Set("probe_duration_seconds",
                   "Returns how long the probe took to complete in seconds", seconds);
}

}  // namespace sb::probe
