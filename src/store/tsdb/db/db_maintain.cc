// SPDX-License-Identifier: Apache-2.0
//
// What the background of Db does: cuts, compaction, retention, checkpoints.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "store/tsdb/db/db_impl.h"

namespace sb::tsdb {
namespace {

// A cut frees memory only when the queriers that began before it are done; how long one pass waits.
constexpr base::DurationNs kReadersWait{2'000'000'000};
constexpr base::DurationNs kFlushReadersWait{60'000'000'000};
// How long one pass writes blocks again for the rules of their age.
constexpr base::DurationNs kRulesTime{5'000'000'000};
}  // namespace

base::Status Db::Impl::Maintain() {
  const int64_t start = env_.clock().MonotonicNs();
  base::MutexLock lock(maintenance_mutex_);
  base::Status status = MaintainLocked();
  if (!status.ok()) {
    failures_.Add();
  }
  pass_seconds_.Observe(static_cast<double>(env_.clock().MonotonicNs() - start) / 1e9);
  return status;
}

base::Status Db::Impl::MaintainLocked() {
  SB_RETURN_IF_ERROR(FinishCut(kReadersWait));
  SB_RETURN_IF_ERROR(CutIfDue());
  SB_RETURN_IF_ERROR(CompactAll());
  SB_RETURN_IF_ERROR(Retire());
  SB_RETURN_IF_ERROR(ApplyRules());
  if (!cut_pending_ && head_->wal_bytes() >= options_.checkpoint_wal_bytes) {
    return head_->Checkpoint();
  }
  return base::OkStatus();
}

// A block range is cut when the newest sample is half a range past its end: late samples of the
// window that the head accepts in order (past_max) are then in.
base::Status Db::Impl::CutIfDue() {
  const int64_t newest = head_->newest_time();
  if (cut_pending_ || newest == INT64_MIN) {
    return base::OkStatus();
  }
  const int64_t range = options_.head.block_range.Value();
  const int64_t time = FloorTo(newest - range / 2, range);
  if (time <= std::max(cut_looked_at_, blocks_.cut().time)) {
    return base::OkStatus();
  }
  cut_looked_at_ = time;
  int64_t first = 0;
  int64_t last = 0;
  if (!head_->TimeBounds(&first, &last) || first >= time) {
    return base::OkStatus();
  }
  const base::Status status = Cut(time, kReadersWait);
  if (!status.ok()) {
    cut_looked_at_ = INT64_MIN;
  }
  return status;
}

base::Status Db::Impl::Cut(int64_t time, base::DurationNs readers_wait) {
  SB_ASSIGN_OR_RETURN(const HeadCut cut,
                      head_->WriteBlocks(time, blocks_.blocks_folder(),
                                         blocks_.Current()->tombstones, CompactionRanges()));
  SB_RETURN_IF_ERROR(blocks_.Change(cut.blocks, {}, cut.next));
  cuts_.Add(cut.blocks.size());
  cut_pending_ = true;
  cut_mark_ = head_->ReaderMark();
  return FinishCut(readers_wait);
}

base::Status Db::Impl::FinishCut(base::DurationNs readers_wait) {
  if (!cut_pending_ || !head_->WaitForReaders(cut_mark_, readers_wait)) {
    return base::OkStatus();
  }
  head_->Truncate(blocks_.cut());
  cut_pending_ = false;
  return head_->Checkpoint();
}

base::Status Db::Impl::FlushLocked() {
  SB_RETURN_IF_ERROR(FinishCut(kFlushReadersWait));
  const int64_t newest = head_->newest_time();
  if (newest != INT64_MIN) {
    SB_RETURN_IF_ERROR(Cut(newest + 1, kFlushReadersWait));
  }
  return CompactAll();
}

std::vector<base::DurationMs> Db::Impl::CompactionRanges() const {
  std::vector<base::DurationMs> ranges;
  for (const base::DurationMs range : options_.compaction_ranges) {
    // A block spans at most a tenth of the retention, so that deletion by time stays exact enough.
    const bool fits = options_.retention.Value() == 0 ||
                      range.Value() <= std::max(options_.retention.Value() / 10,
                                                options_.head.block_range.Value());
    if (fits) {
      ranges.push_back(range);
    }
  }
  return ranges;
}

base::Status Db::Impl::CompactAll() {
  const std::vector<base::DurationMs> ranges = CompactionRanges();
  while (true) {
    const std::shared_ptr<const BlockSet> set = blocks_.Current();
    std::vector<BlockMeta> metas;
    for (const auto& block : set->blocks) {
      metas.push_back(block->meta());
    }
    const std::vector<size_t> chosen = PlanCompaction(metas, ranges);
    if (chosen.empty()) {
      return base::OkStatus();
    }
    CompactionRequest request;
    for (const size_t i : chosen) {
      request.blocks.push_back(set->blocks[i]);
    }
    // Of two values for one time the block that was written later has the newer one.
    std::sort(request.blocks.begin(), request.blocks.end(),
              [](const auto& a, const auto& b) { return a->meta().id < b->meta().id; });
    request.tombstones = set->tombstones;
    SB_RETURN_IF_ERROR(CompactThese(request));
  }
}

base::Status Db::Impl::CompactThese(const CompactionRequest& request) {
  SB_ASSIGN_OR_RETURN(const CompactionResult result,
                      CompactBlocks(env_, blocks_.blocks_folder(), request));
  compaction_losses_.Add(result.loss_count);
  for (const base::Status& loss : result.losses) {
    SB_LOG(kError, "samples lost to damage in a block", {"error", loss.ToString()});
  }
  std::vector<std::string> removed;
  for (const auto& block : request.blocks) {
    removed.push_back(block->meta().id);
  }
  std::vector<BlockMeta> added;
  if (!result.empty) {
    added.push_back(result.meta);
  }
  compactions_.Add();
  thinned_.Add(result.samples_thinned);
  return blocks_.Change(added, removed, blocks_.cut());
}

base::Status Db::Impl::Retire() {
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  std::vector<std::string> removed;
  uint64_t bytes = BlockBytes();
  const int64_t newest = NewestTime();
  const base::DurationMs retention = Rules()->Longest();
  for (const auto& block : set->blocks) {
    const bool too_old = retention.Value() > 0 && newest != INT64_MIN &&
                         block->meta().range.end.Value() < newest - retention.Value();
    const bool too_much = options_.retention_bytes > 0 && bytes > options_.retention_bytes;
    if (too_old || too_much) {
      removed.push_back(block->meta().id);
      bytes -= block->meta().bytes();
      SB_LOG(kInfo, "block retired", {"block", block->meta().id},
             {"reason", too_old ? "age" : "size"});
    }
  }
  if (removed.empty()) {
    return base::OkStatus();
  }
  retired_.Add(removed.size());
  return blocks_.Change({}, removed, blocks_.cut());
}

// Writes blocks again of which a retention rule has expired for all samples, or that are old enough
// to be thinned out. What is not done within the time is done by a later pass: cuts wait for it.
base::Status Db::Impl::ApplyRules() {
  const int64_t newest = NewestTime();
  const std::shared_ptr<const RetentionRules> rules = Rules();
  const std::shared_ptr<const DownsampleRules> downsampling = Downsampling();
  if ((rules->empty() && downsampling->empty()) || newest == INT64_MIN) {
    return base::OkStatus();
  }
  const int64_t started = env_.clock().MonotonicNs();
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    const BlockMeta& meta = block->meta();
    const int64_t end = meta.range.end.Value();
    std::vector<std::string> notes = {rules->empty() ? "" : rules->NoteFor(end, newest),
                                      downsampling->NoteFor(newest - end)};
    std::erase(notes, "");
    const bool is_done = std::all_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return std::find(meta.notes.begin(), meta.notes.end(), note) != meta.notes.end();
    });
    if (is_done) {
      continue;
    }
    CompactionRequest request;
    request.blocks = {block};
    request.tombstones = set->tombstones;
    request.writer.notes = std::move(notes);
    request.oldest_kept = [&](const model::LabelSet& labels) {
      return rules->empty() ? INT64_MIN : rules->OldestKept(labels, newest);
    };
    request.sample_every = [&](const model::LabelSet& labels) {
      return downsampling->EveryFor(labels, newest - end);
    };
    SB_RETURN_IF_ERROR(CompactThese(request));
    SB_LOG(kInfo, "block written again as the rules of its age say", {"block", meta.id});
    if (env_.clock().MonotonicNs() - started > kRulesTime.Value()) {
      return base::OkStatus();
    }
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
