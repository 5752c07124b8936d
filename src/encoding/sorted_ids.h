// SPDX-License-Identifier: Apache-2.0
//
// Strictly increasing 32-bit ids (the postings of an index) as bytes: a few ids as varint steps,
// more of them as integer columns of at most 65,536 ids each, so that runs take nothing and dense
// lists a few bits per id.
//
//   AppendSortedIds(ids, &bytes);
//   SB_RETURN_IF_ERROR(ReadSortedIds(bytes, /*id_limit=*/series, &ids));     // appends
//
// Layout: varint count; up to 8 ids: varint id, then varint steps; else per 65,536 ids: varint
// length,
//         IntColumn.
//
// Hostile bytes give kDataLoss: ids that do not increase or reach id_limit are refused, and memory
// grows only with ids that were really there. Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::encoding {

void AppendSortedIds(std::span<const uint32_t> ids, std::string* out);

// Appends the ids to `ids`; every one is below `id_limit`. `bytes` is exactly the list.
base::Status ReadSortedIds(std::string_view bytes, uint32_t id_limit, std::vector<uint32_t>* ids);

// The number of ids without reading them; 0 for bytes that are no list.
uint64_t CountSortedIds(std::string_view bytes);

}  // namespace sb::encoding
