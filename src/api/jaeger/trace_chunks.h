// SPDX-License-Identifier: Apache-2.0
//
// A trace in pieces that a gRPC client takes: by default it refuses messages above 4 MiB.
//
//   for (const std::string& chunk : ChunksOf(traces_data, kChunkBytes)) stream.Write(chunk);
//
// Each chunk is a TracesData with whole spans under their resource and scope; one after another
// they hold every span once, in order. A chunk is larger than asked only by one span, resource and
// scope. `traces_data` is what traceql::FetchTraces gives. Threads: a pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sb::api::jaeger {

inline constexpr size_t kChunkBytes = 1 << 20;

std::vector<std::string> ChunksOf(std::string_view traces_data, size_t chunk_bytes);

}  // namespace sb::api::jaeger
