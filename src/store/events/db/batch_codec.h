// SPDX-License-Identifier: Apache-2.0
//
// An EventBatch as the payload of one record of the write-ahead log (docs/format/events-wal.md).
//
//   std::string record = EncodeBatch(batch);
//   SB_ASSIGN_OR_RETURN(store::EventBatch batch, DecodeBatch(record));
//
// Columns as they are in memory, LZ4 over all of it. Hostile bytes give kDataLoss, and never more
// memory than kBatchBytesMax. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/interface/event_batch.h"

namespace sb::events {

inline constexpr uint64_t kBatchBytesMax = uint64_t{256} << 20;

std::string EncodeBatch(const store::EventBatch& batch);
base::Result<store::EventBatch> DecodeBatch(std::string_view record);

}  // namespace sb::events
