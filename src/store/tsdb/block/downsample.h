// SPDX-License-Identifier: Apache-2.0
//
// Downsample thins out the samples of a series: of each interval of Unix time [k * every, (k + 1) *
// every) the last one stays, with its own time, value and start timestamp. So what stays is exact.
// Also kept is what a later reading could not do without:
//
//   - the first sample;
//   - both sides of a counter reset (of a histogram, also where the type changes; where the start
//     timestamp changes), so that rate, increase and resets see each one;
//   - staleness markers, the sample before and the sample after: gaps stay where they were.
//
// Doing it twice changes nothing, and doing it with a multiple of `every` afterwards is the same
// as doing that at once, but for the first samples and the two sides of a reset.
//
// Threads: pure.
#pragma once

#include <cstdint>
#include <vector>

#include "model/sample.h"

namespace sb::tsdb {

enum class SeriesKind : uint8_t { kGauge, kCounter };

// By the metadata if there is any of use, else by the name's ending (_total, _count, _sum,
// _bucket). A gauge's falling values are no resets.
SeriesKind KindOf(const model::LabelSet& labels, const model::MetricMetadata* metadata);

// For each sample whether it stays; as long as `columns`.
std::vector<bool> KeptBySpacing(const model::SampleColumns& columns, SeriesKind kind,
                                int64_t every_ms);

}  // namespace sb::tsdb
