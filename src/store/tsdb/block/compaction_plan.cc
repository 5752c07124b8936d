// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "store/tsdb/block/compactor.h"

namespace sb::tsdb {

namespace {

// Blocks by start time.
std::vector<size_t> ByTime(std::span<const BlockMeta> blocks) {
  std::vector<size_t> order(blocks.size());
  for (size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(blocks[a].range.start, blocks[a].id) <
           std::tie(blocks[b].range.start, blocks[b].id);
  });
  return order;
}

// Ids sort by creation, so this is the order in which later samples win.
std::vector<size_t> OldestFirst(std::span<const BlockMeta> blocks, std::vector<size_t> chosen) {
  std::sort(chosen.begin(), chosen.end(),
            [&](size_t a, size_t b) { return blocks[a].id < blocks[b].id; });
  return chosen;
}

// The first group of blocks whose ranges overlap, directly or through another.
std::vector<size_t> Overlapping(std::span<const BlockMeta> blocks,
                                const std::vector<size_t>& order) {
  std::vector<size_t> group;
  base::TimestampMs end = base::TimestampMs::Min();
  for (const size_t i : order) {
    if (!group.empty() && blocks[i].range.start >= end) {
      if (group.size() > 1) {
        break;
      }
      group.clear();
    }
    group.push_back(i);
    end = std::max(end, blocks[i].range.end);
  }
  return group.size() > 1 ? group : std::vector<size_t>{};
}

int64_t WindowStart(base::TimestampMs time, int64_t width) {
  const int64_t value = time.Value();
  const int64_t rest = ((value % width) + width) % width;
  return value - rest;
}

// The first window of `width` that is over and holds several whole blocks.
std::vector<size_t> FullWindow(std::span<const BlockMeta> blocks, const std::vector<size_t>& order,
                               int64_t width) {
  base::TimestampMs newest = base::TimestampMs::Min();
  for (const BlockMeta& block : blocks) {
    newest = std::max(newest, block.range.end);
  }
  std::vector<size_t> group;
  int64_t window = 0;
  const auto usable = [&] { return group.size() > 1 && window + width <= newest.Value(); };
  for (const size_t i : order) {
    const base::TimeRange range = blocks[i].range;
    const int64_t start = WindowStart(range.start, width);
    const bool fits = range.end.Value() <= start + width;
    if (!group.empty() && start != window) {
      if (usable()) {
        return group;
      }
      group.clear();
    }
    // A block as wide as the window has been through this already.
    if (fits && range.end.Value() - range.start.Value() < width) {
      window = start;
      group.push_back(i);
    }
  }
  return usable() ? group : std::vector<size_t>{};
}

}  // namespace

std::vector<size_t> PlanCompaction(std::span<const BlockMeta> blocks,
                                   std::span<const base::DurationMs> ranges) {
  const std::vector<size_t> order = ByTime(blocks);
  std::vector<size_t> chosen = Overlapping(blocks, order);
  for (size_t i = 0; chosen.empty() && i < ranges.size(); ++i) {
    chosen = FullWindow(blocks, order, ranges[i].Value());
  }
  return OldestFirst(blocks, std::move(chosen));
}

}  // namespace sb::tsdb
