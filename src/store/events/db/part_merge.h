// SPDX-License-Identifier: Apache-2.0
//
// Making parts: from fresh rows (one part per UTC day) and from other parts. A merge copies full
// row groups page by page and encodes anew only small ones and those with deleted rows, so that it
// costs little more than reading the files.
//
// Failures: those of the file system; kDataLoss if a part to be merged is damaged.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/events/db/fresh_rows.h"
#include "store/events/db/part_list.h"
#include "store/events/part/part_writer.h"

namespace sb::events {

// Writes the rows as parts with new sequences of `list`; appends these to `sequences`.
base::Status WriteFreshParts(base::Env& env, PartList& list, const PartOptions& options,
                             const FreshRows::List& rows, std::vector<uint64_t>* sequences);

// Writes one part with the rows of `parts` that are not deleted; no sequence if there are none.
// At most about `bytes_max` of rows are in memory.
base::Status MergeParts(base::Env& env, PartList& list, const PartOptions& options,
                        const std::vector<ListedPart>& parts, uint64_t bytes_max,
                        std::vector<uint64_t>* sequences);

// Sets of parts of one day that are worth merging now: many of a similar size. With `all`, whatever
// can be merged.
enum class MergeEagerness : uint8_t { kWorthwhile, kAll };
std::vector<std::vector<ListedPart>> PlanMerges(const PartSet& set, MergeEagerness eagerness);

// kDataLoss if any page of the part is damaged.
base::Status VerifyPart(const Part& part);

}  // namespace sb::events
