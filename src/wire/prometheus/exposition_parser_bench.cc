// SPDX-License-Identifier: Apache-2.0
//
// Scraping: MB/s and samples/s of the three formats, with and without reading the labels. A scraper
// with a warm cache is the case without, plus one hash of raw_series().
#include <benchmark/benchmark.h>

#include <string>

#include "encoding/hash.h"
#include "wire/prometheus/exposition_parser.h"
#include "wire/prometheus/exposition_writer.h"

namespace sb::wire {
namespace {

// Something like a node exporter: short and long label sets, counters, gauges and buckets.
std::string Body(ScrapeProtocol protocol) {
  std::string out;
  ExpositionWriter writer({protocol, EscapingScheme::kNone}, &out);
  double value = 0.25;
  for (int family = 0; family < 100; ++family) {
    const std::string name = "node_some_subsystem_metric_" + std::to_string(family) + "_total";
    writer.BeginFamily(name, model::MetricType::kCounter, "Some words about what is counted.");
    for (int i = 0; i < 50; ++i) {
      const std::string cpu = std::to_string(i);
      const std::vector<model::Label> labels = {
          {"cpu", cpu}, {"device", "/dev/nvme0n1p1"}, {"mode", "iowait"}};
      writer.Add({.labels = labels, .value = value});
      value += i % 3 == 0 ? 1 : 1234.5;
    }
  }
  writer.Finish();
  return out;
}

enum class Work { kLex, kHash, kLabels };

void Parse(benchmark::State& state, ScrapeProtocol protocol, Work work) {
  const std::string body = Body(protocol);
  uint64_t samples = 0;
  std::vector<model::Label> labels;
  for (auto _ : state) {
    const auto parser = NewExpositionParser(FormatOf(protocol), body);
    for (EntryKind kind = parser->Next(); kind != EntryKind::kEnd; kind = parser->Next()) {
      if (kind == EntryKind::kInvalid) {
        state.SkipWithError("the body is malformed");
        return;
      }
      if (kind != EntryKind::kSeries) {
        continue;
      }
      ++samples;
      benchmark::DoNotOptimize(parser->value());
      if (work == Work::kHash) {
        benchmark::DoNotOptimize(encoding::Hash128Of(parser->raw_series(), 1));
      } else if (work == Work::kLabels) {
        benchmark::DoNotOptimize(parser->ReadLabels(&labels).ok());
      }
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(samples));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.size()));
}

constexpr ScrapeProtocol kText = ScrapeProtocol::kPrometheusText0_0_4;
constexpr ScrapeProtocol kOpenMetrics = ScrapeProtocol::kOpenMetricsText1_0_0;
BENCHMARK_CAPTURE(Parse, TextOnly, kText, Work::kLex);
BENCHMARK_CAPTURE(Parse, TextWithHash, kText, Work::kHash);
BENCHMARK_CAPTURE(Parse, TextWithLabels, kText, Work::kLabels);
BENCHMARK_CAPTURE(Parse, OpenMetricsOnly, kOpenMetrics, Work::kLex);
BENCHMARK_CAPTURE(Parse, OpenMetricsWithHash, kOpenMetrics, Work::kHash);
BENCHMARK_CAPTURE(Parse, OpenMetricsWithLabels, kOpenMetrics, Work::kLabels);

}  // namespace
}  // namespace sb::wire
