// SPDX-License-Identifier: Apache-2.0
//
// Remote write: samples/s of the decoders, with the hash that a series cache needs, and with
// labels. Argument: samples per series in a request of 2,000 series.
#include <benchmark/benchmark.h>

#include <string>

#include "encoding/hash.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::wire {
namespace {

constexpr int kSeries = 2000;

model::LabelSet Labels(int i) {
  const std::string number = std::to_string(i);
  const std::string pod = "checkout-api-7d9f8b6c5d-" + number;
  return model::LabelSet::FromPairs(
      {{"__name__", "container_network_receive_bytes_total"},
       {"cluster", "prod-eu-1"},
       {"container", "checkout-api"},
       {"id", "/kubepods/burstable/pod0a1b2c3d-0a1b-0a1b-0a1b2c3d4e5f/0a1b2c3d4e5f0a1b2c3d4e5f"},
       {"instance", "10.0.3.14:10250"},
       {"job", "kubelet"},
       {"metrics_path", "/metrics/cadvisor"},
       {"namespace", "checkout"},
       {"node", "ip-10-0-14.eu-west-1.compute.internal"},
       {"pod", pod},
       {"region", "eu-west-1"}});
}

std::vector<WriteSample> Samples(int64_t count) {
  std::vector<WriteSample> samples;
  for (int64_t i = 0; i < count; ++i) {
    samples.push_back({1'700'000'000'000 + i * 15'000, 1234.5 * static_cast<double>(i), 0});
  }
  return samples;
}

void DecodeV1(benchmark::State& state, bool with_labels) {
  const std::vector<WriteSample> samples = Samples(state.range(0));
  std::string bytes;
  WriteRequestV1Writer writer(&bytes);
  for (int i = 0; i < kSeries; ++i) {
    writer.AddSeries(Labels(i), samples);
  }
  std::vector<model::Label> labels;
  for (auto _ : state) {
    WriteRequestV1Reader reader(bytes);
    while (reader.NextSeries()) {
      benchmark::DoNotOptimize(encoding::Hash128Of(reader.label_bytes(), 1));
      benchmark::DoNotOptimize(reader.samples().data());
      if (with_labels) {
        benchmark::DoNotOptimize(ReadLabelsV1(reader.label_bytes(), &labels).ok());
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * kSeries * state.range(0));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes.size()));
}

void DecodeV2(benchmark::State& state) {
  const std::vector<WriteSample> samples = Samples(state.range(0));
  std::string bytes;
  WriteRequestV2Writer writer;
  for (int i = 0; i < kSeries; ++i) {
    writer.AddSeries(Labels(i), samples);
  }
  writer.Finish(&bytes);
  for (auto _ : state) {
    WriteRequestV2Reader reader(bytes);
    while (reader.NextSeries()) {
      benchmark::DoNotOptimize(reader.label_refs().data());
      benchmark::DoNotOptimize(reader.samples().data());
    }
  }
  state.SetItemsProcessed(state.iterations() * kSeries * state.range(0));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes.size()));
}

BENCHMARK_CAPTURE(DecodeV1, KnownSeries, false)->Arg(1)->Arg(60);
BENCHMARK_CAPTURE(DecodeV1, WithLabels, true)->Arg(1)->Arg(60);
BENCHMARK(DecodeV2)->Arg(1)->Arg(60);

}  // namespace
}  // namespace sb::wire
