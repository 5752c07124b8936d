// SPDX-License-Identifier: Apache-2.0
//
// Sdk is the whole client: it collects spans, measurements and log records and sends them by OTLP.
//
//   auto sdk = Sdk::Start({.service_name = "shop"});
//   Tracer tracer = sdk->tracer("shop");
//   …
//   sdk->Shutdown();                       // sends what is left, at most `shutdown_ms`
//
// The environment variables of OpenTelemetry win over Options where they are set:
// OTEL_SDK_DISABLED, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
// OTEL_EXPORTER_OTLP_{ENDPOINT,PROTOCOL,HEADERS,TIMEOUT, COMPRESSION} and the same with TRACES_,
// METRICS_, LOGS_ before the last word, OTEL_TRACES_SAMPLER(_ARG), OTEL_PROPAGATORS, OTEL_BSP_*,
// OTEL_BLRP_*, OTEL_METRIC_EXPORT_INTERVAL, OTEL_{TRACES,METRICS,LOGS}_EXPORTER (otlp or none). A
// value that cannot be read is said on standard error and left at its default.
//
// The host is never blocked and never ended: queues are bounded, a full one drops and counts, a
// server that is away is tried again with growing pauses.
//
// Threads: safe for concurrent use after Start. Two threads of its own per Sdk at most: one for
// spans and log records, one for measurements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signalbox/logger.h"
#include "signalbox/metrics.h"
#include "signalbox/tracer.h"

namespace signalbox {

enum class OtlpProtocol { kHttpProtobuf, kGrpc };

struct Options {
  std::string service_name = {};
  std::string service_version = {};
  Attributes resource = {};
  std::string endpoint = "http://127.0.0.1:4318";  // of gRPC: http://127.0.0.1:4317
  OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf;
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool is_gzip = false;
  int64_t timeout_ms = 10'000;
  std::shared_ptr<const Sampler> sampler = {};  // null: parent based, always on
  bool sends_traces = true;
  bool sends_metrics = true;
  bool sends_logs = true;
  size_t queue_max = 2048;  // spans, and log records, that wait
  size_t batch_max = 512;
  int64_t batch_delay_ms = 1000;
  int64_t metric_interval_ms = 60'000;
  std::vector<View> views = {};
  Severity least_severity = Severity::kInfo;
  bool prints_logs = false;  // JSON lines on standard output
  int64_t shutdown_ms = 5000;
};

// What was lost, and what was sent.
struct SdkCounts {
  uint64_t spans_sent = 0;
  uint64_t spans_dropped_queue_full = 0;
  uint64_t spans_dropped_refused = 0;  // by the server, or after all retries
  uint64_t logs_sent = 0;
  uint64_t logs_dropped_queue_full = 0;
  uint64_t logs_dropped_refused = 0;
  uint64_t metric_exports_failed = 0;
};

class Sdk {
 public:
  static std::unique_ptr<Sdk> Start(Options options);
  ~Sdk();
  Sdk(const Sdk&) = delete;
  Sdk& operator=(const Sdk&) = delete;

  Tracer tracer(std::string_view name, std::string_view version = {}) const;
  Meter meter(std::string_view name, std::string_view version = {}) const;
  Logger logger(std::string_view name) const;

  // The measurements in Prometheus' text format, for a /metrics page.
  std::string PrometheusText() const;
  SdkCounts counts() const;
  // Sends what is waiting now; false if that took longer than `timeout_ms` or was refused.
  bool Flush(int64_t timeout_ms);
  void Shutdown();

 private:
  class Impl;
  explicit Sdk(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
