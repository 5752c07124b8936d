// SPDX-License-Identifier: Apache-2.0
#include "ingest/backfill/block_windows.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sb::backfill {

int64_t WindowStart(int64_t time, base::DurationMs window) {
  const int64_t remainder = time % window.Value();
  return time - (remainder < 0 ? remainder + window.Value() : remainder);
}

uint64_t SortSamples(model::SampleColumns* columns) {
  const std::vector<int64_t>& times = columns->times;
  const bool increasing =
      std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
  if (increasing) {
    return 0;
  }
  std::vector<size_t> order(times.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&times](size_t i) { return times[i]; });
  model::SampleColumns sorted;
  for (size_t n = 0; n < order.size(); ++n) {
    if (n + 1 < order.size() && times[order[n + 1]] == times[order[n]]) {
      continue;
    }
    sorted.Append(columns->At(order[n]));
  }
  const uint64_t gone = times.size() - sorted.size();
  *columns = std::move(sorted);
  return gone;
}

model::SampleColumns Slice(const model::SampleColumns& columns, int64_t start, int64_t end) {
  const auto begin = std::ranges::lower_bound(columns.times, start);
  const auto stop = std::ranges::lower_bound(columns.times, end);
  model::SampleColumns slice;
  for (auto at = begin; at < stop; ++at) {
    slice.Append(columns.At(static_cast<size_t>(at - columns.times.begin())));
  }
  return slice;
}

}  // namespace sb::backfill
