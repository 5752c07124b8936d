// SPDX-License-Identifier: Apache-2.0
//
// Reads chunks of the reference's time series database: XOR, histogram and float histogram.
//
//   model::SampleColumns columns;
//   SB_RETURN_IF_ERROR(ReadPrometheusChunk(encoding, bytes, &columns));     // appends
//
// kDataLoss for bytes that end too early or contradict themselves; what came before is in `out`.
// Every loop is bounded by the bytes there are: a sample takes at least two bits, a bucket one.
//
// Source: tsdb/chunkenc of Prometheus. Threads: pure function.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "model/sample.h"

namespace sb::wire {

// `encoding` is the byte of the chunk in a segment file; kInvalidArgument if it is not known.
base::Status ReadPrometheusChunk(uint8_t encoding, std::string_view bytes,
                                 model::SampleColumns* out);

}  // namespace sb::wire
