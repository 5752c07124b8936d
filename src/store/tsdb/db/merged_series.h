// SPDX-License-Identifier: Apache-2.0
//
// Series of the same labels from several sources (blocks and the head) as one series, and lists of
// series as one list.
//
// Where sources do not overlap in time their samples are handed on as they are; where two have a
// sample at the same time, that of the later source counts. Deleted and expired samples are left
// out.
//
// Threads: as store/interface/querier.h says.
#pragma once

#include <memory>
#include <vector>

#include "store/interface/querier.h"
#include "store/tsdb/db/block_list.h"
#include "store/tsdb/db/retention_rules.h"

namespace sb::tsdb {

using SeriesList = std::vector<std::unique_ptr<store::Series>>;

// What has expired by the retention rules, which must outlive the call only.
struct Expiry {
  const RetentionRules* rules = nullptr;                   // null: nothing expires
  int64_t newest = INT64_MIN;                              // the time of the store's newest sample
  base::TimestampMs range_end = base::TimestampMs::Max();  // what is asked for ends here
};

// Merges lists that are sorted by labels, oldest source first, into one. Series of which all that
// is asked for has expired are left out.
SeriesList MergeLists(std::vector<SeriesList> lists, const std::shared_ptr<const BlockSet>& set,
                      const Expiry& expiry = {});

}  // namespace sb::tsdb
