// SPDX-License-Identifier: Apache-2.0
//
// Encoding and decoding by shape of the numbers: nanoseconds and bytes per sample.
#include <benchmark/benchmark.h>

#include "encoding/testing/sample_shapes.h"
#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/chunk/sample_body.h"
#include "store/tsdb/chunk/testing/random_columns.h"

namespace sb::tsdb {
namespace {

void Report(benchmark::State& state, size_t samples, size_t bytes) {
  const auto total = static_cast<double>(state.iterations()) * static_cast<double>(samples);
  state.counters["ns/sample"] =
      benchmark::Counter(total * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["B/sample"] = static_cast<double>(bytes) / static_cast<double>(samples);
  state.SetLabel(std::string(ShapeName(encoding::kAllShapes[state.range(0)])));
}

void SealRunOf120(benchmark::State& state) {
  const model::SampleColumns columns =
      MakeColumns({.shape = encoding::kAllShapes[state.range(0)]}, 120, 1);
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    EncodeFloatChunk(columns.times, columns.values, {}, &bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  Report(state, columns.size(), bytes.size());
}
BENCHMARK(SealRunOf120)->DenseRange(0, 13);

void EncodeBodyOf5760(benchmark::State& state) {
  const model::SampleColumns columns =
      MakeColumns({.shape = encoding::kAllShapes[state.range(0)]}, 5760, 1);
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    (void)AppendFloatBody(columns.values, {.effort = Effort::kThorough}, &bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  Report(state, columns.size(), bytes.size());
}
BENCHMARK(EncodeBodyOf5760)->DenseRange(0, 13);

void DecodeBodyOf5760(benchmark::State& state) {
  const model::SampleColumns columns =
      MakeColumns({.shape = encoding::kAllShapes[state.range(0)]}, 5760, 1);
  std::string bytes;
  (void)AppendFloatBody(columns.values, {.effort = Effort::kThorough}, &bytes);
  std::vector<double> values(5760);
  for (auto _ : state) {
    SampleBody body;
    if (!body.Parse(bytes, 5760).ok() || !body.floats().Decode(0, 5760, values.data()).ok()) {
      state.SkipWithError("decode failed");
      break;
    }
    benchmark::DoNotOptimize(values.data());
  }
  Report(state, columns.size(), bytes.size());
}
BENCHMARK(DecodeBodyOf5760)->DenseRange(0, 13);

void DecodeOnePageOf5760(benchmark::State& state) {
  const model::SampleColumns columns =
      MakeColumns({.shape = encoding::kAllShapes[state.range(0)]}, 5760, 1);
  std::string bytes;
  EncodeChunk(columns, 0, 5760, {.effort = Effort::kThorough}, &bytes);
  const base::TimestampMs from(columns.times[3000]);
  model::SampleColumns out;
  for (auto _ : state) {
    out.Clear();
    if (!DecodeChunk(bytes, {from, from + base::Minutes(5)}, &out).ok()) {
      state.SkipWithError("decode failed");
      break;
    }
    benchmark::DoNotOptimize(out.values.data());
  }
  state.SetLabel(std::string(ShapeName(encoding::kAllShapes[state.range(0)])));
}
BENCHMARK(DecodeOnePageOf5760)->DenseRange(0, 13);

}  // namespace
}  // namespace sb::tsdb
