// SPDX-License-Identifier: Apache-2.0
//
// Which series of a block fit a set of matchers.
//
// A matcher that cannot match the empty value is answered by the union of the postings of the
// values that it matches: looked up if it enumerates literals, searched within a literal prefix if
// it has one, else every distinct value is tried once. A matcher that also matches the empty value
// takes away the series whose value it refuses. The most selective lists come first.
//
// Threads: pure function of an immutable index.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "store/tsdb/block/index_reader.h"

namespace sb::tsdb {

// Ascending numbers of series. No matchers: all series.
base::Result<std::vector<uint32_t>> SelectSeries(const IndexReader& index,
                                                 std::span<const model::Matcher> matchers);

}  // namespace sb::tsdb
