// SPDX-License-Identifier: Apache-2.0
//
// The order of rows in a part, and where row groups begin.
//   kByStream  by (stream, time): logs; streams with similar labels lie side by side
//   kByTrace   by (trace id, time): spans; the spans of a trace are together, so that a trace is
//              read from one place and what its spans share is stored once
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/interface/event_batch.h"

namespace sb::events {

enum class RowOrder : uint8_t { kByStream, kByTrace };

struct RowRef {
  uint32_t batch = 0;
  uint32_t row = 0;
};

using Batches = std::span<const store::EventBatch* const>;

// `stream_ranks[b][s]` orders stream s of batch b among all streams. Equal keys keep their order.
void SortRows(Batches batches, RowOrder order,
              const std::vector<std::vector<uint32_t>>& stream_ranks, std::vector<RowRef>* rows);

// Bytes of values of each row, and those that count for its stream: of `line`, else of all.
struct RowBytes {
  std::vector<std::vector<uint32_t>> all;  // per batch, per row
  std::vector<std::vector<uint32_t>> counted;
};
RowBytes MeasureRows(Batches batches);

// Ends of row groups over sorted rows. A group ends before a trace begins where that costs little.
struct GroupLimits {
  uint32_t rows = 0;
  uint64_t bytes = 0;
};
std::vector<size_t> CutGroups(Batches batches, const std::vector<RowRef>& rows,
                              const RowBytes& bytes, RowOrder order, GroupLimits limits);

// The value of a kBytes column per row of a batch; "" where absent.
std::vector<std::string_view> BytesPerRow(const store::EventBatch& batch, std::string_view name);

}  // namespace sb::events
