// SPDX-License-Identifier: Apache-2.0
//
// The native histograms of a chunk as bytes: samples with the same bucket layout form runs of at
// most kHistogramRunMax; a run keeps the layout once (by number) and one float column for each of
// count, zero count, sum and every bucket, so that a bucket costs the difference in time only.
// Samples that are floats are runs without a layout. Lossless: NaN payloads, hints, integer or
// float counts, custom bounds, also layouts that Histogram::Validate would refuse.
//
// Layout:  varint number of layouts, then each: zigzag schema, 1 byte flags (bit 0 integer counts),
//          8 bytes zero threshold, positive spans, negative spans (varint number, then zigzag
//          offset and varint length each), varint number of positive and of negative buckets,
//          varint number of custom bounds and 8 bytes each; varint number of runs, then each:
//          varint samples, varint layout + 1 (0: floats), varint bytes; then the runs: 1 byte hint
//          of all samples or 4 and one byte for each, then per column a varint length and a
//          FloatColumn.
//
// Hostile bytes give kDataLoss; memory is bounded by 8 KB per byte of input. Threads: pure
// functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/histogram.h"

namespace sb::tsdb {

inline constexpr size_t kHistogramRunMax = 120;

// A null pointer stands for a float sample.
void AppendHistogramColumn(std::span<const model::HistogramPtr> histograms, bool thorough,
                           std::string* out);

// Writes samples [begin, end) of a column of `count` to `out`, whose entries are null before.
base::Status ReadHistogramColumn(std::string_view bytes, size_t count, size_t begin, size_t end,
                                 model::HistogramPtr* out);

}  // namespace sb::tsdb
