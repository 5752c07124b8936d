// SPDX-License-Identifier: Apache-2.0
//
// CompactBlocks merges several blocks into one: series by series in label order, one sample per
// timestamp (the newest block's wins), without what tombstones cover.
//
//   CompactionRequest request{.blocks = {a, b, c}, .tombstones = {...}};
//   SB_ASSIGN_OR_RETURN(CompactionResult result, CompactBlocks(env, blocks_folder, request));
//   // publish result.meta (if any) in the manifest instead of the sources, then remove their
//   folders
//
// The sources stay as they are. Writers and queriers are not held up. Memory: one series and the
// writer's index. Samples that a damaged chunk lost are counted in `losses`, the rest is kept.
//
// Threads: any number of compactions of different blocks at once.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/interface/querier.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/block/block_writer.h"

namespace sb::tsdb {

// Samples of matching series in [range) are left out.
struct TombstoneRule {
  std::vector<model::Matcher> matchers;
  base::TimeRange range;
};

struct CompactionRequest {
  std::vector<std::shared_ptr<const Block>>
      blocks{};  // oldest first; the last one wins a timestamp
  std::vector<TombstoneRule> tombstones{};
  base::TimeRange keep{base::TimestampMs::Min(),
                       base::TimestampMs::Max()};  // older, newer: left out
  // By series: samples before it are left out; null: by `keep` alone.
  std::function<int64_t(const model::LabelSet& labels)> oldest_kept{};
  // By series: one sample in so many milliseconds is kept (downsample.h); 0: all; null: all.
  std::function<int64_t(const model::LabelSet& labels)> sample_every{};
  const store::ReadContext* context = nullptr;  // asked between series, may be null
  BlockWriterOptions writer{};                  // range, level and sources are filled in
};

struct CompactionResult {
  bool empty = false;  // nothing was left: no block was written
  BlockMeta meta;
  uint64_t samples_deleted = 0;  // by tombstones and `keep`
  uint64_t samples_duplicate = 0;
  uint64_t samples_thinned = 0;      // by `sample_every`
  std::vector<base::Status> losses;  // kDataLoss, bounded; loss_count counts all
  uint64_t loss_count = 0;
};

base::Result<CompactionResult> CompactBlocks(base::Env& env, const std::string& blocks_folder,
                                             const CompactionRequest& request);

// Removes the samples that any of `rules` covers, in place; returns how many.
size_t ApplyTombstones(const model::LabelSet& labels, std::span<const TombstoneRule> rules,
                       model::SampleColumns* columns);

// Which blocks to merge next, oldest first; empty: nothing to do. Merges `ranges[i]`-aligned
// windows of blocks (for instance 2 h, 6 h, 18 h …) once the window is over, and blocks that
// overlap.
std::vector<size_t> PlanCompaction(std::span<const BlockMeta> blocks,
                                   std::span<const base::DurationMs> ranges);

}  // namespace sb::tsdb
