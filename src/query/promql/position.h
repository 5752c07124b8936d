// SPDX-License-Identifier: Apache-2.0
//
// PositionRange says where in the query text something stands: bytes [start, end), from 0.
// LineColumn turns a byte offset into the 1-based line and byte column that errors and annotations
// print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::promql {

struct PositionRange {
  int32_t start = 0;
  int32_t end = 0;
  friend bool operator==(const PositionRange&, const PositionRange&) = default;
};

inline PositionRange MergeRanges(PositionRange first, PositionRange last) {
  return PositionRange{first.start, last.end};
}

// "line:column" of `range.start` in `query`, such as "1:5"; "unknown position" for an empty query
// and "invalid position" when the offset is outside of it (the wording of the reference).
std::string StartPosition(PositionRange range, std::string_view query);

}  // namespace sb::promql
