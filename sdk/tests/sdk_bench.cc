// SPDX-License-Identifier: Apache-2.0
//
// What instrumentation costs the application: a span, a count, a measurement.
#include <benchmark/benchmark.h>

#include "signalbox/sdk.h"

#ifdef SIGNALBOX_BENCH_PROMETHEUS_CPP
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#endif

namespace signalbox {
namespace {

class Discard final : public SpanSink {
 public:
  void OnEnd(std::unique_ptr<SpanData> span) override { benchmark::DoNotOptimize(span.get()); }
};

void BM_SpanStartEnd(benchmark::State& state) {
  Discard sink;
  const Tracer tracer(std::make_shared<InstrumentationScope>(), &sink, Sampler::AlwaysOn());
  for (auto _ : state) {
    tracer.StartSpan("GET /cart").End();
  }
}
BENCHMARK(BM_SpanStartEnd);

void BM_SpanWithThreeAttributes(benchmark::State& state) {
  Discard sink;
  const Tracer tracer(std::make_shared<InstrumentationScope>(), &sink, Sampler::AlwaysOn());
  for (auto _ : state) {
    Span span = tracer.StartSpan("GET /cart");
    span.Set("http.route", "/cart").Set("http.response.status_code", 200).Set("cart.items", 3);
  }
}
BENCHMARK(BM_SpanWithThreeAttributes);

void BM_SpanNotSampled(benchmark::State& state) {
  Discard sink;
  const Tracer tracer(std::make_shared<InstrumentationScope>(), &sink, Sampler::AlwaysOff());
  for (auto _ : state) {
    tracer.StartSpan("GET /cart").End();
  }
}
BENCHMARK(BM_SpanNotSampled);

void BM_BoundCounter(benchmark::State& state) {
  static auto sdk =
      Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  static const BoundCounter counter = sdk->meter("m").CreateCounter("c").Bind({{"a", "b"}});
  for (auto _ : state) {
    counter.Add();
  }
}
BENCHMARK(BM_BoundCounter)->ThreadRange(1, 2);

void BM_CounterWithAttributes(benchmark::State& state) {
  auto sdk = Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  const Counter counter = sdk->meter("m").CreateCounter("c");
  const Attributes attributes = {{"method", "GET"}, {"route", "/cart"}};
  for (auto _ : state) {
    counter.Add(1, attributes);
  }
}
BENCHMARK(BM_CounterWithAttributes);

void BM_BoundHistogram(benchmark::State& state) {
  auto sdk = Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  const BoundHistogram histogram =
      sdk->meter("m").CreateHistogram("h", {.unit = "s"}).Bind({{"a", "b"}});
  double value = 0;
  for (auto _ : state) {
    histogram.Record(value);
    value = value > 1 ? 0 : value + 0.001;
  }
}
BENCHMARK(BM_BoundHistogram);

#ifdef SIGNALBOX_BENCH_PROMETHEUS_CPP
void BM_PeerCounter(benchmark::State& state) {
  static prometheus::Counter counter;
  for (auto _ : state) {
    counter.Increment();
  }
}
BENCHMARK(BM_PeerCounter)->ThreadRange(1, 2);

void BM_PeerHistogram(benchmark::State& state) {
  prometheus::Histogram histogram(
      {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10});
  double value = 0;
  for (auto _ : state) {
    histogram.Observe(value);
    value = value > 1 ? 0 : value + 0.001;
  }
}
BENCHMARK(BM_PeerHistogram);
#endif

}  // namespace
}  // namespace signalbox
