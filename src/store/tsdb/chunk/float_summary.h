// SPDX-License-Identifier: Apache-2.0
//
// FloatSummary is what the floats of a chunk amount to, kept beside them so that aggregations over
// long ranges need not decode them.
//
//   std::optional<FloatSummary> summary = Summarise(values);      // empty: not exactly known
//   AppendFloatSummary(*summary, values.size(), &bytes);
//   SB_RETURN_IF_ERROR(ReadFloatSummary(&reader, values.size(), &summary));
//
// Layout:  1 byte (bit 0 whole numbers, bit 1 rising); whole numbers: zigzag min, varint max - min,
//          varint sum - count * min; else 8 bytes min, 8 bytes max.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/status.h"
#include "encoding/bytes.h"

namespace sb::tsdb {

struct FloatSummary {
  double min = 0;
  double max = 0;
  bool rising = false;  // none is below the one before
  // All are whole, and the sum of their magnitudes is at most 2^53: no order of adding rounds.
  bool whole = false;
  double sum = 0;  // of whole numbers
};

// Empty without values, or if one is NaN, infinite or -0.0.
std::optional<FloatSummary> Summarise(std::span<const double> values);

void AppendFloatSummary(const FloatSummary& summary, size_t count, std::string* out);
base::Status ReadFloatSummary(encoding::ByteReader* in, size_t count, FloatSummary* summary);

}  // namespace sb::tsdb
