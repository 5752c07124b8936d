// SPDX-License-Identifier: Apache-2.0
#include "ingest/collector/component_verdict.h"

#include <fmt/format.h>

#include <algorithm>

namespace sb::ingest {
namespace {

struct Row {
  ComponentKind kind;
  std::string_view type;
  Verdict verdict;
  std::string_view text;
};

constexpr ComponentKind kR = ComponentKind::kReceiver;
constexpr ComponentKind kP = ComponentKind::kProcessor;
constexpr ComponentKind kE = ComponentKind::kExporter;
constexpr ComponentKind kC = ComponentKind::kConnector;
constexpr ComponentKind kX = ComponentKind::kExtension;

constexpr Row kRows[] = {
    {kR, "otlp", Verdict::kMapped,
     "the doors otlp-grpc and otlp-http; doors of signalbox.yaml move them"},
    {kR, "jaeger", Verdict::kMapped,
     "the doors jaeger-grpc, jaeger-thrift-http, jaeger-compact and jaeger-binary"},
    {kR, "zipkin", Verdict::kMapped, "the door zipkin"},
    {kR, "kafka", Verdict::kExecuted, "spans, in the encodings otlp, jaeger and zipkin"},
    {kR, "nop", Verdict::kMapped, "nothing to receive"},
    {kR, "prometheus", Verdict::kRefused,
     "name a file with these scrape_configs under prometheus.config of signalbox.yaml"},
    {kP, "batch", Verdict::kMapped, "each request is one batch of the local store"},
    {kP, "memory_limiter", Verdict::kMapped,
     "bodies, queues and requests in flight are bounded; senders are told to come again"},
    {kP, "attributes", Verdict::kExecuted, "on spans"},
    {kP, "resource", Verdict::kExecuted, "on spans"},
    {kP, "filter", Verdict::kExecuted, "on spans"},
    {kP, "transform", Verdict::kExecuted, "on spans"},
    {kP, "probabilistic_sampler", Verdict::kExecuted, "on spans, after the metrics made of them"},
    {kP, "tail_sampling", Verdict::kExecuted,
     "on spans, after the metrics made of them; spans that wait are in memory only"},
    {kE, "otlp", Verdict::kMapped, "the local store"},
    {kE, "otlphttp", Verdict::kMapped, "the local store"},
    {kE, "otlp_grpc", Verdict::kMapped, "the local store"},
    {kE, "otlp_http", Verdict::kMapped, "the local store"},
    {kE, "jaeger", Verdict::kMapped, "the local store"},
    {kE, "zipkin", Verdict::kMapped, "the local store"},
    {kE, "prometheus", Verdict::kMapped, "the local store"},
    {kE, "prometheusremotewrite", Verdict::kMapped, "the local store"},
    {kE, "loki", Verdict::kMapped, "the local store"},
    {kE, "elasticsearch", Verdict::kMapped, "the local store"},
    {kE, "opensearch", Verdict::kMapped, "the local store"},
    {kE, "debug", Verdict::kMapped, "nothing is printed: what arrives can be seen in the UI"},
    {kE, "logging", Verdict::kMapped, "nothing is printed: what arrives can be seen in the UI"},
    {kE, "nop", Verdict::kMapped, "nothing to export"},
    {kC, "spanmetrics", Verdict::kExecuted, "into the local metrics store"},
    {kC, "span_metrics", Verdict::kExecuted, "into the local metrics store"},
    {kC, "servicegraph", Verdict::kExecuted, "into the local metrics store"},
    {kC, "service_graph", Verdict::kExecuted, "into the local metrics store"},
    {kC, "count", Verdict::kExecuted, "spans and their events, into the local metrics store"},
    {kX, "health_check", Verdict::kMapped, "/-/healthy and /-/ready of every door"},
    {kX, "pprof", Verdict::kMapped, "nothing to do"},
    {kX, "zpages", Verdict::kMapped, "/metrics of every door"},
};

bool IsOf(const std::vector<std::string>& signals, std::string_view signal) {
  return std::find(signals.begin(), signals.end(), signal) != signals.end();
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  static constexpr std::string_view kNames[] = {"executed", "mapped", "refused", "unused"};
  return kNames[static_cast<size_t>(verdict)];
}

ComponentVerdict VerdictOf(const CollectorFile& file, const CollectorComponent& component,
                           const std::vector<std::string>& signals) {
  ComponentVerdict verdict;
  verdict.component = std::string(ComponentKindName(component.kind)) + " " + component.id;
  verdict.place =
      fmt::format("{}:{}:{}", file.path, component.position.line, component.position.column);
  if (signals.empty() && component.kind != ComponentKind::kExtension) {
    verdict.verdict = Verdict::kUnused;
    verdict.text = "no pipeline uses it";
    return verdict;
  }
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) {
    return r.kind == component.kind && r.type == component.type;
  });
  if (row == std::end(kRows)) {
    verdict.text = "Signalbox has no " + verdict.component + "; it is left out";
    return verdict;
  }
  verdict.verdict = row->verdict;
  verdict.text = row->text;
  if (row->verdict == Verdict::kExecuted && !IsOf(signals, "traces")) {
    verdict.verdict = Verdict::kRefused;
    verdict.text = "only spans pass through it; metrics and logs are stored without";
  }
  return verdict;
}

}  // namespace sb::ingest
