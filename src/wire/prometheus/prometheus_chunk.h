// SPDX-License-Identifier: Apache-2.0
//
// Samples in the chunk encodings of Prometheus, which remote read streams to its clients. Our own
// store has other encodings; these exist for the wire only.
//
//   std::string chunk;
//   AppendXorChunk(times, values, &chunk);                 // floats, at most kXorSamplesMax
//   PrometheusChunkKind kind = AppendHistogramChunk(time_ms, histogram, &chunk);   // one sample
//
// A histogram makes a chunk of its own: buckets of the next one may differ, and a reader takes any
// number of chunks per series. Such a chunk is as large as its histogram, not smaller.
//
// Source: tsdb/chunkenc of Prometheus (xor.go, histogram.go, histogram_meta.go, varbit.go).
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/histogram.h"

namespace sb::wire {

// The numbers of prometheus.Chunk.Encoding.
enum class PrometheusChunkKind : uint8_t { kXor = 1, kHistogram = 2, kFloatHistogram = 3 };

// What Prometheus puts into a chunk; more would be read too, up to 65,535.
inline constexpr size_t kXorSamplesMax = 120;

// `times` are increasing and as many as `values`.
void AppendXorChunk(std::span<const int64_t> times, std::span<const double> values,
                    std::string* out);
PrometheusChunkKind AppendHistogramChunk(int64_t time_ms, const model::Histogram& histogram,
                                         std::string* out);

}  // namespace sb::wire
