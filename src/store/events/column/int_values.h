// SPDX-License-Identifier: Apache-2.0
//
// Reading integer columns (encoding/int_column.h) at scattered positions, and length-prefixed
// columns within columns.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "encoding/bytes.h"
#include "encoding/int_column.h"
#include "store/events/column/bitmap.h"
#include "store/events/column/condition.h"

namespace sb::events {

// A varint length, then the column.
void AppendSizedInts(std::span<const int64_t> values, std::string* out);
// Reads what AppendSizedInts wrote; kDataLoss unless it has `count` values.
base::Status ReadSizedInts(encoding::ByteReader& in, size_t count, encoding::IntColumn* column);

// Appends the values at `positions` (ascending, below count()).
base::Status GatherInts(const encoding::IntColumn& column, std::span<const uint32_t> positions,
                        std::vector<int64_t>* out);

// Sets the bits of values for which the condition holds (on integers).
base::Status EvaluateInts(const encoding::IntColumn& column, const Condition& condition,
                          Bitmap* out);

}  // namespace sb::events
