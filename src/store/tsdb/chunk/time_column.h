// SPDX-License-Identifier: Apache-2.0
//
// The timestamps of a chunk: an integer column that can be searched by time without being decoded
// whole.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "encoding/int_column.h"

namespace sb::tsdb {

// Times must increase strictly.
void AppendTimeColumn(std::span<const int64_t> times, uint32_t page_values, bool thorough,
                      std::string* out);

// Positions [begin, end) in a column.
struct Positions {
  size_t begin = 0;
  size_t end = 0;
  bool empty() const { return begin == end; }
  size_t size() const { return end - begin; }
};

// Appends the times in `range` to `times` and returns their positions. Decodes only pages that can
// hold some. kDataLoss for times that do not increase.
base::Result<Positions> ReadTimes(const encoding::IntColumn& column, base::TimeRange range,
                                  std::vector<int64_t>* times);

// Positions of the times in `range` among decoded ones.
Positions FindTimes(std::span<const int64_t> times, base::TimeRange range);

}  // namespace sb::tsdb
