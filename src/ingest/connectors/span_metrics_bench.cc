// SPDX-License-Identifier: Apache-2.0
//
// What the built-in connectors cost a span: 64 spans of one resource, 100 label sets.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/env.h"
#include "ingest/connectors/service_graph.h"
#include "ingest/connectors/span_metrics.h"

namespace sb::ingest {
namespace {

void ObserveSpans(benchmark::State& state) {
  base::Registry registry;
  LossCounters losses(&registry);
  const base::Clock& clock = base::Env::Real().clock();
  SpanMetrics metrics(SpanMetricsOptions::Tempo(), &clock, &losses);
  ServiceGraph graph(ServiceGraphOptions::Tempo(), &clock, &losses);
  wire::OtlpResource resource;
  wire::AnyValue service;
  service.kind = wire::AnyValue::Kind::kString;
  service.bytes = "checkout";
  resource.attributes.push_back({"service.name", service});
  const wire::OtlpScope scope;
  std::vector<std::string> texts;
  std::vector<wire::OtlpSpan> spans(64);
  for (size_t i = 0; i < spans.size(); ++i) {
    texts.push_back("shop.cart/Operation" + std::to_string(i));
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].name = texts[i];
    spans[i].trace_id = "0123456789abcdef";
    spans[i].span_id = std::string_view("abcdefgh");
    spans[i].parent_span_id = std::string_view("abcdefgh");
    spans[i].kind = i % 2 == 0 ? wire::OtlpSpanKind::kClient : wire::OtlpSpanKind::kServer;
    spans[i].end_ns = 1'000'000 * i;
  }
  int64_t count = 0;
  for (auto _ : state) {
    metrics.Observe(resource, scope, spans);
    graph.Observe(resource, scope, spans);
    count += static_cast<int64_t>(spans.size());
  }
  state.SetItemsProcessed(count);
}
BENCHMARK(ObserveSpans);

}  // namespace
}  // namespace sb::ingest
