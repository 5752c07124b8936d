// SPDX-License-Identifier: Apache-2.0
#include "environment.h"

#include <charconv>
#include <cstdlib>

#include "percent.h"

namespace signalbox::internal {

namespace {

std::string Get(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : std::string(Trim(value));
}

void Complain(const std::string& name, const std::string& value, std::string* problems) {
  problems->append("signalbox sdk: ").append(name).append(" cannot be read: ").append(value);
  problems->push_back('\n');
}

template <typename Number>
void ReadNumber(const std::string& name, Number* number, std::string* problems) {
  const std::string text = Get(name);
  if (text.empty()) {
    return;
  }
  Number value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    Complain(name, text, problems);
    return;
  }
  *number = value;
}

void ReadProtocol(Options* options, std::string* problems) {
  const std::string protocol = Get("OTEL_EXPORTER_OTLP_PROTOCOL");
  if (protocol == "grpc") {
    options->protocol = OtlpProtocol::kGrpc;
    options->endpoint = "http://127.0.0.1:4317";
  } else if (protocol == "http/protobuf") {
    options->protocol = OtlpProtocol::kHttpProtobuf;
  } else if (!protocol.empty()) {
    Complain("OTEL_EXPORTER_OTLP_PROTOCOL (grpc, http/protobuf)", protocol, problems);
  }
}

void ReadSampler(Options* options, std::string* problems) {
  const std::string name = Get("OTEL_TRACES_SAMPLER");
  if (name.empty()) {
    return;
  }
  auto sampler = Sampler::FromNames(name, Get("OTEL_TRACES_SAMPLER_ARG"));
  if (sampler == nullptr) {
    Complain("OTEL_TRACES_SAMPLER", name + " " + Get("OTEL_TRACES_SAMPLER_ARG"), problems);
    return;
  }
  options->sampler = std::move(sampler);
}

void ReadSwitch(const std::string& name, bool* is_on, std::string* problems) {
  const std::string value = Get(name);
  if (value == "none") {
    *is_on = false;
  } else if (!value.empty() && value != "otlp") {
    Complain(name + " (otlp, none)", value, problems);
  }
}

std::string_view SignalWord(Signal signal) {
  switch (signal) {
    case Signal::kTraces:
      return "TRACES";
    case Signal::kMetrics:
      return "METRICS";
    case Signal::kLogs:
      break;
  }
  return "LOGS";
}

std::string_view SignalPath(Signal signal) {
  switch (signal) {
    case Signal::kTraces:
      return "/v1/traces";
    case Signal::kMetrics:
      return "/v1/metrics";
    case Signal::kLogs:
      break;
  }
  return "/v1/logs";
}

}  // namespace

Options WithEnvironment(Options options, std::string* problems) {
  if (Get("OTEL_SDK_DISABLED") == "true") {
    options.sends_traces = options.sends_metrics = options.sends_logs = false;
  }
  ReadProtocol(&options, problems);
  if (const std::string endpoint = Get("OTEL_EXPORTER_OTLP_ENDPOINT"); !endpoint.empty()) {
    options.endpoint = endpoint;
  }
  for (auto& header : ParsePairs(Get("OTEL_EXPORTER_OTLP_HEADERS"))) {
    options.headers.push_back(std::move(header));
  }
  if (const std::string coding = Get("OTEL_EXPORTER_OTLP_COMPRESSION"); !coding.empty()) {
    options.is_gzip = coding == "gzip";
    if (coding != "gzip" && coding != "none") {
      Complain("OTEL_EXPORTER_OTLP_COMPRESSION (gzip, none)", coding, problems);
    }
  }
  ReadNumber("OTEL_EXPORTER_OTLP_TIMEOUT", &options.timeout_ms, problems);
  ReadNumber("OTEL_BSP_SCHEDULE_DELAY", &options.batch_delay_ms, problems);
  ReadNumber("OTEL_BSP_MAX_QUEUE_SIZE", &options.queue_max, problems);
  ReadNumber("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", &options.batch_max, problems);
  ReadNumber("OTEL_METRIC_EXPORT_INTERVAL", &options.metric_interval_ms, problems);
  ReadSampler(&options, problems);
  ReadSwitch("OTEL_TRACES_EXPORTER", &options.sends_traces, problems);
  ReadSwitch("OTEL_METRICS_EXPORTER", &options.sends_metrics, problems);
  ReadSwitch("OTEL_LOGS_EXPORTER", &options.sends_logs, problems);
  return options;
}

TransportOptions TransportOf(Signal signal, const Options& options) {
  const std::string prefix = "OTEL_EXPORTER_OTLP_" + std::string(SignalWord(signal)) + "_";
  TransportOptions transport;
  transport.is_grpc = options.protocol == OtlpProtocol::kGrpc;
  transport.is_gzip = options.is_gzip;
  transport.timeout_ms = options.timeout_ms;
  transport.headers = options.headers;
  for (auto& header : ParsePairs(Get(prefix + "HEADERS"))) {
    transport.headers.push_back(std::move(header));
  }
  const std::string own = Get(prefix + "ENDPOINT");
  std::string base = own.empty() ? options.endpoint : own;
  while (!base.empty() && base.back() == '/') {
    base.pop_back();
  }
  // The address of one signal is taken as it is; the common one gets the signal's path.
  transport.address =
      transport.is_grpc || !own.empty() ? base : base + std::string(SignalPath(signal));
  return transport;
}

}  // namespace signalbox::internal
