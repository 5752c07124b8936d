// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/chunk/time_column.h"

#include <algorithm>

namespace sb::tsdb {

namespace {

// The number of pages whose first time is before `time` (at or before, with `inclusive`).
size_t PagesBefore(const encoding::IntColumn& column, int64_t time, bool inclusive) {
  size_t low = 0;
  size_t high = column.pages();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const int64_t first = column.PageFirst(middle);
    if (first < time || (inclusive && first == time)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

void AppendTimeColumn(std::span<const int64_t> times, uint32_t page_values, bool thorough,
                      std::string* out) {
  encoding::AppendIntColumn(
      times, {.page_values = page_values, .thorough = thorough, .find_by_first = true}, out);
}

Positions FindTimes(std::span<const int64_t> times, base::TimeRange range) {
  const auto begin = std::lower_bound(times.begin(), times.end(), range.start.Value());
  const auto end = std::lower_bound(begin, times.end(), range.end.Value());
  return {static_cast<size_t>(begin - times.begin()), static_cast<size_t>(end - times.begin())};
}

base::Result<Positions> ReadTimes(const encoding::IntColumn& column, base::TimeRange range,
                                  std::vector<int64_t>* times) {
  if (column.pages() == 0 || range.Empty()) {
    return Positions{};
  }
  if (!column.knows_firsts()) {
    return base::DataLoss("time column: cannot be searched");
  }
  // From the last page that begins at or before the start to the last one that begins before the
  // end.
  const size_t up_to_start = PagesBefore(column, range.start.Value(), true);
  const size_t first_page = up_to_start == 0 ? 0 : up_to_start - 1;
  const size_t end_page = PagesBefore(column, range.end.Value(), false);
  if (end_page <= first_page) {
    return Positions{};
  }
  const size_t begin = column.PageBegin(first_page);
  const size_t end = column.PageBegin(end_page - 1) + column.PageSize(end_page - 1);
  const size_t old_size = times->size();
  times->resize(old_size + (end - begin));
  int64_t* const decoded = times->data() + old_size;
  if (base::Status status = column.Decode(begin, end, decoded); !status.ok()) {
    times->resize(old_size);
    return status;
  }
  bool increasing = true;
  for (size_t i = 1; i < end - begin; ++i) {
    increasing &= decoded[i - 1] < decoded[i];
  }
  if (!increasing) {
    times->resize(old_size);
    return base::DataLoss("time column: times do not increase");
  }
  const Positions found = FindTimes({decoded, end - begin}, range);
  if (found.begin > 0) {
    std::copy(decoded + found.begin, decoded + found.end, decoded);
  }
  times->resize(old_size + found.size());
  return Positions{begin + found.begin, begin + found.end};
}

}  // namespace sb::tsdb
