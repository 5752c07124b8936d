// SPDX-License-Identifier: Apache-2.0
//
// Finds which rows of a batch are in parts already, so that a row is stored once however often it
// is sent. Cheap where times go forward: only rows at times that a part has for their stream are
// looked at.
//
// A row group that cannot be read counts as one without the row. Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/events/db/part_list.h"
#include "store/events/db/row_hash.h"
#include "store/interface/event_batch.h"

namespace sb::events {

// Sets keep[row] to 0 for rows that a part has. `hashes` are those of the rows, made with `seed`.
void DropStoredRows(const PartSet& parts, const store::EventBatch& batch,
                    std::span<const RowHash> hashes, uint64_t seed, std::vector<uint8_t>* keep);

}  // namespace sb::events
