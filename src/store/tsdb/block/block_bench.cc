// SPDX-License-Identifier: Apache-2.0
//
// A block of a day at 15 s: writing, scanning all samples, reading five minutes of every series,
// selecting by matchers. Series of all shapes, so that figures compare between changes, not with
// real data.
#include <benchmark/benchmark.h>

#include "base/testing/simulated_env.h"
#include "store/tsdb/block/testing/block_maker.h"

namespace sb::tsdb {
namespace {

constexpr size_t kSamples = 5760;

TestSeries MakeDay() {
  TestSeries day;
  for (size_t i = 0; i < 200; ++i) {
    const auto labels =
        model::LabelSet::FromPairs({{"__name__", "metric_" + std::to_string(i / 20)},
                                    {"instance", "host-" + std::to_string(i % 20)},
                                    {"job", "node"}});
    const encoding::Shape shape = encoding::kAllShapes[i / 20 % 7];
    day.emplace(labels, MakeColumns({.shape = shape}, kSamples, i % 20));
  }
  for (auto& [labels, columns] : MakeBucketSeries(10, kSamples, 1)) {
    day.emplace(labels, std::move(columns));
  }
  return day;
}

void ReportPerSample(benchmark::State& state, size_t samples) {
  state.counters["ns/sample"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(samples) * 1e-9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void WriteDay(benchmark::State& state) {
  const TestSeries day = MakeDay();
  BlockMeta meta;
  for (auto _ : state) {
    base::SimulatedEnv env(1);
    meta = MustWriteBlock(env, day)->meta();
  }
  ReportPerSample(state, day.size() * kSamples);
  state.counters["B/sample"] =
      static_cast<double>(meta.bytes()) / static_cast<double>(meta.samples);
  state.counters["index B/series"] =
      static_cast<double>(meta.index_bytes) / static_cast<double>(meta.series);
}
BENCHMARK(WriteDay)->Unit(benchmark::kMillisecond);

void ReadAll(benchmark::State& state, base::TimeRange range) {
  base::SimulatedEnv env(1);
  const auto block = MustWriteBlock(env, MakeDay());
  model::SampleColumns columns;
  size_t samples = 0;
  for (auto _ : state) {
    samples = 0;
    auto selected = block->Select(AlwaysAlive(), {.range = range}, {});
    for (auto& series : *selected) {
      columns.Clear();
      if (!series->Read(range, &columns).ok()) {
        state.SkipWithError("read failed");
      }
      samples += columns.size();
    }
  }
  state.counters["us/series"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(block->meta().series) * 1e-6,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  ReportPerSample(state, samples);
}

void ScanDay(benchmark::State& state) {
  ReadAll(state, kAllTime);
}
BENCHMARK(ScanDay)->Unit(benchmark::kMillisecond);

void ReadFiveMinutes(benchmark::State& state) {
  const base::TimestampMs noon(encoding::MakeTimes(kSamples, 0, 1)[kSamples / 2]);
  ReadAll(state, {noon, noon + base::Minutes(5)});
}
BENCHMARK(ReadFiveMinutes)->Unit(benchmark::kMicrosecond);

void SelectByRegex(benchmark::State& state) {
  base::SimulatedEnv env(1);
  const auto block = MustWriteBlock(env, MakeDay());
  const std::vector<model::Matcher> matchers = {
      *model::Matcher::Create(model::MatchType::kRegex, "instance", "host-1.*"),
      model::Matcher::Equal("job", "node")};
  for (auto _ : state) {
    auto selected = block->Select(AlwaysAlive(), {.range = kAllTime}, matchers);
    benchmark::DoNotOptimize(selected);
  }
}
BENCHMARK(SelectByRegex)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sb::tsdb
