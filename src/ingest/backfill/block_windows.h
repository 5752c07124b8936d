// SPDX-License-Identifier: Apache-2.0
//
// Small things that both kinds of backfill need: samples in order, and the windows of time that
// blocks are cut into.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "model/sample.h"

namespace sb::backfill {

// Start of the window that holds `time`.
int64_t WindowStart(int64_t time, base::DurationMs window);

// Sorts by time if need be, and of several samples at one time keeps the last; returns how many
// went.
uint64_t SortSamples(model::SampleColumns* columns);

// Samples with start <= time < end of sorted columns.
model::SampleColumns Slice(const model::SampleColumns& columns, int64_t start, int64_t end);

}  // namespace sb::backfill
