// SPDX-License-Identifier: Apache-2.0
#include "query/promql/position.h"

#include <algorithm>

namespace sb::promql {

std::string StartPosition(PositionRange range, std::string_view query) {
  if (query.empty()) {
    return "unknown position";
  }
  if (range.start < 0 || static_cast<size_t>(range.start) > query.size()) {
    return "invalid position";
  }
  const std::string_view before = query.substr(0, static_cast<size_t>(range.start));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return std::to_string(line) + ":" + std::to_string(before.size() - line_start + 1);
}

}  // namespace sb::promql
